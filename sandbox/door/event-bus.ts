/**
 * EventBridge: rules of the stack over the default bus and its own, and their targets. Sources: EventBridge User Guide, "Event
 * patterns", "Using resource-based policies" and "Sending and receiving events between AWS accounts"; Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
import type { Question } from './judge.ts';
import { type Deployed, type Json, ofType, record, type Stack } from './stack.ts';

/** The parts that targets need. */
export interface EventTargets {
  readonly ask: (question: Question, operation: string) => Promise<boolean>;
  readonly invoke: (functionArn: string, payload: string) => Promise<string>;
  readonly send: (queueArn: string, body: string) => Promise<void>;
}

/** Whether an event matches a pattern: lists of literals, at every level, and `exists: false`. Throws for any other operator. */
const matches = (pattern: unknown, event: unknown): boolean => {
  if (Array.isArray(pattern)) {
    if (JSON.stringify(pattern) === '[{"exists":false}]') return event === undefined;
    if (pattern.some(each => typeof each === 'object' && each !== null))
      throw new Error(`an operator of event patterns that is not known here: ${JSON.stringify(pattern)}`);
    return [event].flat().some(value => pattern.includes(value));
  }
  const fields = typeof event === 'object' && event !== null ? record(event, 'an event') : {};
  return Object.entries(record(pattern, 'a pattern')).every(([key, inner]) => matches(inner, fields[key]));
};

/**
 * An event of a service in an account: the rules of that account and region, `told`, put it on a bus of the stack, with their role. The
 * policy of that role decides, and for another account that of the bus, too. Answers false where it is refused or no rule takes it.
 */
export const emit = async (stack: Stack, told: Stack, event: Json, targets: EventTargets): Promise<boolean> => {
  const { ask } = targets;
  const rules = ofType(told, 'AWS::Events::Rule').filter(({ properties }) => matches(properties.EventPattern, event));
  let isTaken = false;
  for (const rule of rules)
    for (const target of [rule.properties.Targets ?? []].flat()) {
      const { Arn, RoleArn } = record(target, 'a target');
      const roleArn = String(RoleArn);
      const context = { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': told.place.accountId };
      const service = { kind: 'service', service: 'events.amazonaws.com' } as const;
      const assumed = { principal: service, action: 'sts:AssumeRole', resource: roleArn, context };
      if (!(await ask(assumed, 'sts:AssumeRole'))) continue;
      const principal = { kind: 'session', roleArn, session: 'events' } as const;
      const said = { 'events:source': String(event.source), 'events:detail-type': String(event['detail-type']) };
      const put = { principal, action: 'events:PutEvents', resource: String(Arn), context: said };
      if (!(await ask(put, 'events:Deliver'))) continue;
      isTaken = true;
      await deliver(stack, String(Arn).replace(/^.*\//, ''), event, targets);
    }
  return isTaken;
};

/** Puts an event on a bus (`default`, or one of the stack) and delivers it. Answers the ARNs of targets that took it. */
export const deliver = async (
  stack: Stack,
  bus: string,
  event: Json,
  targets: EventTargets,
): Promise<readonly string[]> => {
  const taken: string[] = [];
  const rules = ofType(stack, 'AWS::Events::Rule').filter(
    ({ properties: { EventBusName = 'default', State, EventPattern } }) =>
      EventBusName === bus && State !== 'DISABLED' && matches(EventPattern, event),
  );
  for (const rule of rules)
    for (const target of [rule.properties.Targets ?? []].flat()) {
      const arn = String(record(target, 'a target').Arn);
      if (await reach(stack, rule, arn, event, targets)) taken.push(arn);
    }
  return taken;
};

const reach = async (
  stack: Stack,
  rule: Deployed,
  arn: string,
  event: Json,
  { ask, invoke, send }: EventTargets,
): Promise<boolean> => {
  const context = { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': stack.place.accountId };
  const principal = { kind: 'service', service: 'events.amazonaws.com' } as const;
  const isQueue = arn.includes(':sqs:');
  const action = isQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  if (!(await ask({ principal, action, resource: arn, context }, 'events:Deliver'))) return false;
  if (isQueue) await send(arn, JSON.stringify(event));
  else await invoke(arn, JSON.stringify(event));
  return true;
};

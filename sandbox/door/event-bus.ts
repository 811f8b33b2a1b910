/**
 * EventBridge: rules of the stack over the default bus and its own, and their targets. Sources: EventBridge User Guide, "Event
 * patterns" and "Using resource-based policies"; Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
import type { Question } from './judge.ts';
import { type Deployed, type Json, ofType, record, type Stack } from './stack.ts';

/** The parts that targets need. */
export interface EventTargets {
  readonly ask: (question: Question, operation: string) => Promise<boolean>;
  readonly invoke: (functionArn: string, payload: string) => Promise<string>;
  readonly send: (queueArn: string, body: string) => Promise<void>;
}

/** Whether an event matches a pattern: lists of literals, at every level. Throws for any other operator. */
const matches = (pattern: unknown, event: unknown): boolean => {
  if (Array.isArray(pattern)) {
    if (pattern.some(each => typeof each === 'object' && each !== null))
      throw new Error(`an operator of event patterns that is not known here: ${JSON.stringify(pattern)}`);
    return [event].flat().some(value => pattern.includes(value));
  }
  const fields = typeof event === 'object' && event !== null ? record(event, 'an event') : {};
  return Object.entries(record(pattern, 'a pattern')).every(([key, inner]) => matches(inner, fields[key]));
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

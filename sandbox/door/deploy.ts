/**
 * Deploys a synthesized template on this machine: its policies at the door, its table, bucket, topics and queues on emulators, its
 * functions under AWS's runtime client, its state machines, rules, schedules and queues as they call each other. A service that
 * takes on a role is judged by the role's trust policy.
 */
import type { Backend } from './backends.ts';
import { type WorldClock, worldClock } from './clock/world-clock.ts';
import { deliver, emit } from './event-bus.ts';
import type { FunctionPlace } from './functions/environment.ts';
import { RunningFunction } from './functions/run-function.ts';
import { identities } from './identities.ts';
import type { Controls, Law, Question } from './judge.ts';
import { keyOf, managedKeys, type SecretKeys } from './keys.ts';
import { type LocalBackends, startLocalBackends } from './local-backends.ts';
import { type Ended, type Execution, Machine, type MachinePlace } from './machines.ts';
import { ownAnswer, type Taken } from './own-answers.ts';
import { partiqlAnswer } from './partiql.ts';
import { type Document, type Policies, policiesOf } from './policies.ts';
import { poll } from './queue-batches.ts';
import { realPace } from './real-pace.ts';
import type { Call } from './services/needed.ts';
import { deployedStack, type Json, ofType, type Place, record, type Stack } from './stack.ts';
import { stackAnswer } from './stack-answers.ts';
import { startDoor } from './start-door.ts';
import type { Synthesized } from './synthesize.ts';

/** The world around a deployment. */
export interface Deployment {
  readonly synthesized: Synthesized;
  readonly name: string;
  readonly place: Place;
  /** Accounts beside the auditor's own, which have the member role. */
  readonly members: readonly string[];
  /** Who answers for IAM, STS, EKS, Organizations, CloudTrail and Service Quotas. */
  readonly awsUrl: string;
  readonly network: Pick<FunctionPlace, 'network' | 'extraCertificates'>;
  readonly organization: Call['organization'];
  readonly policyArn: Call['policyArn'];
  readonly controls?: ReadonlyMap<string, Controls>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly secretKeys?: SecretKeys;
  /** Managed policies of the account that roles have for a boundary, by ARN. */
  readonly boundaries?: Readonly<Record<string, Document>>;
  readonly machine?: Pick<MachinePlace, 'onTask' | 'fault'>;
  readonly port?: number;
  /** Servers of more services, behind the door. */
  readonly backends?: Readonly<Record<string, Backend>>;
  /** At the pace of the real services. */
  readonly isPaced?: boolean;
  /** Changes the stack's policies before they count, for tests of the policies themselves. */
  readonly change?: (policies: Policies) => Policies;
}

const accountServices = ['iam', 'sts', 'eks', 'organizations', 'cloudtrail', 'servicequotas'] as const;

/** Deploys. */
export const deploy = async (deployment: Deployment) => {
  const { synthesized, place, name } = deployment;
  const stack = deployedStack(synthesized.template, name, place);
  const clock = worldClock();
  const law = { ...lawOf(stack, deployment), now: clock.now };
  const keys = identities(place.partition, clock.now);
  const local = await startLocalBackends(stack);
  const taken: Taken = { events: [], findings: [], messages: [] };
  const unconfirmed = new Set<string>();
  const machines: Machine[] = [];
  const own = {
    ...{ stack, identities: keys, taken, unconfirmed, secrets: deployment.secrets ?? {} },
    hasRole: (arn: string) => law.policies.resource.has(arn),
    machines: () => machines,
  };
  const door = await startDoor({
    ...{ law, clock, identities: keys, partition: place.partition },
    backends: { ...backendsOf(local, deployment.awsUrl), ...deployment.backends },
    own: allowed => ownAnswer(allowed, own) ?? stackAnswer(allowed, stack) ?? partiqlAnswer(allowed, local.tableUrl),
    facts: { ...deployment, keyOf: arn => keyOf(stack, deployment.secretKeys, arn) },
    indexKeys: indexKeysOf(stack),
    ...(deployment.isPaced === true ? { pace: realPace(partitionKeysOf(stack), clock) } : {}),
    ...(deployment.port === undefined ? {} : { port: deployment.port }),
  });
  const functions = functionsOf(stack, { ...deployment, endpoint: door.url, keys, clock });
  const invoke = async (arn: string, payload: string): Promise<string> => {
    const found = functions.get(arn.replace(/(:function:[^:]+):[^:]+$/, '$1'));
    if (found === undefined) throw new Error(`no function ${arn}`);
    await assumes(door.ask, 'lambda.amazonaws.com', found.roleArn);
    return found.running.invoke(payload);
  };
  const pending = new Set<Promise<unknown>>();
  const targets = {
    ...{ ask: door.ask, invoke },
    send: async (arn: string, body: string) => void local.messages.sendMessage(arn.replace(/^.*:/, ''), body),
  };
  const putEvent = (event: Json) => deliver(stack, 'default', event, targets);
  const onEnded = (execution: Execution, ended: Ended): void => {
    const told = putEvent(executionEvent(execution, ended, clock.now())).finally(() => pending.delete(told));
    pending.add(told);
  };
  for (const machine of ofType(stack, 'AWS::StepFunctions::StateMachine'))
    machines.push(new Machine(machine, { ...deployment.machine, ask: door.ask, invoke, onEnded, clock }));
  return {
    ...{ door, clock, stack, law, local, taken, unconfirmed, machines, putEvent, keys },
    /** An event of a service in an account that is audited. */
    emit: (event: Json) =>
      emit(stack, eventsStack(deployment, stack, String(event.account), String(event.region)), event, targets),
    machineNamed: (machine: string) => machines.find(({ arn }) => arn.endsWith(`:${machine}`)),
    /** A function by the end of its name. */
    functionNamed: (ending: string) => [...functions.values()].find(each => each.name.endsWith(ending))?.running,
    /** Begins the processes of all functions, one after the other. */
    warm: async (): Promise<void> => {
      for (const { running } of functions.values()) await running.warm();
    },
    /** Fires a schedule by its name, as EventBridge Scheduler does. */
    fire: (schedule: string) => fire(stack, schedule, { ask: door.ask, machines, clock }),
    /** Has every event source mapping take what lies in its queue. */
    poll: () => poll(stack, { ask: door.ask, invoke, local, roleOf: arn => functions.get(arn)?.roleArn ?? '' }),
    /** Waits for what events of ended executions have started. */
    settled: async (): Promise<void> => void (await Promise.allSettled(pending)),
    stop: async (): Promise<void> => {
      clock.stop();
      for (const { running } of functions.values()) running.stop();
      await Promise.all([door.stop(), local.stop()]);
    },
  };
};
export type Deployed = Awaited<ReturnType<typeof deploy>>;

const lawOf = (
  stack: Stack,
  { synthesized, place, members, organization, controls, change, boundaries, secretKeys = {} }: Deployment,
): Law => {
  const own = policiesOf(stack, boundaries);
  const hasBus = busOf(stack) !== undefined;
  const ofMembers = [
    ...members.map(accountId => deployedStack(synthesized.memberTemplate, 'member', { ...place, accountId })),
    ...(hasBus ? [place.accountId, ...members] : []).map(accountId =>
      eventsStack({ synthesized, place }, stack, accountId, place.region),
    ),
  ].map(each => policiesOf(each));
  const deployed = change?.(own) ?? own;
  return {
    policies: {
      identity: new Map([...deployed.identity, ...ofMembers.flatMap(({ identity }) => [...identity])]),
      resource: new Map([
        ...deployed.resource,
        ...ofMembers.flatMap(({ resource }) => [...resource]),
        ...Object.values(secretKeys).map(({ arn, policy }) => [arn, policy] as const),
        ...managedKeys(place),
      ]),
      boundary: deployed.boundary ?? new Map(),
    },
    organizationId: organization.id,
    home: { accountId: place.accountId },
    ...(controls === undefined ? {} : { controls }),
  };
};

const busOf = (stack: Stack): string | undefined => ofType(stack, 'AWS::Events::EventBus')[0]?.arn;

/** The stack by which an account tells the bus of changes in a region (docs/deploy.md, "The fast lane"). Throws without a bus. */
const eventsStack = (
  { synthesized, place }: Pick<Deployment, 'synthesized' | 'place'>,
  stack: Stack,
  accountId: string,
  region: string,
): Stack => {
  const BusArn = busOf(stack);
  if (BusArn === undefined) throw new Error(`${stack.name} has no event bus`);
  return deployedStack(synthesized.eventsTemplate, 'events', { ...place, accountId, region }, { BusArn });
};

const backendsOf = (
  { tableUrl, messagesUrl, theirAccount }: LocalBackends,
  awsUrl: string,
): Readonly<Record<string, Backend>> => ({
  ...Object.fromEntries(accountServices.map(service => [service, { url: awsUrl }])),
  ...{ dynamodb: { url: tableUrl }, s3: { url: messagesUrl } },
  sns: { url: messagesUrl, accountId: theirAccount },
  sqs: { url: messagesUrl, accountId: theirAccount },
});

/** The keys of the table and of its indexes, by the index. */
const indexKeysOf = (stack: Stack): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    ofType(stack, 'AWS::DynamoDB::Table').flatMap(({ properties: { KeySchema, GlobalSecondaryIndexes = [] } }) =>
      [{ IndexName: '', KeySchema }, ...[GlobalSecondaryIndexes].flat()].map(each => {
        const index = record(each, 'an index');
        const keys = [index.KeySchema].flat().map(key => String(record(key, 'a key').AttributeName));
        return [String(index.IndexName), keys];
      }),
    ),
  );

/** The partition keys of the table and of its indexes. */
const partitionKeysOf = (stack: Stack): readonly string[] => [
  ...new Set(Object.values(indexKeysOf(stack)).flatMap(([key]) => key ?? [])),
];

/** Seconds for which Lambda gives a function its keys. */
const sessionSeconds = 12 * 3600;

const functionsOf = (
  stack: Stack,
  {
    synthesized,
    place,
    network,
    endpoint,
    keys,
    clock,
  }: Deployment & {
    readonly endpoint: string;
    readonly keys: ReturnType<typeof identities>;
    readonly clock: WorldClock;
  },
) =>
  new Map(
    ofType(stack, 'AWS::Lambda::Function').map(({ arn, properties }) => {
      const name = String(properties.FunctionName);
      const roleArn = String(properties.Role);
      const { Variables = {} } = record(properties.Environment ?? {}, 'Environment');
      const { LogGroup = name, LogFormat = 'Text' } = record(properties.LoggingConfig ?? {}, 'LoggingConfig');
      const environment = Object.fromEntries(
        Object.entries(record(Variables, 'Variables')).map(([key, value]) => [key, String(value)]),
      );
      const running = new RunningFunction(
        {
          ...{ name, arn, environment, handler: String(properties.Handler) },
          ...{ timeout: Number(properties.Timeout ?? 3), memory: Number(properties.MemorySize ?? 128) },
          ...{ logGroup: String(LogGroup), logFormat: String(LogFormat) },
          taskRoot: synthesized.assetOf(String(record(properties.Code, 'Code').S3Key)),
        },
        { ...network, region: place.region, endpoint, credentials: keys.issue(roleArn, name, sessionSeconds) },
        clock,
      );
      return [arn, { name, roleArn, running }] as const;
    }),
  );

type Ask = (question: Question, operation: string) => Promise<boolean>;

/** A service takes on a role: refused where the role does not trust it. */
const assumes = async (
  ask: Ask,
  service: string,
  roleArn: string,
  context: Question['context'] = {},
): Promise<void> => {
  const question = { principal: { kind: 'service', service }, action: 'sts:AssumeRole', resource: roleArn } as const;
  if (!(await ask({ ...question, context }, 'sts:AssumeRole'))) throw new Error(`${service} may not assume ${roleArn}`);
};

/** The event of an execution that ended (Step Functions Developer Guide, "Automating Step Functions event delivery"). */
const executionEvent = (
  { arn, machineArn, name, startedAt, input }: Execution,
  { status, ...how }: Ended,
  now: number,
): Json => ({
  version: '0',
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  time: new Date(now).toISOString(),
  detail: {
    ...{ executionArn: arn, stateMachineArn: machineArn, name, status, input },
    ...{ startDate: startedAt, stopDate: now },
    ...('output' in how ? { output: JSON.stringify(how.output) } : how),
  },
});

/** Starts what a schedule starts, with its role. Answers the execution. */
const fire = async (
  stack: Stack,
  schedule: string,
  { ask, machines, clock }: { readonly ask: Ask; readonly machines: readonly Machine[]; readonly clock: WorldClock },
): Promise<Execution> => {
  const found = ofType(stack, 'AWS::Scheduler::Schedule').find(({ properties }) => properties.Name === schedule);
  if (found === undefined) throw new Error(`no schedule ${schedule}`);
  const { Arn, RoleArn, Input } = record(found.properties.Target, 'the target');
  const context = { 'aws:SourceAccount': stack.place.accountId, 'aws:SourceArn': found.arn };
  await assumes(ask, 'scheduler.amazonaws.com', String(RoleArn), context);
  const principal = { kind: 'session', roleArn: String(RoleArn), session: 'scheduler' } as const;
  const question = { principal, action: 'states:StartExecution', resource: String(Arn) };
  if (!(await ask(question, 'scheduler:Invoke'))) throw new Error(`${schedule} may not start ${Arn}`);
  const machine = machines.find(({ arn }) => arn === Arn);
  if (machine === undefined) throw new Error(`no state machine ${Arn}`);
  const input = String(Input ?? '{}')
    .replaceAll('<aws.scheduler.execution-id>', crypto.randomUUID())
    .replaceAll('<aws.scheduler.scheduled-time>', new Date(clock.now()).toISOString());
  return machine.start(undefined, input);
};

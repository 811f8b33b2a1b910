/** Services that the door answers itself: STS's AssumeRole, Step Functions, EventBridge, Security Hub, Secrets Manager, and who is
 *  subscribed to a topic. Sources: the API Reference of each. */
import { type Answer, errorAnswer, jsonAnswer, queryAnswer } from './answers.ts';
import type { Allowed } from './backends.ts';
import { eventsTaken, findingsTaken } from './entries.ts';
import type { Identities } from './identities.ts';
import type { Machine } from './machines.ts';
import { type Json, ofType, type Stack } from './stack.ts';

/** All that services took since the start. */
export interface Taken {
  readonly events: Json[];
  readonly findings: Json[];
  readonly messages: Json[];
}

/** The parts that the answers are made of. */
export interface OwnAnswers {
  readonly stack: Stack;
  readonly identities: Identities;
  /** Whether there is such a role: its trust policy was judged already. */
  readonly hasRole: (arn: string) => boolean;
  readonly machines: () => readonly Machine[];
  /** Texts of secrets by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Addresses that have not confirmed their subscription. */
  readonly unconfirmed: ReadonlySet<string>;
  /** Entries of PutEvents and findings that were taken, and messages that were published. */
  readonly taken: Taken;
}

type Own = (allowed: Allowed, own: OwnAnswers) => Answer;

const assumeRole: Own = ({ call: { input } }, { identities, hasRole }) => {
  const arn = String(input.RoleArn);
  const session = String(input.RoleSessionName);
  const seconds = Number(input.DurationSeconds ?? 3600);
  // A role that assumes a role gets an hour at most (IAM User Guide, "Role chaining").
  if (!hasRole(arn)) return errorAnswer({ service: 'sts' }, 'AccessDenied', `${arn} cannot be assumed`, 403);
  if (seconds < 900 || seconds > 3600)
    return errorAnswer(
      { service: 'sts' },
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = identities.issue(arn, session, seconds);
  const assumed = arn.replace(':iam:', ':sts:').replace(/:role\/(?:.*\/)?/, ':assumed-role/');
  return queryAnswer(
    'AssumeRole',
    `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiration).toISOString()}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROASANDBOXSANDBOX000:${session}</AssumedRoleId><Arn>${assumed}/${session}</Arn></AssumedRoleUser>`,
  );
};

const startExecution: Own = ({ call: { input } }, { machines }) => {
  const machine = machines().find(({ arn }) => arn === input.stateMachineArn);
  const service = { service: 'states' };
  if (machine === undefined) return errorAnswer(service, 'StateMachineDoesNotExist', 'State Machine Does Not Exist');
  const { name, input: text } = input;
  try {
    const given = [name, text].map(each => (typeof each === 'string' ? each : undefined));
    const { arn, startedAt } = machine.start(given[0], given[1]);
    return jsonAnswer({ executionArn: arn, startDate: startedAt / 1000 });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return errorAnswer(service, error.name, error.message);
  }
};

const describeExecution: Own = ({ call: { input } }, { machines }) => {
  const executionArn = String(input.executionArn);
  const found = machines()
    .map(machine => machine.find(executionArn))
    .find(each => each !== undefined);
  if (found === undefined)
    return errorAnswer({ service: 'states' }, 'ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  const { machineArn, name, startedAt, ending } = found;
  const { status, stoppedAt, ...how } = ending ?? { status: 'RUNNING' as const, stoppedAt: undefined };
  return jsonAnswer({
    ...{ executionArn, stateMachineArn: machineArn, name, status, startDate: startedAt / 1000, input: found.input },
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    ...('output' in how ? { output: JSON.stringify(how.output) } : how),
  });
};

/** Of the past of an execution the states that it entered alone, in the order that was asked for. */
const executionHistory: Own = ({ call: { input } }, { machines }) => {
  const executionArn = String(input.executionArn);
  const found = machines().flatMap(machine => machine.find(executionArn) ?? []);
  const [execution] = found;
  if (execution === undefined)
    return errorAnswer({ service: 'states' }, 'ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  const events = execution.entered.map(({ state, at }, index) => ({
    ...{ id: index + 2, previousEventId: index + 1, timestamp: at / 1000, type: 'TaskStateEntered' },
    stateEnteredEventDetails: { name: state },
  }));
  const asked = input.reverseOrder === true ? events.reverse() : events;
  return jsonAnswer({ events: asked.slice(0, Number(input.maxResults ?? 100)) });
};

const listExecutions: Own = ({ call: { input } }, { machines }) => {
  const machine = machines().find(({ arn }) => arn === input.stateMachineArn);
  if (machine === undefined)
    return errorAnswer({ service: 'states' }, 'StateMachineDoesNotExist', 'State Machine Does Not Exist');
  const executions = machine
    .list()
    .map(({ arn, machineArn, name, startedAt, ending }) => ({
      ...{ executionArn: arn, stateMachineArn: machineArn, name, startDate: startedAt / 1000 },
      ...(ending === undefined ? { status: 'RUNNING' } : { status: ending.status, stopDate: ending.stoppedAt / 1000 }),
    }));
  const wanted = executions.filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter);
  return jsonAnswer({ executions: wanted.slice(0, Number(input.maxResults ?? 100)) });
};

const putEvents: Own = (allowed, { stack, taken }) => {
  const { answer, taken: events } = eventsTaken(allowed, stack);
  taken.events.push(...events);
  return answer;
};

const importFindings: Own = (allowed, { taken }) => {
  const { answer, taken: findings } = findingsTaken(allowed);
  taken.findings.push(...findings);
  return answer;
};

const secretValue: Own = ({ call: { input } }, { secrets }) => {
  const Name = String(input.SecretId);
  const SecretString = secrets[Name];
  if (SecretString !== undefined) return jsonAnswer({ Name, SecretString, VersionStages: ['AWSCURRENT'] });
  const words = "Secrets Manager can't find the specified secret.";
  return errorAnswer({ service: 'secretsmanager' }, 'ResourceNotFoundException', words);
};

const subscriptions: Own = ({ call: { input } }, { stack, unconfirmed }) => {
  const members = ofType(stack, 'AWS::SNS::Subscription')
    .filter(({ properties }) => properties.TopicArn === input.TopicArn)
    .map(({ id, properties: { Endpoint, Protocol, TopicArn } }) => {
      const arn = unconfirmed.has(String(Endpoint)) ? 'PendingConfirmation' : `${TopicArn}:${id}`;
      return `<member><TopicArn>${TopicArn}</TopicArn><Protocol>${Protocol}</Protocol><Endpoint>${Endpoint}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`;
    });
  return queryAnswer('ListSubscriptionsByTopic', `<Subscriptions>${members.join('')}</Subscriptions>`);
};

const own: Readonly<Record<string, Own>> = {
  'sts:AssumeRole': assumeRole,
  'states:StartExecution': startExecution,
  'states:DescribeExecution': describeExecution,
  'states:GetExecutionHistory': executionHistory,
  'states:ListExecutions': listExecutions,
  'events:PutEvents': putEvents,
  'securityhub:BatchImportFindings': importFindings,
  'secretsmanager:GetSecretValue': secretValue,
  'sns:ListSubscriptionsByTopic': subscriptions,
};

/** The answer of the door itself; undefined where the service's backend answers. */
export const ownAnswer = (allowed: Allowed, parts: OwnAnswers): Answer | undefined => {
  const operation = `${allowed.call.service}:${allowed.call.operation}`;
  if (operation === 'sns:Publish') parts.taken.messages.push(allowed.call.input);
  return own[operation]?.(allowed, parts);
};

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  environmentNames,
  type FunctionName,
  functionNames,
  runMetrics,
  type StepName,
} from '../../lib/audit/contract.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { DocumentStore } from '../../lib/audit/ports.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { writeConfiguration } from '../../lib/infra/write-configuration.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import { startLocalServices, tableName } from '../../sandbox/local-services.ts';
import { firstAudit, issuerServers, issuers } from '../../sandbox/world/scenarios/first-audit.ts';
import { type World, worldTime } from '../../sandbox/world/world.ts';
import { anApiEvent } from '../support/api-events.ts';
import { type FunctionAws, startFunctionAws } from '../support/aws-of-a-function.ts';
import { bundledIn } from '../support/bundled.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';
import { golden } from '../support/golden.ts';
import type { HandlerCall, HandlerEnd } from '../support/invoke-handlers.ts';
import { auditorStack, templateOf } from '../support/synthesized.ts';
import { writtenText } from '../support/written-text.ts';

/**
 * Every handler as Lambda runs it: its bundle, an event of the state machine, the variables that the template gives to its
 * function. Answers, log lines, metrics and requests are compared with test/golden/handlers.txt.
 */
const region = 'eu-west-1';
const own = '111122223333';
/** Rules of a few findings: what others say is compared where they are. */
const askedRules = ['cluster-provider-missing', 'provider-audience-missing', 'service-account-role-missing'];
const settings = {
  rules: Object.fromEntries(
    catalog.filter(({ id }) => !askedRules.includes(id)).map(({ id }) => [id, { enabled: false }]),
  ),
  accounts: { from: 'list', accountIds: [own] },
  regions: [region],
  roleDetails: true,
  cloudTrail: { enabled: true },
  inCluster: { enabled: true },
  ...{ resourceControlPolicies: true, unusedPermissions: true, rbac: true },
  dashboard: true,
  eventBridge: { enabled: true },
  securityHub: { enabled: true },
  notifications: [{ to: 'email', addresses: ['platform@example.com'] }],
  operations: { to: 'email', addresses: ['ops@example.com'] },
  weeklySummary: { enabled: true },
  fastLane: { enabled: true, organizationId: 'o-a1b2c3d4e5' },
};
const run = { runId: 'run-1', startedAt: '2026-11-02T03:00:00.000Z' };
const state = { ...run, accounts: [own] };
/** The clock of the world and of the functions, after all that the events tell of. */
const now = (): number => Date.parse('2026-11-04T06:00:00.000Z');

/** The end of a call, and the requests that it made. */
interface Told extends HandlerEnd {
  readonly requests: readonly string[];
  readonly bodies: ReturnType<FunctionAws['takeBodies']>;
}

const change = JSON.stringify(anApiEvent());
const failedExecution = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    ...{ name: 'run-0', status: 'FAILED', error: 'States.Runtime', cause: 'no', startDate: 1_793_588_400_000 },
    executionArn: `arn:aws:states:${region}:${own}:execution:irsa-auditor:run-0`,
  },
};

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-every-handler-'));
const stops: (() => Promise<unknown> | unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
let aws: FunctionAws;
let child: ChildProcess;
let documents: DocumentStore;
/** The variables of each function of the template, those of resources with the sandbox's own. */
let environments: Readonly<Record<FunctionName, Readonly<Record<string, string>>>>;

/** The healthy cluster alone and its roles, without their provider: few findings, so that few changes of rules show here. */
const oneCluster = (world: World): World => {
  const [account] = world.accounts.filter(({ accountId }) => accountId === own);
  if (account === undefined) throw new Error(`no account ${own}`);
  const kept = {
    ...account,
    clusters: account.clusters.filter(({ name }) => name === 'shop'),
    roles: account.roles.filter(({ trustPolicy }) => trustPolicy.includes(issuers.shop)).slice(0, 2),
    ...{ providers: [], events: [] },
  };
  return { ...world, accounts: [kept] };
};

/** The provider of the cluster, without its audience: one finding ends, and another begins. */
const providerMadeLater = {
  url: issuers.shop.replace('https://', ''),
  ...{ audiences: ['sts'], thumbprints: ['0'.repeat(40)], createdAt: '2026-11-02T12:00:00.000Z', tags: {} },
};
const laterRun = { runId: 'later-run', startedAt: '2026-11-03T03:00:00.000Z' };
let ownAccount: World['accounts'][number];

const isOf = (functionName: unknown, step: FunctionName): boolean => String(functionName).endsWith(step);

beforeAll(async () => {
  const servers = await startIssuers(issuerServers(), { now });
  stops.push(servers.stop);
  const world = { ...oneCluster(await firstAudit(servers.thumbprints, worldTime({ now }))), now };
  const [kept] = world.accounts;
  if (kept === undefined) throw new Error('no account');
  ownAccount = kept;
  const sandbox: SandboxAws = await startAws(world);
  stops.push(sandbox.stop);
  const services = await startLocalServices(region);
  stops.push(services.stop);
  documents = s3DocumentStore({ client: services.s3, bucket: services.bucket });
  const clusters = await startClusters(world, servers.mintToken);
  stops.push(clusters.stop);
  const one = { status: 200 };
  aws = await startFunctionAws(
    {
      ...Object.fromEntries(
        ['iam', 'sts', 'eks', 'organizations', 'cloudtrail', 'servicequotas'].map(name => [name, sandbox.url]),
      ),
      ...{
        dynamodb: services.tableUrl,
        s3: services.messagesUrl,
        sns: services.messagesUrl,
        sqs: services.messagesUrl,
      },
      states: () => ({ ...one, body: { executionArn: 'arn:aws:states:execution', startDate: 1 } }),
      events: () => ({
        ...one,
        body: { FailedEntryCount: 0, Entries: Array.from({ length: 10 }, () => ({ EventId: 'a' })) },
      }),
      securityhub: () => ({ ...one, body: { FailedCount: 0, SuccessCount: 1, FailedFindings: [] } }),
    },
    now,
  );
  stops.push(aws.stop);
  const values: Readonly<Record<string, string>> = {
    [environmentNames.table]: tableName,
    [environmentNames.bucket]: services.bucket,
    [environmentNames.topic]: services.topicArn,
    [environmentNames.operationsTopic]: services.topicArn.replace(/[^:]+$/, 'operations'),
    [environmentNames.deadLetters]: services.undeliveredUrl,
    [environmentNames.stateMachine]: `arn:aws:states:${region}:${own}:stateMachine:irsa-auditor`,
    [environmentNames.fastLane]: `arn:aws:states:${region}:${own}:stateMachine:irsa-auditor-fast-lane`,
  };
  const functions = Object.values(templateOf(auditorStack(settings)).Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(
      ({ Properties }) => Properties as { FunctionName: string; Environment: { Variables: Record<string, string> } },
    );
  environments = Object.fromEntries(
    functionNames.map(step => {
      const { Variables } = functions.find(({ FunctionName }) => isOf(FunctionName, step))?.Environment ?? {};
      return [step, Object.fromEntries(Object.entries(Variables ?? {}).map(([k, text]) => [k, values[k] ?? text]))];
    }),
  ) as typeof environments;
  writeConfiguration(await bundledIn(directory), parseConfiguration(JSON.stringify(settings), 'test'));
  child = fork('test/support/invoke-handlers.ts', { execArgv: [], env: { PATH: process.env.PATH } });
  stops.push(() => child.disconnect());
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const call = async (step: FunctionName, event: unknown): Promise<Told> => {
  aws.takeRequests();
  const message: HandlerCall = {
    bundle: join(directory, step, 'index.mjs'),
    event,
    now: now(),
    isHurried: aws.refusal !== undefined,
    environment: {
      ...environments[step],
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: '111122223333',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_ENDPOINT_URL: aws.url,
      AWS_LAMBDA_FUNCTION_NAME: step,
      LAMBDA_TASK_ROOT: join(directory, step),
    },
  };
  child.send(message);
  const [end] = (await once(child, 'message')) as [HandlerEnd];
  return { ...end, requests: aws.takeRequests(), bodies: aws.takeBodies() };
};

/** A text with a word for each part that varies from run to run, or with the clock. */
const steady = (text: string): string =>
  text
    .replace(/fast-[0-9TZ:.-]+/g, 'fast-RUN')
    .replace(/notes\/fast-RUN\/[^.]+/g, 'notes/fast-RUN/NOTE')
    .replace(/\b[0-9a-f]{32}\b/g, 'DIGEST')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    .replace(/\b\d{4}-\d\d-\d\d\b/g, 'DAY')
    .replace(/\/irsa-auditor-snapshots\//g, '')
    .replace(/\.json\.gz\b/g, '');

/** The bodies that were written, with words for what varies from run to run. Instants of the events stay, and so do ids of the calls with
 *  these alone. */
const steadyBodies = (bodies: Told['bodies'], isOfEvents: boolean): Told['bodies'] => {
  const text = JSON.stringify(bodies);
  for (const [id] of isOfEvents ? text.matchAll(/\b[0-9a-f]{32}\b/g) : []) fixedIds.add(id);
  const told = text
    .replace(/\/irsa-auditor-snapshots\/|\.json\.gz\b/g, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/LS0t[\w+/=]+/g, 'CERTIFICATE')
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'TOKEN')
    .replace(/\b1[89]\d{8}\b/g, seconds => (fixedSeconds.has(Number(seconds)) ? seconds : 'SECONDS'))
    .replace(/fast-\d{8}T[\d.]+Z/g, 'fast-RUN')
    .replace(/\b[0-9a-f]{32}\b/g, id => (fixedIds.has(id) ? id : 'DIGEST'))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, instant => (/^2026-11-0[1-3]T/.test(instant) ? instant : 'INSTANT'));
  return JSON.parse(told);
};
const fixedIds = new Set<string>();
/** When what the events wrote expires: days after a run began. */
const fixedSeconds = new Set(
  [run, laterRun].flatMap(({ startedAt }) => [90, 400].map(days => Date.parse(startedAt) / 1000 + days * 86_400)),
);

const logFields = ['level', 'message', 'step', 'runId', 'accountId', 'service', 'function_request_id', 'reason'];
/** A line that a function printed: of a log line its fields and the error's name, of metrics their names and values. */
const lineOf = (line: string): string => {
  const printed: Record<string, unknown> = JSON.parse(line);
  const { _aws, error, function_request_id: requestId } = printed;
  if (_aws !== undefined) {
    const { Namespace, Dimensions } = (_aws as { CloudWatchMetrics: [Record<string, unknown>] }).CloudWatchMetrics[0];
    const values = Object.fromEntries(Object.entries(printed).filter(([name]) => name !== '_aws'));
    return `metrics ${JSON.stringify({ Namespace, Dimensions, ...values })}`;
  }
  const told = Object.fromEntries(logFields.filter(name => name in printed).map(name => [name, printed[name]]));
  const { name } = (error ?? {}) as { name?: string };
  const withRequest = { ...told, function_request_id: /^request-\d+$/.test(String(requestId)) };
  return `log ${JSON.stringify(name === undefined ? withRequest : { ...withRequest, error: name })}`;
};

const shown = ({ answer, error, lines, requests }: Told): readonly string[] =>
  [
    error === undefined ? `answers ${JSON.stringify(answer)}` : `throws ${error.name}: ${error.message}`,
    ...lines.map(lineOf),
    ...[...new Set(requests.map(steady))].sort(),
  ].map(line => `  ${steady(line)}`);

const account = { ...run, accountId: own };
/** The calls of a full run, of one that failed, and of the weekly summary, in their order. */
const calls: readonly (readonly [title: string, step: FunctionName, event: Readonly<Record<string, unknown>>])[] = [
  ['the first step', 'list-targets', run],
  ['an account', 'collect-account', account],
  ['a cluster', 'collect-cluster', { ...account, clusters: ['eu-west-1/shop'] }],
  ['all accounts are read', 'index-issuers', state],
  ['the issuers', 'probe-issuers', state],
  ['the rules of an account', 'evaluate-account', account],
  ['what changed is sent', 'notify-drift', state],
  ['the last step', 'complete-run', state],
  ['an execution that failed', 'complete-run', failedExecution],
  ['the weekly summary', 'notify-drift', { ...state, runId: 'summary-1', summary: true }],
];

describe('every handler does what it did', () => {
  const told: string[] = [];
  const written: string[] = [];
  const writing = writtenText();
  const tell = async (title: string, step: FunctionName, event: object): Promise<Told> => {
    const end = await call(step, event);
    told.push(`${step}: ${title}`, ...shown(end), '');
    const isOfClock = JSON.stringify(event).includes('fast-');
    written.push(writing(`${step}: ${title}`, steadyBodies(end.bodies, !isOfClock)));
    return end;
  };

  test('in a full run, after one that failed, in a run of the fast lane', async () => {
    for (const each of calls) await tell(...each);
    expect(await documents.get(documentKeys(run.runId).status)).toMatchObject({
      record: { apiCalls: { 'iam:ListRoles': 1, 'eks:DescribeCluster': 1 } },
    });
    ownAccount.providers.push(providerMadeLater);
    for (const [title, step, event] of calls.slice(0, 8))
      await tell(`${title}, later`, step, { ...event, ...laterRun });
    ownAccount.providers.pop();
    const noted = await tell('a batch of changes', 'note-changes', { Records: [{ messageId: '1', body: change }] });
    const { run: runId } = noted.answer as { readonly run: string };
    const fast = { ...state, ...laterRun, runId, fast: true };
    const changed = { ...account, ...laterRun, runId };
    await tell('a run of the fast lane', 'plan-fast-run', { runId });
    await tell('an account that changed', 'collect-account', changed);
    await tell('over the last index', 'overlay-issuers', fast);
    await tell('the rules of an account that changed', 'evaluate-account', changed);
    await tell('what changed is sent at once', 'notify-drift', fast);
    const messages = aws.takeMessages();
    const digests = messages.filter(message => message.startsWith('{')).map(message => JSON.parse(message));
    expect(digests.map(({ links }) => [links.table, links.region])).toEqual(Array(4).fill([tableName, region]));
    const linksOf = (message: string) =>
      [...new Set(message.match(/(?:executions|statemachines)[^\s"\\)]*/g))].map(steady);
    // Each digest is two messages with the same links: the document for machines, then the text for people.
    expect(messages.map(message => [message.startsWith('{') ? 'document' : 'text', ...linksOf(message)])).toEqual(
      [
        'executions/details/arn:aws:states:eu-west-1:111122223333:execution:irsa-auditor:run-1',
        'statemachines/view/arn:aws:states:eu-west-1:111122223333:stateMachine:irsa-auditor',
        'executions/details/arn:aws:states:eu-west-1:111122223333:execution:irsa-auditor:later-run',
        'executions/details/arn:aws:states:eu-west-1:111122223333:execution:irsa-auditor-fast-lane:fast-RUN',
      ].flatMap(link => [
        ['document', link],
        ['text', link],
      ]),
    );
    golden('handlers.txt', `${told.join('\n')}`);
    golden('handlers-written.txt', written.join('\n'));
    expect(new Set(told.flatMap(line => /^([a-z-]+): /.exec(line)?.[1] ?? []))).toEqual(new Set(functionNames));
  });
});

test('a page that the bucket does not take is told in the log, and the run is complete without it', async () => {
  aws.refusal = { status: 403, code: 'AccessDenied', of: /report\.html/ };
  const { answer, lines } = await call('complete-run', state).finally(() => {
    aws.refusal = undefined;
  });
  expect(answer).toMatchObject({ runId: 'run-1', reportFailure: expect.stringContaining('AccessDenied') });
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
    level: 'WARN',
    message: 'no page of this run',
    reason: expect.stringContaining('AccessDenied'),
  });
  const metrics = JSON.parse(lines.find(line => line.includes('"CloudWatchMetrics"')) ?? '{}');
  expect(metrics).toMatchObject({ [runMetrics.failedRuns]: 0, [runMetrics.unreadAccounts]: expect.any(Number) });
});

test('what waits for a destination that the configuration no longer has goes to the queue of dead letters', async () => {
  const waiting = [{ digest: aDigest(openedOf([aRoleFinding('cart')])), attempts: 1 }];
  await documents.put(documentKeys('').outbox('gone'), { waiting, because: 'HTTP 500', upTo: 99 });
  const { answer, requests } = await call('notify-drift', { ...state, runId: 'run-2' });
  expect(answer).toMatchObject({ givenUp: 1 });
  expect(requests.filter(request => request.includes('SendMessage'))).toHaveLength(1);
});

const valid: Readonly<Record<FunctionName, object>> = {
  ...(Object.fromEntries(calls.slice(0, 8).map(([, step, event]) => [step, event])) as Record<StepName, object>),
  'note-changes': { Records: [{ messageId: '1', body: change }] },
  'plan-fast-run': { runId: 'fast-20261102T030000Z' },
  'overlay-issuers': { ...state, runId: 'fast-20261102T030000Z', fast: true },
};

describe.each(functionNames)('%s', step => {
  test('refuses an event that is not its own, and asks nothing', async () => {
    const { error, requests } = await call(step, { runId: '' });
    expect([error?.name, requests]).toEqual(['InvalidEvent', []]);
  });

  test.each([
    ['a refusal', { status: 403, code: 'AccessDenied' }, 'AccessDenied'],
    ['a fault of a service', { status: 503, code: 'ServiceUnavailable' }, 'TransientError'],
  ])('%s leaves it under the name that the state machine goes by, and stands in its log', async (_, refusal, name) => {
    aws.refusal = refusal;
    const { error, lines, requests } = await call(step, valid[step]).finally(() => {
      aws.refusal = undefined;
    });
    expect(requests.length).toBeGreaterThan(0);
    expect(error?.name).toBe(name);
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { level: 'ERROR', message: 'step failed', step, error: { name } },
    ]);
  });
});

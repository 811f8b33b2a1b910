import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deliver, maxDelivery } from '../../lib/audit/deliver.ts';
import { maxSend } from '../../lib/audit/drain.ts';
import type { Notifier } from '../../lib/audit/ports.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { cloudFormationClient } from '../../lib/cli/clients.ts';
import type { Unsent } from '../../lib/history/digest.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { secretsManagerReader, sqsClient } from '../../lib/notify/clients.ts';
import { notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { requestLimits, sdkClientOptions } from '../../lib/outbound/sdk-client-options.ts';
import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';
import { silentServer } from '../support/silent-server.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const at = '2026-11-02T03:00:00.000Z';
const digest = aDigest(openedOf([aRoleFinding('x')]));
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:findings';
const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
const place = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };

/** Every destination of its own over one endpoint; the last one has its address in a secret. */
const notifiersAt = (endpoint: string): readonly Notifier[] => {
  const clients = { region: 'eu-west-1', endpoint, credentials, requestTimeout: 150, maxAttempts: 1 };
  return [
    snsNotifier({ client: snsClient(clients), topicArn }),
    ...notifiersOf([{ to: 'eventbridge' }, { to: 'security-hub' }, { to: 'slack', secretName: 's' }], {
      clients,
      readSecret: secretsManagerReader(clients),
      now: Date.now,
      place,
    }),
  ];
};

describe.each(['silent', 'stalled'] as const)('a server that is %s', kind => {
  let server: Awaited<ReturnType<typeof silentServer>>;
  beforeEach(async () => {
    server = await silentServer(kind);
  });
  afterEach(() => server.stop());

  test.each<
    readonly [string, (options: Parameters<typeof sdkClientOptions>[0] & { endpoint: string }) => Promise<unknown>]
  >([
    [
      'SQS',
      at =>
        sqsDeadLetters({ client: sqsClient(at), queueUrl: `${at.endpoint}/q` }).put({
          destination: 'x',
          attempts: 1,
          because: '',
          digest,
        }),
    ],
    ['Secrets Manager', at => secretsManagerReader(at)('s')],
    ['S3, to write', at => s3DocumentStore({ client: s3Client(at), bucket: 'b' }).put('k', {})],
    ['S3, to read', at => s3DocumentStore({ client: s3Client(at), bucket: 'b' }).get('k')],
    [
      'DynamoDB',
      at =>
        dynamodbFindingStore({
          client: dynamodbClient(at),
          tableName: 't',
          retention: { resolvedDays: 1, historyDays: 1 },
        }).load('111122223333'),
    ],
    ['CloudFormation', async at => (await cloudFormationClient(at)).send(new DescribeStacksCommand({}))],
  ])('a call of %s ends in time', async (_, call) => {
    const options = { region: 'eu-west-1', endpoint: server.url, credentials, requestTimeout: 150, maxAttempts: 1 };
    await expect(call(options)).rejects.toThrow(/time|aborted/i);
  });

  test('holds up no other destination: it refuses, and the run ends', async () => {
    const took: Digest[] = [];
    const unsent: Unsent[] = [];
    const ports = {
      documents: memoryDocumentStore(),
      findings: { ...memoryFindingStore(), pending: async () => unsent.splice(0), markSent: async () => undefined },
      notifiers: [...notifiersAt(server.url), takingNotifier('good', took)],
      now: () => at,
    };
    for (const name of ['first', 'second']) {
      unsent.push(...openedOf([aRoleFinding(name)]).map(transition => ({ key: name, transition })));
      const result = await notifyDrift(
        ports,
        { minSeverity: 'low', links: {} },
        { runId: `run-${name}`, startedAt: at, accounts: [] },
      );
      expect(result).toMatchObject({ sent: true, failed: ['sns', 'eventbridge', 'security-hub', 'slack-s'] });
    }
    expect(took).toHaveLength(2);
  });
});

describe('a destination whose sending never ends', () => {
  beforeEach(() => void jest.useFakeTimers({ now: Date.parse(at) }));
  afterEach(() => void jest.useRealTimers());

  const hung: Notifier = { name: 'hung', send: () => new Promise(() => undefined) };
  const now = () => new Date(Date.now()).toISOString();

  test('is a refusal after its time: the attempt is counted and the others have theirs', async () => {
    const took: Digest[] = [];
    const documents = memoryDocumentStore();
    const delivery = deliver({ now, documents, notifiers: [hung, takingNotifier('good', took)] }, digest);
    await jest.advanceTimersByTimeAsync(maxSend);
    expect(await delivery).toEqual({ sentTo: ['good'], failed: ['hung'], held: [], givenUp: 0 });
    expect(await documents.get('outbox/hung.json')).toMatchObject({
      because: 'TransientError: no answer in 60 s',
      waiting: [{ attempts: 1 }],
    });
  });

  test('takes two refusals of one run and no more, however much waits for it', async () => {
    const documents = memoryDocumentStore();
    const refuses: Notifier = { name: 'hung', send: () => Promise.reject(new Error('no')) };
    for (const name of ['a', 'b', 'c', 'd'])
      await deliver({ now, documents, notifiers: [refuses] }, aDigest(openedOf([aRoleFinding(name)])));
    const began = Date.now();
    const delivery = deliver({ now, documents, notifiers: [hung] }, undefined);
    await jest.runAllTimersAsync();
    expect(await delivery).toMatchObject({ failed: ['hung'] });
    expect(Date.now() - began).toBe(2 * maxSend);
  });
});

test('the attempts of one call end before the deadline of a send, and two deliveries before the step', () => {
  const { maxAttempts, requestHandler } = sdkClientOptions({});
  expect(requestHandler).toEqual({
    ...requestLimits,
    socketTimeout: requestLimits.requestTimeout,
    throwOnRequestTimeout: true,
  });
  expect(maxAttempts * requestLimits.requestTimeout).toBeLessThan(maxSend);
  expect(2 * (maxDelivery + maxSend)).toBeLessThan(15 * 60_000);
});

describe('no destination waits for another one', () => {
  beforeEach(() => void jest.useFakeTimers({ now: Date.parse(at) }));
  afterEach(() => void jest.useRealTimers());
  const now = () => new Date(Date.now()).toISOString();

  /** Runs that have one change each to tell, with a destination that hangs until it is told to answer. */
  const world = () => {
    const took: Record<'good' | 'hung', string[]> = { good: [], hung: [] };
    let hangs = true;
    let release = (): void => undefined;
    const unsent: Unsent[] = [];
    const nameOf = ({ transitions }: Digest) => transitions.map(({ after }) => after.finding.roleArn ?? '').join();
    const ports = {
      now,
      documents: memoryDocumentStore(),
      findings: { ...memoryFindingStore(), pending: async () => unsent.splice(0), markSent: async () => undefined },
      notifiers: (['good', 'hung'] as const).map(name => ({
        name,
        send: async (sent: Digest): Promise<'sent'> => {
          if (name === 'hung' && hangs)
            await new Promise<void>(resolve => {
              release = resolve;
            });
          took[name].push(nameOf(sent).replace(/.*-/, ''));
          return 'sent';
        },
      })),
    };
    const run = (name: string) => {
      unsent.push(...openedOf([aRoleFinding(`role-${name}`)]).map(transition => ({ key: name, transition })));
      const state = { runId: `run-${name}`, startedAt: at, accounts: [], fast: true as const };
      return notifyDrift(ports, { minSeverity: 'low', links: {} }, state);
    };
    const answer = (): void => {
      hangs = false;
    };
    return { took, run, answer, release: () => release() };
  };

  test('in runs that overlap: each has the news of every run at once', async () => {
    const { took, run, answer } = world();
    const first = run('1');
    await jest.advanceTimersByTimeAsync(1000);
    expect(await run('2')).toMatchObject({ sent: true, failed: ['hung'] });
    expect(took.good).toEqual(['1', '2']);
    answer();
    await jest.advanceTimersByTimeAsync(maxSend);
    expect(await first).toMatchObject({ sent: true, failed: ['hung'] });
    await run('3');
    expect(took).toEqual({ good: ['1', '2', '3'], hung: ['1', '2', '3'] });
  });

  test('what is handed over while another run sends to a destination, that one sends', async () => {
    const { took, run, answer, release } = world();
    const first = run('1');
    await jest.advanceTimersByTimeAsync(1000);
    expect(await run('2')).toMatchObject({ sent: true, failed: ['hung'] });
    answer();
    release();
    expect(await first).toMatchObject({ sent: true, failed: [] });
    expect(took).toEqual({ good: ['1', '2'], hung: ['1', '2'] });
  });
});

/** Refusals and odd answers of services, and each call to them, whole. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PartlyDelivered } from '../../lib/audit/partly-delivered.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { eventBridgeClient, secretsManagerReader, securityHubClient, sqsClient } from '../../lib/notify/clients.ts';
import { eventBridgeNotifier } from '../../lib/notify/eventbridge-notifier.ts';
import { fitting } from '../../lib/notify/fitting.ts';
import { putInBatches } from '../../lib/notify/put-in-batches.ts';
import { securityHubNotifier } from '../../lib/notify/security-hub-notifier.ts';
import { sfnClient, stepFunctionsStarter } from '../../lib/notify/sfn-clients.ts';
import { sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
import { aDigest } from './sample-digest.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}
const asked: { readonly target: string; readonly body: Record<string, unknown> }[] = [];
let answers: Answer[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const target = request.headers['x-amz-target'] ?? `${request.method} ${request.url}`;
  asked.push({ target: String(target), body: JSON.parse(text) });
  const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500, body: {} };
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
});
let options: {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  options = { region: 'eu-west-1', endpoint, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const answering = (...all: readonly Answer[]): typeof asked => {
  answers = [...all];
  asked.length = 0;
  return asked;
};
const of = (count: number): Digest =>
  aDigest({
    transitions: Array.from({ length: count }, (_, at) => aTransition({ after: known(aFinding({ id: `f${at}` })) })),
    factChanges: [],
  });

describe('a secret', () => {
  test.each<readonly [string, Answer, string]>([
    ['that is binary', { status: 200, body: { SecretBinary: 'eA==' } }, 'the secret hooks/a is not text'],
    [
      'that may not be read',
      { status: 400, body: { __type: 'AccessDeniedException', message: 'hush' } },
      'the secret hooks/a cannot be read: AccessDeniedException',
    ],
  ])('%s is told by its name alone', async (_, answer, message) => {
    answering(answer);
    const failure: Error = await secretsManagerReader(options)('hooks/a').then(String, error => error);
    expect(failure).toMatchObject({ name: 'DeliveryFailed', message });
    expect(failure.cause instanceof Error).toBe(message.includes('cannot be read'));
  });

  test('is asked for by its name, and given as it is', async () => {
    const all = answering({ status: 200, body: { SecretString: ' s ' } });
    expect(await secretsManagerReader(options)('hooks/a')).toBe(' s ');
    expect(all).toEqual([{ target: 'secretsmanager.GetSecretValue', body: { SecretId: 'hooks/a' } }]);
  });
});

test('without a place Security Hub takes nothing, and says why', async () => {
  const all = answering({ status: 200, body: {} });
  await expect(securityHubNotifier('hub', securityHubClient(options), undefined).send(of(1))).rejects.toMatchObject({
    ...{ name: 'DeliveryFailed', message: 'hub: the AWS account of the auditor is not known' },
  });
  expect(all).toEqual([]);
});

test('of findings that the hub refuses in three calls those alone are left, by their codes', async () => {
  const place = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };
  const failed = (...ids: readonly string[]) => ({
    status: 200,
    body: {
      ...{ FailedCount: ids.length, SuccessCount: 0 },
      FailedFindings: ids.map(id => ({
        Id: `irsa-auditor/111122223333/${id}`,
        ErrorCode: id === 'f1' ? 'Throttled' : 'InvalidInput',
        ErrorMessage: 'no',
      })),
    },
  });
  const all = answering(failed('f1', 'f2'), failed('f2'), failed('f2'));
  const error = await securityHubNotifier('hub', securityHubClient(options), place)
    .send(of(3))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PartlyDelivered);
  expect(error).toMatchObject({ message: 'Security Hub refused 1 change: InvalidInput' });
  expect((error as PartlyDelivered).left.transitions.map(({ after }) => after.finding.id)).toEqual(['f2']);
  const ids = ({ body }: (typeof asked)[number]) =>
    (body.Findings as readonly { readonly Id: string }[]).map(({ Id }) => Id.slice(-2));
  expect(all.map(ids)).toEqual([['f0', 'f1', 'f2'], ['f1', 'f2'], ['f2']]);
});

test('ten events go in one call, and what the bus refuses is put again', async () => {
  const entries = (count: number, refused: readonly number[]) => ({
    status: 200,
    body: {
      FailedEntryCount: refused.length,
      Entries: Array.from({ length: count }, (_, at) =>
        refused.includes(at) ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' },
      ),
    },
  });
  const all = answering(entries(10, [9]), entries(1, []), entries(1, []));
  expect(await eventBridgeNotifier('bus', eventBridgeClient(options)).send(of(11))).toBe('sent');
  const ids = all.map(({ body }) =>
    (body.Entries as readonly { readonly Detail: string }[]).map(({ Detail }) => JSON.parse(Detail).findingId),
  );
  expect(ids).toEqual([of(10).transitions.map(({ after }) => after.finding.id), ['f9'], ['f10']]);
  const [entry] = (all[0]?.body.Entries ?? []) as readonly Record<string, unknown>[];
  expect({ ...entry, Detail: undefined }).toEqual({
    ...{ EventBusName: 'default', Source: 'irsa-auditor', DetailType: 'irsa-auditor.finding', Time: 1793512800 },
    Resources: [aFinding().subject],
  });
});

/** A service that counts characters, and refuses calls that hold a letter. */
const service = (maxEntries: number, maxBytes: number, refuse: (entries: readonly string[]) => Error | undefined) => {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    of: {
      ...{ service: 'It', maxEntries, maxBytes, bytesOf: (entry: string) => entry.length },
      entryOf: ({ after }: Digest['transitions'][number]) => after.finding.id,
      put: async (entries: readonly string[]) => {
        calls.push(entries);
        const error = refuse(entries);
        if (error !== undefined) throw error;
        return [];
      },
    },
  };
};
const named = (name: string, status?: number) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });

describe('batches', () => {
  test.each([
    [2, 100, [['f0', 'f1'], ['f2', 'f3'], ['f4']]],
    [
      10,
      6,
      [
        ['f0', 'f1', 'f2'],
        ['f3', 'f4'],
      ],
    ],
    [10, 5, [['f0', 'f1'], ['f2', 'f3'], ['f4']]],
    [10, 1, [['f0'], ['f1'], ['f2'], ['f3'], ['f4']]],
  ])('have at most %i entries and %i bytes', async (entries, bytes, wanted) => {
    const { calls, of: it } = service(entries, bytes, () => undefined);
    await putInBatches(of(5), it);
    expect(calls).toEqual(wanted);
  });

  test.each([
    ['ValidationException'],
    ['InvalidInputException'],
    ['SerializationException'],
    ['RequestEntityTooLarge'],
    ['PayloadTooLarge'],
  ])('that are refused by %s for what is in them are halved until the one to blame stands alone', async name => {
    const { calls, of: it } = service(10, 100, entries => (entries.includes('f3') ? named(name) : undefined));
    await expect(putInBatches(of(5), it)).rejects.toMatchObject({ message: `It refused 1 change: ${name}` });
    expect(calls).toEqual([['f0', 'f1', 'f2', 'f3', 'f4'], ['f0', 'f1', 'f2'], ['f3', 'f4'], ['f3'], ['f4']]);
  });

  test('that are too large by their status are halved, too; alone refused they fail whole', async () => {
    const { of: it } = service(10, 100, () => named('Odd', 413));
    await expect(putInBatches(of(2), it)).rejects.toMatchObject({
      name: 'DeliveryFailed',
      message: 'It refused 2 changes: Odd',
    });
  });

  test('after the first fail by another error: what was put is not put again', async () => {
    const { of: it } = service(2, 100, entries => (entries.includes('f2') ? named('AccessDenied') : undefined));
    const error = await putInBatches(of(5), it).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'PartlyDelivered', message: 'It did not take 3 changes: AccessDenied' });
    const { left } = error as PartlyDelivered;
    expect([left.id, left.factChanges, left.transitions.map(({ after }) => after.finding.id)]).toEqual([
      of(5).id,
      [],
      ['f2', 'f3', 'f4'],
    ]);
    const { of: first } = service(2, 100, () => named('AccessDenied'));
    await expect(putInBatches(of(5), first)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test.each([
  [10, 3, 3],
  [30, 3, 3],
  [29, 2, 2],
  [20, 2, 2],
  [19, 1, 1],
  [5, 1, 1],
])('a message of at most %i characters has %i of three changes', (longest, count, wanted) => {
  const built: number[] = [];
  const message = fitting(
    3,
    longest === 10 ? 30 : longest,
    most => {
      built.push(most);
      return 'x'.repeat(10 * most);
    },
    text => text.length,
  );
  expect([message.length / 10, built.at(-1)]).toEqual([wanted, count]);
});

test('a letter has its digest, and a queue that does not answer is tried again later', async () => {
  const all = answering({ status: 200, body: { MessageId: '1', MD5OfMessageBody: '' } });
  const queueUrl = `${options.endpoint}/111122223333/undelivered`;
  const letters = sqsDeadLetters({ client: sqsClient({ ...options, maxAttempts: 1 }), queueUrl });
  const letter = { destination: 'slack', attempts: 10, because: 'HTTP 500', digest: of(1) };
  await letters.put(letter).catch(() => undefined);
  expect(all).toMatchObject([{ target: 'AmazonSQS.SendMessage', body: { QueueUrl: queueUrl } }]);
  const { digest, ...rest } = JSON.parse(String(all[0]?.body.MessageBody));
  expect(rest).toEqual({ schemaVersion: 1, destination: 'slack', attempts: 10, because: 'HTTP 500' });
  expect(digest).toMatchObject({ digestId: of(1).id });
  answering({ status: 503, body: { __type: 'ServiceUnavailable' } });
  await expect(letters.put(letter)).rejects.toMatchObject({
    ...{ name: 'TransientError', message: expect.stringMatching(/^keep a dead letter: /) },
  });
});

test('an execution is started by name with its input; one that is there already is as good, and nothing else is', async () => {
  const all = answering({ status: 200, body: { executionArn: 'arn', startDate: 1 } });
  const client = sfnClient({ ...options, maxAttempts: 1 });
  const executions = stepFunctionsStarter({ client, stateMachineArn: 'arn:aws:states:eu-west-1:1:stateMachine:m' });
  await executions.start('fast-1', { until: 'then' });
  expect(all).toEqual([
    {
      target: 'AWSStepFunctions.StartExecution',
      body: { stateMachineArn: 'arn:aws:states:eu-west-1:1:stateMachine:m', name: 'fast-1', input: '{"until":"then"}' },
    },
  ]);
  answering({ status: 400, body: { __type: 'ExecutionAlreadyExists' } });
  await expect(executions.start('fast-1', { until: 'then' })).resolves.toBeUndefined();
  answering({ status: 400, body: { __type: 'AccessDeniedException' } });
  await expect(executions.start('fast-1', { until: 'then' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  answering({ status: 400, body: { __type: 'ThrottlingException' } });
  await expect(executions.start('fast-1', { until: 'then' })).rejects.toMatchObject({
    ...{ name: 'ThrottledError', message: 'start a fast run: ThrottlingException' },
  });
});

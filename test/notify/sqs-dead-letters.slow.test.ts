import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { deliver } from '../../lib/audit/deliver.ts';
import { maxAttempts } from '../../lib/audit/drain.ts';
import type { DeadLetter } from '../../lib/audit/ports.ts';
import { sqsClient } from '../../lib/notify/clients.ts';
import { letterBody, maxLetter, sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const ajv = new Ajv2020();
formats.default(ajv);
const schemaOf = (name: string) => JSON.parse(readFileSync(`docs/schema/${name}.json`, 'utf8'));
ajv.addSchema(schemaOf('digest'));
const isLetter = ajv.compile(schemaOf('dead-letter'));

const roles = (count: number) =>
  openedOf(Array.from({ length: count }, (_, n) => aRoleFinding(`role-${n}`, { severity: 'low' })));
const aLetter = (over: Partial<DeadLetter> = {}): DeadLetter => ({
  destination: 'slack-irsa-slack',
  attempts: 10,
  because: 'DeliveryFailed: slack-irsa-slack answered 410',
  digest: aDigest(roles(1)),
  ...over,
});

describe('a dead letter', () => {
  test('has no character that SQS takes in no message, and says the same', () => {
    const body = letterBody(aLetter({ because: 'a\uffffb\ufffec\u0000\ud800' }));
    expect(body).not.toMatch(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    expect(JSON.parse(body).because).toBe('a\uffffb\ufffec\u0000\ud800');
  });

  test('is of the published schema, which refuses another one', () => {
    expect(isLetter(JSON.parse(letterBody(aLetter())))).toBe(true);
    expect(isLetter({ ...JSON.parse(letterBody(aLetter())), digest: {} })).toBe(false);
  });

  test('is measured in bytes: of texts in another script it holds fewer changes', () => {
    const changes = openedOf(
      Array.from({ length: 300 }, (_, n) => aRoleFinding(`role-${n}`, { message: '界'.repeat(400) })),
    );
    const bytes = Buffer.byteLength(letterBody(aLetter({ digest: aDigest(changes) })));
    expect(bytes).toBeLessThanOrEqual(maxLetter);
    expect(bytes).toBeGreaterThan(maxLetter / 2);
  });

  test.each([3000, 4000])('of %d changes is cut to what the queue takes, and counts the rest', count => {
    const body = letterBody(aLetter({ digest: aDigest(roles(count)) }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maxLetter);
    // The limit that every queue and every reader knows.
    expect(maxLetter).toBeLessThan(256 * 1024);
    const { digest } = JSON.parse(body);
    expect(digest.transitions.length).toBeGreaterThan(0);
    expect(digest.transitions.length + digest.omitted.transitions).toBe(count);
  });
});

describe('the queue', () => {
  const address = (server: FauxqsServer) => ({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let server: FauxqsServer;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
    server.createQueue('undelivered');
  });
  afterAll(() => server.stop());
  const queueUrl = (name: string) => `http://127.0.0.1:${server.port}/000000000000/${name}`;
  const bodies = (): string[] => (server.inspectQueue('undelivered')?.messages.ready ?? []).map(({ body }) => body);

  test('gets what a destination refuses in every run, and nothing before', async () => {
    const client = sqsClient(address(server));
    const refuses = { name: 'hook', send: () => Promise.reject(new Error('answered 410')) };
    const deadLetters = sqsDeadLetters({ client, queueUrl: queueUrl('undelivered') });
    const ports = {
      documents: memoryDocumentStore(),
      notifiers: [refuses],
      deadLetters,
      now: () => '2026-11-02T03:00:00.000Z',
    };
    const digest = aDigest(roles(2));
    await deliver(ports, digest);
    for (let n = 2; n < maxAttempts; n += 1) await deliver(ports, undefined);
    expect(bodies()).toEqual([]);
    expect(await deliver(ports, undefined)).toMatchObject({ failed: ['hook'], givenUp: 1 });
    const letters = bodies().map(body => JSON.parse(body));
    expect(letters).toMatchObject([
      { destination: 'hook', attempts: maxAttempts, because: 'Error: answered 410', digest: { digestId: digest.id } },
    ]);
    client.destroy();
  });

  test('that does not exist is said, so that the letter is kept', async () => {
    const client = sqsClient(address(server));
    const gone = sqsDeadLetters({ client, queueUrl: queueUrl('gone') });
    await expect(gone.put(aLetter())).rejects.toThrow(/QueueDoesNotExist|NonExistentQueue|does not exist/);
    client.destroy();
  });
});

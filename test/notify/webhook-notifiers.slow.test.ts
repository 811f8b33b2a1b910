import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import eventSchema from '../../docs/schema/event.json' with { type: 'json' };
import webhookSchema from '../../docs/schema/webhook.json' with { type: 'json' };
import { withChangeEvents } from '../../lib/history/change-event.ts';
import { DeliveryFailed } from '../../lib/notify/errors.ts';
import { transitionEvent, webhookBody } from '../../lib/notify/events.ts';
import { notifiersOf } from '../../lib/notify/notifiers-of.ts';
import type { SenderWorld } from '../../lib/notify/webhook-notifiers.ts';
import { aChangeEvent } from '../support/drift-builders.ts';
import { type Answer, failingServer } from './failing-server.ts';
import { aDigest, aHostileDigest } from './sample-digest.ts';

const noon = Date.parse('2026-11-01T12:00:00Z');
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const start = async (answers: readonly Answer[], signingKey?: string) => {
  const server = await failingServer(answers);
  open.push(server.close);
  const waits: number[] = [];
  const world: SenderWorld = {
    readSecret: async () => (signingKey === undefined ? server.url : JSON.stringify({ url: server.url, signingKey })),
    now: () => noon,
    post: {
      allowLoopback: true,
      timeout: answers.includes('silence') ? 700 : 10_000,
      sleep: async milliseconds => void waits.push(milliseconds),
      // Half of the jitter that a wait may have.
      random: () => 0.5,
    },
  };
  return { server, world, waits };
};

const only = (to: 'slack' | 'teams' | 'webhook', world: SenderWorld) => {
  const [notifier] = notifiersOf([{ to, secretName: 'alerts' }], { ...world, clients: {} });
  if (notifier === undefined) throw new Error('no notifier');
  return notifier;
};

describe('a destination that fails', () => {
  test.each<readonly [string, readonly Answer[], number, readonly number[]]>([
    ['takes it at once', [200], 1, []],
    ['says 429 with Retry-After', [{ status: 429, headers: { 'retry-after': '7' } }, 200], 2, [7250]],
    ['says 429 without', [429, 200], 2, [1250]],
    ['says 408', [408, 200], 2, [1250]],
    ['says 500 and 503, then takes it', [500, 503, 200], 3, [250, 500]],
    ['breaks the connection', ['reset', 200], 2, [250]],
    ['does not answer', ['silence', 200], 2, [250]],
  ])('%s: nothing is lost and nothing sent twice', async (_, answers, requests, waited) => {
    const { server, world, waits } = await start(answers);
    await only('slack', world).send(aDigest());
    expect(server.seen).toHaveLength(requests);
    expect(waits).toEqual(waited);
    expect(server.seen.filter(({ answer }) => answer === 200)).toHaveLength(1);
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  test.each<readonly [string, readonly Answer[], number, string]>([
    ['refuses for good', [404], 1, 'HTTP 404'],
    ['sends elsewhere', [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }], 1, 'HTTP 302'],
    ['never recovers', [500], 4, 'HTTP 500'],
    ['wants a wait that no run has', [{ status: 429, headers: { 'retry-after': '3600' } }], 1, 'HTTP 429'],
    ['always breaks', ['reset'], 4, 'the connection broke'],
    ['never answers', ['silence'], 4, 'no answer in 700 ms'],
  ])('%s: it says so, without its address', async (_, answers, requests, why) => {
    const { server, world } = await start(answers);
    const failure = await only('teams', world)
      .send(aDigest())
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeliveryFailed);
    expect(String(failure)).toContain(`teams-alerts did not take the message: ${why}`);
    expect(`${failure} ${JSON.stringify(failure)}`).not.toMatch(/secret-part|127\.0\.0\.1/);
    expect(server.seen).toHaveLength(requests);
  });

  test('has ten seconds for an answer where nobody says otherwise', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    const server = await failingServer([200]);
    open.push(server.close);
    const post = { allowLoopback: true };
    await only('slack', { readSecret: async () => server.url, now: () => noon, post }).send(aDigest());
    expect(timeout.mock.calls).toEqual([[10_000]]);
    timeout.mockRestore();
  });

  test.each([['http://example.com/x'], ['not a url'], ['{"url": 5}'], ['file:///etc/passwd']])(
    'a secret of %j is not used',
    async secret => {
      const world: SenderWorld = { readSecret: async () => secret, now: () => noon };
      const failure = await only('slack', world)
        .send(aDigest())
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DeliveryFailed);
      expect(String(failure)).not.toContain(secret);
    },
  );
});

describe('the signed webhook', () => {
  const key = 'a-signing-key-of-some-length';
  const ajv = new Ajv({ allErrors: true, strict: true, schemas: [eventSchema] });
  formats.default(ajv);

  test('is signed over time and body, and carries the id', async () => {
    const { server, world } = await start([200], key);
    const digest = aDigest();
    await only('webhook', world).send(digest);
    const [seen] = server.seen;
    const seconds = noon / 1000;
    const expected = createHmac('sha256', key).update(`${seconds}.${seen?.body}`).digest('hex');
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-irsa-auditor-id': digest.id,
      'x-irsa-auditor-signature': `t=${seconds},v1=${expected}`,
    });
  });

  test('has no signature without a key', async () => {
    const { server, world } = await start([200]);
    await only('webhook', world).send(aDigest());
    expect(server.seen[0]?.headers).not.toHaveProperty('x-irsa-auditor-signature');
  });

  test.each([
    ['usual', aDigest()],
    ['hostile', aHostileDigest()],
    [
      'with who changed it',
      withChangeEvents(aDigest(), [
        aChangeEvent(),
        aChangeEvent({ thing: { kind: 'provider', hostPath: 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE' } }),
      ]),
    ],
  ])('keeps to its published schema: %s', (kind, digest) => {
    const validate = ajv.compile(webhookSchema);
    expect(validate(webhookBody(digest)) ? [] : validate.errors).toEqual([]);
    expect(JSON.stringify(webhookBody(digest)).includes('changedBy')).toBe(kind === 'with who changed it');
  });

  test('the schema of an event refuses what it should', () => {
    const validate = ajv.getSchema(eventSchema.$id);
    const [first] = aDigest().transitions;
    if (first === undefined || validate === undefined) throw new Error('no sample');
    const event = transitionEvent(aDigest(), first);
    expect(validate(event)).toBe(true);
    expect(validate({ ...event, severity: 'fatal' })).toBe(false);
    expect(validate({ ...event, extra: 1 })).toBe(false);
  });

  test('an event says how bad the finding was before, where it was there before', () => {
    const [first] = aDigest().transitions;
    if (first === undefined) throw new Error('no sample');
    const { before: _, ...opened } = first;
    const worse = {
      ...opened,
      before: { ...first.after, finding: { ...first.after.finding, severity: 'low' as const } },
      after: { ...first.after, finding: { ...first.after.finding, severity: 'critical' as const } },
    };
    expect(transitionEvent(aDigest(), worse)).toMatchObject({ severity: 'critical', severityBefore: 'low' });
    expect(transitionEvent(aDigest(), opened)).not.toHaveProperty('severityBefore');
  });
});

import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { maxAttempts } from '../../lib/audit/drain.ts';
import { PartlyDelivered } from '../../lib/audit/partly-delivered.ts';
import type { DeadLetter, Notifier } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { DeliveryFailed } from '../../lib/notify/errors.ts';
import { eventBridgeNotifier } from '../../lib/notify/eventbridge-notifier.ts';
import { securityHubNotifier } from '../../lib/notify/security-hub-notifier.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const place = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };
/** A digest of findings of any size: reconciling would cut them. */
const digestOf = (findings: readonly Finding[]): Digest =>
  aDigest(
    findings.flatMap(finding =>
      openedOf([finding]).map(transition => ({ ...transition, after: { ...transition.after, finding } })),
    ),
  );
const many = (count: number, over: Partial<Finding> = {}) =>
  Array.from({ length: count }, (_, n) => aRoleFinding(`r${String(n).padStart(3, '0')}`, over));

/** A client of one call: only `send` is ever used of it. */
const clientOf = <C>(send: (input: never) => unknown): C =>
  ({ send: async (command: { readonly input: never }) => send(command.input) }) as C;
type Input<T> = T extends { readonly input: infer I } ? I : never;
type Entry = NonNullable<Input<PutEventsCommand>['Entries']>[number];

const named = (name: string): Error => Object.assign(new Error(name), { name });

/** A bus that counts bytes as EventBridge does, and refuses what `refuses` says of an entry. */
const bus = (refuses: (entry: Entry) => string | undefined = () => undefined) => {
  const calls: number[] = [];
  const took: string[] = [];
  const client = clientOf<EventBridgeClient>((input: Input<PutEventsCommand>) => {
    const entries = input.Entries ?? [];
    calls.push(entries.length);
    if (JSON.stringify(entries.map(({ Detail }) => Detail)).length > 256 * 1024) throw named('ValidationException');
    const codes = entries.map(refuses);
    if (codes.includes('whole call')) throw named('ValidationException');
    took.push(...entries.flatMap(({ Detail = '' }, n) => (codes[n] === undefined ? JSON.parse(Detail).subject : [])));
    return {
      FailedEntryCount: codes.filter(code => code !== undefined).length,
      Entries: codes.map(code => (code === undefined ? { EventId: 'e' } : { ErrorCode: code })),
    };
  });
  return { calls, took, notifier: eventBridgeNotifier('eventbridge', client) };
};
const failureOf = (notifier: Notifier, digest: Digest): Promise<unknown> =>
  notifier.send(digest).then(
    () => undefined,
    (error: unknown) => error,
  );
const isBad = ({ Detail = '' }: Entry): boolean => Detail.includes('role/r004');

test('machines get every finding, also those that people are told of as a whole', () => {
  expect(bus().notifier.everyFinding).toBe(true);
  expect(
    securityHubNotifier(
      'security-hub',
      clientOf<SecurityHubClient>(() => ({})),
      place,
    ).everyFinding,
  ).toBe(true);
});

describe('EventBridge', () => {
  test('gets an event with the fields that rules match by, at the time of the change', async () => {
    const entries: Entry[] = [];
    const client = clientOf<EventBridgeClient>((input: Input<PutEventsCommand>) => {
      entries.push(...(input.Entries ?? []));
      return { Entries: (input.Entries ?? []).map(() => ({ EventId: 'e' })) };
    });
    const notARole = { subject: 'cluster shop' };
    const digest = digestOf([aRoleFinding('a'), aRoleFinding('b', notARole)]);
    await eventBridgeNotifier('eventbridge', client).send(digest);
    const [at] = digest.transitions.map(transition => new Date(transition.at));
    const fields = { EventBusName: 'default', Source: 'irsa-auditor', DetailType: 'irsa-auditor.finding', Time: at };
    expect(entries.map(({ Detail: _, ...entry }) => entry)).toEqual([
      { ...fields, Resources: ['arn:aws:iam::111122223333:role/a'] },
      { ...fields, Resources: [] },
    ]);
  });

  test('gets ten events a call, and refused ones again alone', async () => {
    let first = true;
    const { calls, took, notifier } = bus(entry => {
      const refuse = first && isBad(entry);
      if (refuse) first = false;
      return refuse ? 'InternalFailure' : undefined;
    });
    expect(await notifier.send(digestOf(many(25)))).toBe('sent');
    expect(calls).toEqual([10, 1, 10, 5]);
    expect(took).toHaveLength(25);
  });

  test('gets the ARN of a subject as the resource of its event, and no subject that is no ARN: rules match by it', async () => {
    const resources: unknown[] = [];
    const client = clientOf<EventBridgeClient>(({ Entries = [] }: Input<PutEventsCommand>) => {
      resources.push(...Entries.map(({ Resources }) => Resources));
      return { Entries: Entries.map(() => ({ EventId: 'e' })) };
    });
    const subjects = [aRoleFinding('cart').subject, 'https://oidc.eks.eu-west-1.amazonaws.com/id/A'];
    await eventBridgeNotifier('bus', client).send(digestOf(subjects.map(subject => aRoleFinding('cart', { subject }))));
    expect(resources).toEqual([[subjects[0]], []]);
  });

  test('gets calls of the bytes that it takes', async () => {
    const { calls, took, notifier } = bus();
    const evidence = { commands: ['x'.repeat(60_000)], summary: 'x' };
    expect(await notifier.send(digestOf(many(10, { fix: evidence })))).toBe('sent');
    expect(took).toHaveLength(10);
    expect(calls.length).toBeGreaterThan(2);
  });

  test('gets an event that would be too long with its texts cut and its commands left out', async () => {
    const { took, notifier } = bus();
    const roleArn = 'A'.repeat(250_000);
    expect(await notifier.send(digestOf([...many(3), aRoleFinding('long', { roleArn })]))).toBe('sent');
    expect(took).toHaveLength(4);
  });

  test.each([['whole call'], ['MalformedDetail']])(
    'takes all others where it refuses one (%s), and only that one is left',
    async code => {
      const { took, notifier } = bus(entry => (isBad(entry) ? code : undefined));
      const failure = await failureOf(notifier, digestOf(many(25)));
      expect(failure).toBeInstanceOf(PartlyDelivered);
      expect(
        failure instanceof PartlyDelivered && failure.left.transitions.map(({ after }) => after.finding.subject),
      ).toEqual([expect.stringContaining('role/r004')]);
      expect(String(failure)).toContain('EventBridge refused 1 change');
      expect(took).toHaveLength(24);
    },
  );

  test('that stops in the middle leaves what it did not take', async () => {
    let calls = 0;
    const client = clientOf<EventBridgeClient>((input: Input<PutEventsCommand>) => {
      calls += 1;
      if (calls > 1) throw named('ThrottlingException');
      return { Entries: (input.Entries ?? []).map(() => ({ EventId: 'e' })) };
    });
    const failure = await failureOf(eventBridgeNotifier('eventbridge', client), digestOf(many(25)));
    expect(failure instanceof PartlyDelivered && failure.left.transitions).toHaveLength(15);
  });

  test('that refuses a first call entry by entry, and then fails, has taken nothing: its own error', async () => {
    let calls = 0;
    const client = clientOf<EventBridgeClient>((input: Input<PutEventsCommand>) => {
      calls += 1;
      if (calls > 3) throw named('ThrottlingException');
      return { Entries: (input.Entries ?? []).map(() => ({ ErrorCode: 'NotAuthorized' })) };
    });
    expect(await failureOf(eventBridgeNotifier('eventbridge', client), digestOf(many(12)))).toMatchObject({
      name: 'ThrottlingException',
    });
  });

  test('that refuses everything is an error with its codes, or its own error', async () => {
    const { notifier } = bus(() => 'NotAuthorized');
    const failure = await failureOf(notifier, digestOf(many(2)));
    expect(failure).toBeInstanceOf(DeliveryFailed);
    expect(String(failure)).toContain('EventBridge refused 2 changes: NotAuthorized');
    const denied = clientOf<EventBridgeClient>(() => {
      throw named('AccessDeniedException');
    });
    expect(await failureOf(eventBridgeNotifier('eventbridge', denied), digestOf(many(12)))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('that gives an entry neither an id nor a code has not taken it', async () => {
    const client = clientOf<EventBridgeClient>(({ Entries = [] }: Input<PutEventsCommand>) => ({
      FailedEntryCount: 1,
      Entries: Entries.slice(1).map(() => ({ EventId: 'e' })),
    }));
    const failure = await failureOf(eventBridgeNotifier('eventbridge', client), digestOf(many(2)));
    expect(String(failure)).toContain('EventBridge refused 1 change: unknown');
  });

  test('is told the others once: the refused one waits alone and is a dead letter in the end', async () => {
    const { took, notifier } = bus(entry => (isBad(entry) ? 'MalformedDetail' : undefined));
    const letters: DeadLetter[] = [];
    const ports = {
      documents: memoryDocumentStore(),
      notifiers: [notifier],
      deadLetters: { put: async (letter: DeadLetter) => void letters.push(letter) },
      now: () => '2026-11-02T03:00:00.000Z',
    };
    await deliver(ports, digestOf(many(6)));
    for (let n = 1; n < maxAttempts; n += 1) await deliver(ports, undefined);
    expect(took).toHaveLength(5);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      destination: 'eventbridge',
      because: expect.stringContaining('MalformedDetail'),
    });
    expect(letters[0]?.digest.transitions.map(({ after }) => after.finding.subject)).toEqual([
      expect.stringContaining('role/r004'),
    ]);
  });
});

describe('Security Hub', () => {
  test('gets a hundred findings a call; what it refuses is left alone', async () => {
    const calls: number[] = [];
    const client = clientOf<SecurityHubClient>((input: Input<BatchImportFindingsCommand>) => {
      const findings = input.Findings ?? [];
      calls.push(findings.length);
      const bad = findings.filter(({ Resources }) => Resources?.[0]?.Id?.endsWith('role/r004'));
      return {
        FailedCount: bad.length,
        FailedFindings: bad.map(({ Id }) => ({ Id, ErrorCode: 'InvalidInput', ErrorMessage: 'x' })),
      };
    });
    const failure = await failureOf(securityHubNotifier('security-hub', client, place), digestOf(many(250)));
    expect(failure instanceof PartlyDelivered && failure.left.transitions).toHaveLength(1);
    expect(String(failure)).toContain('Security Hub refused 1 change: InvalidInput');
    expect(calls).toEqual([100, 1, 1, 100, 50]);
  });

  test('that names fewer findings than it refused may have refused any', async () => {
    const client = clientOf<SecurityHubClient>(() => ({ FailedCount: 1 }));
    const failure = await failureOf(securityHubNotifier('security-hub', client, place), digestOf(many(2)));
    expect(String(failure)).toContain('Security Hub refused 2 changes: unknown');
  });

  test('that names no code has refused all the same', async () => {
    const client = clientOf<SecurityHubClient>(({ Findings = [] }: Input<BatchImportFindingsCommand>) => ({
      FailedCount: 1,
      FailedFindings: Findings.slice(0, 1).map(({ Id }) => ({ Id })),
    }));
    const failure = await failureOf(securityHubNotifier('security-hub', client, place), digestOf(many(2)));
    expect(String(failure)).toContain('Security Hub refused 1 change: unknown');
  });
});

/** Calls of which a service takes a part: the answers of the door through AWS's own client, and the product behind them. */
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type AwsSecurityFinding, BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PartlyDelivered } from '../../../lib/audit/partly-delivered.ts';
import type { Digest } from '../../../lib/history/transition.ts';
import { eventBridgeNotifier } from '../../../lib/notify/eventbridge-notifier.ts';
import { securityFinding } from '../../../lib/notify/security-finding.ts';
import { securityHubNotifier } from '../../../lib/notify/security-hub-notifier.ts';
import { worldClock } from '../../../sandbox/door/clock/world-clock.ts';
import { identities } from '../../../sandbox/door/identities.ts';
import { ownAnswer, type Taken } from '../../../sandbox/door/own-answers.ts';
import { type Door, startDoor } from '../../../sandbox/door/start-door.ts';
import { aDigest, openedOf } from '../../support/digest-builders.ts';
import { aRoleFinding } from '../../support/drift-builders.ts';

const accountId = '802233445566';
const place = { partition: 'aws', region: 'sa-east-1', accountId };
const taken: Taken = { events: [], findings: [], messages: [] };
const keys = identities('aws');
let door: Door;

beforeAll(async () => {
  door = await startDoor({
    law: { home: { accountId }, policies: { identity: new Map(), resource: new Map() } },
    ...{ clock: worldClock(), identities: keys, partition: 'aws', backends: {} },
    facts: { policyArn: id => id, organization: { id: 'o-1', managementAccountId: accountId }, keyOf: () => undefined },
    own: allowed =>
      ownAnswer(allowed, {
        ...{ stack: { place, name: 'osier', resources: [], outputs: [] }, identities: keys, taken },
        ...{ hasRole: () => false, machines: () => [], secrets: {}, unconfirmed: new Set() },
      }),
  });
});
afterAll(() => door.stop());

/** A client of somebody who may do everything; `spoil` changes what it sends. */
const clientOf = <I extends object, C extends { readonly middlewareStack: EventBridgeClient['middlewareStack'] }>(
  Client: new (options: object) => C,
  spoil: (input: I) => void = () => undefined,
): C => {
  const client = new Client({
    ...{ region: place.region, endpoint: door.url, maxAttempts: 1 },
    credentials: { accessKeyId: `AKIA${accountId}AAAA`, secretAccessKey: 'x', sessionToken: 'x' },
  });
  client.middlewareStack.add(
    next => given => {
      spoil(given.input as I);
      return next(given);
    },
    { step: 'initialize' },
  );
  return client;
};
const bus = (spoil?: (input: { Entries: PutEventsRequestEntry[] }) => void) => clientOf(EventBridgeClient, spoil);
const hub = (spoil?: (input: { Findings: AwsSecurityFinding[] }) => void) =>
  clientOf(SecurityHubClient as never, spoil) as SecurityHubClient;

const digestOf = (count: number): Digest =>
  aDigest(openedOf(Array.from({ length: count }, (_, n) => aRoleFinding(`r${n}`))));
const leftOf = async (sending: Promise<unknown>): Promise<readonly string[]> => {
  const failure = await sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof PartlyDelivered)) throw new Error('not delivered in part', { cause: failure });
  return failure.left.transitions.map(({ after }) => after.finding.subject.replace(/^.*\//, ''));
};

const entry = { Source: 'osier', DetailType: 'withy', Detail: '{"a":1}' };
const events: readonly (readonly [title: string, entry: PutEventsRequestEntry, code: string | undefined])[] = [
  ['an event', entry, undefined],
  ['the longest type', { ...entry, DetailType: 't'.repeat(128) }, undefined],
  ['a longer type', { ...entry, DetailType: 't'.repeat(129) }, 'InvalidArgument'],
  ['no source', { ...entry, Source: undefined }, 'InvalidArgument'],
  ['a source of AWS', { ...entry, Source: 'aws.iam' }, 'NotAuthorizedForSourceException'],
  ['a source that only begins so', { ...entry, Source: 'awsome' }, undefined],
  ['no type', { ...entry, DetailType: '' }, 'InvalidArgument'],
  ['no detail', { ...entry, Detail: undefined }, 'InvalidArgument'],
  ['a detail that is no JSON', { ...entry, Detail: '{a}' }, 'MalformedDetail'],
  ['a detail that is no object', { ...entry, Detail: '[1]' }, 'MalformedDetail'],
];

test('EventBridge takes entries one by one: each refused one stands at its place with its code', async () => {
  const before = taken.events.length;
  const answer = await bus().send(new PutEventsCommand({ Entries: events.map(([, each]) => each) }));
  expect((answer.Entries ?? []).map(({ ErrorCode }, index) => [events[index]?.[0], ErrorCode])).toEqual(
    events.map(([title, , code]) => [title, code]),
  );
  expect((answer.Entries ?? []).map(({ EventId }) => EventId !== undefined)).toEqual(
    events.map(([, , code]) => code === undefined),
  );
  expect(answer.FailedEntryCount).toBe(7);
  expect(taken.events).toHaveLength(before + 3);
});

test.each([
  ['no entry', []],
  ['eleven entries', Array.from({ length: 11 }, () => entry)],
  [
    'no entry with all its parts',
    [
      { ...entry, Source: undefined },
      { ...entry, Detail: undefined },
    ],
  ],
  ['256 KB together', Array.from({ length: 4 }, () => ({ ...entry, Detail: JSON.stringify('d'.repeat(65_540)) }))],
])('EventBridge refuses a call as a whole with %s', async (_title, Entries) => {
  await expect(bus().send(new PutEventsCommand({ Entries: [...Entries] }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('an event that the bus refuses is left of a digest, and the others are taken once', async () => {
  const before = taken.events.length;
  const spoiling = bus(({ Entries }) => {
    for (const each of Entries) if (each.Resources?.[0]?.endsWith('role/r4')) each.Detail = 'no JSON';
  });
  expect(await leftOf(eventBridgeNotifier('bus', spoiling).send(digestOf(25)))).toEqual(['r4']);
  expect(taken.events).toHaveLength(before + 24);
});

const [opened] = openedOf([aRoleFinding('a')]);
if (opened === undefined) throw new Error('no transition');
const finding = securityFinding(opened, place);
const findings: readonly (readonly [title: string, finding: AwsSecurityFinding, isTaken: boolean])[] = [
  ['a finding', finding, true],
  ['no types', { ...finding, Types: undefined }, false],
  ['no resource', { ...finding, Resources: [] }, false],
  ['the longest title', { ...finding, Title: 't'.repeat(256) }, true],
  ['a longer title', { ...finding, Title: 't'.repeat(257) }, false],
  ['more than 240 KB', { ...finding, ProductFields: { a: 'x'.repeat(245_760) } }, false],
];

test('Security Hub takes findings one by one: each refused one stands with its id', async () => {
  const Findings = findings.map(([title, each]) => ({ ...each, Id: title }));
  const before = taken.findings.length;
  const answer = await hub().send(new BatchImportFindingsCommand({ Findings }));
  const refused = findings.filter(([, , isTaken]) => !isTaken).map(([title]) => title);
  expect((answer.FailedFindings ?? []).map(({ Id, ErrorCode }) => [Id, ErrorCode])).toEqual(
    refused.map(title => [title, 'InvalidInput']),
  );
  expect([answer.FailedCount, answer.SuccessCount]).toEqual([4, 2]);
  expect(taken.findings).toHaveLength(before + 2);
});

test.each([
  ['101 findings', Array.from({ length: 101 }, () => finding)],
  ['more than 6 MB', Array.from({ length: 30 }, () => ({ ...finding, ProductFields: { a: 'x'.repeat(210_000) } }))],
])('Security Hub refuses a batch as a whole with %s', async (_title, Findings) => {
  await expect(hub().send(new BatchImportFindingsCommand({ Findings }))).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
});

test('a finding that the hub refuses is left of a digest, and the others are taken once', async () => {
  const before = taken.findings.length;
  const spoiling = hub(({ Findings }) => {
    for (const each of Findings) if (each.Resources?.[0]?.Id?.endsWith('role/r4')) each.Title = 't'.repeat(257);
  });
  expect(await leftOf(securityHubNotifier('hub', spoiling, place).send(digestOf(120)))).toEqual(['r4']);
  expect(taken.findings).toHaveLength(before + 119);
});

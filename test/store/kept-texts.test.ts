/** Names, places in an answer, versions and keys of what the table keeps: two of a kind, the first and the last. */
import { describe, expect, test } from '@jest/globals';
import { decodeCursor, encodeCursor, pageOf } from '../../lib/store/cursor.ts';
import { expiresAt } from '../../lib/store/expiry.ts';
import { isOfNewerVersion } from '../../lib/store/item-version.ts';
import { keysToSend } from '../../lib/store/keys-to-send.ts';
import { knownNamesOf } from '../../lib/store/known-names.ts';
import { aFinding } from '../report/sample-report.ts';

const [one, two] = ['111122223333', '222233334444'] as const;
const roleArn = (name: string, account: string = one) => `arn:aws:iam::${account}:role/${name}`;
const cluster = (name: string) => `arn:aws:eks:eu-west-1:${two}:cluster/${name}`;

test('names of findings and of watched facts, each once, in their order', () => {
  const bare = { clusterName: undefined, namespace: undefined, serviceAccount: undefined, roleArn: undefined } as never;
  const findings = [
    aFinding({ accountId: two, clusterName: 'shop', namespace: 'b', serviceAccount: 'x', roleArn: roleArn('teams/z') }),
    aFinding({ accountId: one, clusterName: 'media', namespace: 'a', serviceAccount: 'y', roleArn: roleArn('a') }),
    aFinding({ accountId: two, clusterName: 'shop', namespace: 'b', serviceAccount: 'w', roleArn: roleArn('z', two) }),
    { ...aFinding({ accountId: one }), ...(bare as object), namespace: 'c' },
  ];
  const watched = [
    { accountId: '000011112222', subject: roleArn('m') },
    { accountId: one, subject: cluster('tango') },
    { accountId: one, subject: 'https://a.example' },
  ];
  expect(knownNamesOf(findings, watched)).toEqual({
    accounts: ['000011112222', one, two],
    clusters: ['media', 'shop', 'tango'],
    namespaces: ['a', 'b', 'c'],
    serviceAccounts: ['a/y', 'b/w', 'b/x'],
    roles: ['a', 'm', 'z'],
  });
  expect(knownNamesOf([], [])).toEqual({ accounts: [], clusters: [], namespaces: [], serviceAccounts: [], roles: [] });
});

describe('pages of a list', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  test.each([
    [1, [['a'], ['b'], ['c'], ['d'], ['e']]],
    [2, [['a', 'b'], ['c', 'd'], ['e']]],
    [4, [['a', 'b', 'c', 'd'], ['e']]],
    [5, [['a', 'b', 'c', 'd', 'e']]],
    [9, [['a', 'b', 'c', 'd', 'e']]],
  ])('of %i', (limit, wanted) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = pageOf(items, { limit, ...(cursor !== undefined && { cursor }) });
      pages.push([...page.items]);
      cursor = page.cursor;
    } while (cursor !== undefined && pages.length < 9);
    expect(pages).toEqual(wanted);
  });

  test('a cursor keeps its whole place; one that no answer gave is refused', () => {
    const place = { offset: 3, segment: 2, after: { pk: 'a', sk: 'ö' } };
    expect(decodeCursor(encodeCursor(place))).toEqual(place);
    expect(decodeCursor(encodeCursor({ segment: 100 }))).toEqual({ offset: 0, segment: 100 });
    const texts = [
      '',
      'x',
      encodeCursor({ offset: -1 }),
      encodeCursor({ segment: 101 }),
      encodeCursor({ offset: 0.5 }),
    ];
    const more = Buffer.from('{"offset":1,"more":1}').toString('base64url');
    for (const text of [...texts, more]) expect(() => decodeCursor(text)).toThrow('is not one that an answer gave');
  });
});

test('an item expires whole days after its instant, in seconds', () => {
  expect([expiresAt('1970-01-01T00:00:00.999Z', 0), expiresAt('1970-01-02T00:00:01.000Z', 2)]).toEqual([0, 259_201]);
});

test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
  ['of this version', { type: 'finding', schemaVersion: 1 }, false],
  ['of the next', { type: 'finding', schemaVersion: 2 }, true],
  ['without a version', { type: 'finding' }, true],
  ['with a text as version', { type: 'run', schemaVersion: '1' }, true],
  ['of a kind that is not known', { type: 'dream', schemaVersion: 1 }, true],
  ['named as a method of all objects', { type: 'toString', schemaVersion: 1 }, true],
  ['without a kind', { schemaVersion: 2 }, false],
  ['a watched fact', { type: 'watched', kind: 'role-trust-policy', schemaVersion: 1 }, false],
  ['a watched fact of another kind', { type: 'watched', kind: 'mood', schemaVersion: 1 }, true],
  ['a step whose finding has another kind', { type: 'history', kind: 'mood', schemaVersion: 1 }, false],
])('an item %s', (_, item, isNewer) => {
  expect(isOfNewerVersion(item)).toBe(isNewer);
});

test('to be sent: steps of both attempts that somebody is told of, and all changed facts', () => {
  const step = (id: string, kind: string, runId: string, version: number) => {
    const finding = aFinding({ id, accountId: one });
    return { kind, after: { finding, status: 'open', version, runId } };
  };
  const fact = (subject: string, runId: string) => ({ kind: 'role-trust-policy', subject, accountId: one, runId });
  const change = {
    transitions: [step('a', 'opened', 'r2', 1), step('b', 'unconfirmed', 'r2', 2), step('c', 'opened', 'r2', 12)],
    factChanges: [fact('s', 'r2'), fact('t', 'r2')],
  };
  const before = { transitions: [step('d', 'opened', 'r1', 3)], factChanges: [fact('u', 'r1')] };
  const account = `account#${one}`;
  const own = [
    `${account}|finding#a|v00000001#r2`,
    `${account}|finding#c|v00000012#r2`,
    `${account}|watched#role-trust-policy s|r2`,
    `${account}|watched#role-trust-policy t|r2`,
  ];
  expect(keysToSend(change as never)).toEqual(own);
  expect(keysToSend({ ...change, writtenBefore: before } as never)).toEqual([
    `${account}|finding#d|v00000003#r1`,
    `${account}|watched#role-trust-policy u|r1`,
    ...own,
  ]);
});

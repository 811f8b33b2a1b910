import { describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { AccountDocument, IndexDocument } from '../../lib/audit/documents.ts';
import { readPartOfOthers } from '../../lib/audit/steps/part-of-others.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const own = '111122223333';
const other = '444455556666';
const third = '777788889999';
const roleOf = (accountId: string, name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const named = (...arns: readonly string[]): AccountSnapshot =>
  aSnapshot({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete(
          arns.map(arn => aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': arn } })),
        ),
        pods: complete([]),
      }),
    ]),
  });
const policy = (accountId: string, subject = 'system:serviceaccount:a:b') => aTrustPolicy({ accountId, subject });
const read = (
  accountId: string,
  ...roles: readonly (readonly [name: string, trustPolicy: string])[]
): AccountDocument => ({
  ...{ status: 'read', inside: [], beyond: [], apiCalls: {} },
  snapshot: aSnapshot({
    accountId,
    roles: complete(roles.map(([name, trustPolicy]) => aRole({ arn: roleOf(accountId, name), name, trustPolicy }))),
  }),
});
const failed: AccountDocument = {
  ...{ status: 'failed', apiCalls: {} },
  reason: { kind: 'denied', operation: 'sts:AssumeRole', message: 'no' },
};
const index: IndexDocument = {
  ...{ accounts: [own, other, third], rolesUnread: [], providersUnread: [], gaps: [], clusterCount: 0, related: [] },
};

/** The part of others for a run, with the documents that it asks for. */
const partOf = async (
  snapshot: AccountSnapshot,
  documents: Readonly<Record<string, AccountDocument>>,
  of: IndexDocument = index,
) => {
  const store = memoryDocumentStore();
  for (const [key, document] of Object.entries(documents)) await store.put(key, document);
  const asked: string[] = [];
  const noting = {
    ...store,
    get: (key: string) => {
      asked.push(key);
      return store.get(key);
    },
  };
  const event = { runId: 'run-2', startedAt: '2026-11-02T03:00:00.000Z', accountId: own };
  return { ...(await readPartOfOthers(noting, event, snapshot, of)), asked };
};
const nothing = { part: { clusters: [], providers: [] }, roles: [], callers: [], unread: [] };
const keyOf = (runId: string, accountId: string) => documentKeys(runId).account(accountId);
const far = roleOf(other, 'far');

test('only accounts that are audited, and not its own, are asked for the roles that it names', async () => {
  const snapshot = named(far, roleOf(own, 'cart'), roleOf('999999999999', 'x'), 'no ARN', '');
  const documents = { [keyOf('run-2', other)]: read(other, ['far', policy(other)], ['more', policy(other)]) };
  expect(await partOf(snapshot, documents)).toEqual({
    ...{ ...nothing, roles: [{ arn: far, trustPolicy: policy(other) }] },
    asked: [keyOf('run-2', other)],
  });
});

test('of the roles that its service accounts name those alone that may trust a token', async () => {
  const forPeople = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { AWS: roleOf(own, 'admin') }, Action: 'sts:AssumeRole' },
  });
  const documents = { [keyOf('run-2', other)]: read(other, ['far', policy(other)], ['people', forPeople]) };
  expect(await partOf(named(far, roleOf(other, 'people')), documents)).toEqual({
    ...{ ...nothing, roles: [{ arn: far, trustPolicy: policy(other) }] },
    asked: [keyOf('run-2', other)],
  });
});

test('an account that is not read, that left no document, or whose roles are unknown', async () => {
  const snapshot = named(far, roleOf(third, 'far'));
  const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
  const closed: AccountDocument = {
    ...{ status: 'read', inside: [], beyond: [], apiCalls: {} },
    snapshot: aSnapshot({ accountId: third, roles: unavailable(reason) }),
  };
  const documents = { [keyOf('run-2', other)]: failed, [keyOf('run-2', third)]: closed };
  const asked = [other, third].map(id => keyOf('run-2', id));
  expect(await partOf(snapshot, documents)).toEqual({ ...nothing, unread: [other], asked });
  expect(await partOf(snapshot, {})).toEqual({ ...nothing, unread: [other, third], asked });
});

describe('a fast run has the roles of others from the runs that read them', () => {
  const snapshot = named(far, roleOf(other, 'old'));
  const base = { base: 'run-1', later: {} };
  const later = { base: 'run-1', later: { [other]: ['fast-1', 'run-1'] } };
  const [before, after] = [policy(other, 'before'), policy(other, 'after')];
  const documents = {
    [keyOf('run-1', other)]: read(other, ['far', before], ['old', before]),
    [keyOf('fast-1', other)]: read(other, ['far', after]),
  };
  test.each<
    readonly [string, IndexDocument['readIn'], Readonly<Record<string, AccountDocument>>, object, readonly string[]]
  >([
    ['the full run alone', base, documents, { far: before, old: before }, ['run-1']],
    ['both, the newer first', later, documents, { far: after, old: before }, ['fast-1', 'run-1']],
    [
      'the full run, where the newer one failed',
      later,
      { ...documents, [keyOf('fast-1', other)]: failed },
      { far: before, old: before },
      ['fast-1', 'run-1'],
    ],
  ])('%s', async (_, readIn, held, policies, runs) => {
    const { roles, asked, unread } = await partOf(snapshot, held, { ...index, ...(readIn && { readIn }) });
    expect(roles).toEqual(
      Object.entries(policies).map(([name, trustPolicy]) => ({ arn: roleOf(other, name), trustPolicy })),
    );
    expect([asked, unread]).toEqual([runs.map(runId => keyOf(runId, other)), []]);
  });
});

test('the roles of others that its trust policies name, and no other principal', async () => {
  const trusting = (...AWS: readonly string[]) =>
    JSON.stringify({
      Statement: [
        ...(JSON.parse(policy(own)) as { Statement: readonly object[] }).Statement,
        { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' },
      ],
    });
  const forPeople = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { AWS: roleOf(third, 'admin') }, Action: 'sts:AssumeRole' },
  });
  const snapshot = aSnapshot({
    clusters: complete([]),
    roles: complete([
      aRole({ trustPolicy: trusting(far, `arn:aws:iam::${third}:user/kim`, `arn:aws:iam::${third}:root`) }),
      aRole({ trustPolicy: forPeople }),
    ]),
  });
  const documents = { [keyOf('run-2', other)]: read(other, ['far', forPeople]) };
  expect(await partOf(snapshot, documents)).toEqual({
    ...{ ...nothing, callers: [{ arn: far, trustPolicy: forPeople }] },
    asked: [keyOf('run-2', other)],
  });
});

import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { DocumentStore } from '../../lib/audit/ports.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { factsOfAccount } from '../../lib/audit/steps/facts-of.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { complete } from '../../lib/model/collected.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aSnapshot } from '../support/example-world.ts';

const own = '111122223333';
const other = '444455556666';
const start = aStart();
const keys = documentKeys(start.runId);
const choices = someChoices({ settings: { ...someChoices().settings, inCluster: true } });

const serviceAccount = aServiceAccount({
  annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${other}:role/app` },
});
const cluster = aReadCluster({ serviceAccounts: complete([serviceAccount]) });
const { kubernetes, podIdentity, addons } = cluster;

/** A service account names a role of another account, whose step does not come to the end of its writes; its own account has
 *  a role of the same name. */
const afterReading = async (breaks: (documents: DocumentStore) => DocumentStore) => {
  const documents = memoryDocumentStore();
  const snapshots = {
    [own]: aSnapshot({
      roles: complete([aRole({ arn: `arn:aws:iam::${own}:role/app` })]),
      clusters: complete([cluster]),
    }),
    [other]: aSnapshot({
      ...{ accountId: other, regions: [], providers: complete([aProvider({ accountId: other })]) },
      roles: complete([aRole({ arn: `arn:aws:iam::${other}:role/app` })]),
    }),
  };
  const ports = {
    ...portsOver(snapshots, { clusters: { read: async () => ({ kubernetes, podIdentity, addons }) } }),
    documents,
  };
  const state = await listTargets(ports, start);
  await collectAccount(ports, choices, { ...start, accountId: own });
  await collectAccount({ ...ports, documents: breaks(documents) }, choices, { ...start, accountId: other }).catch(
    () => undefined,
  );
  await documents.put(keys.cluster(own, `${cluster.cluster.region}/${cluster.cluster.name}`), {
    ...{ kubernetes, podIdentity, addons, apiCalls: {} },
  });
  await indexIssuers(ports, choices, state);
  const read = await factsOfAccount(documents, choices, { ...start, accountId: own });
  if ('reason' in read) throw new Error(read.reason.message);
  const subject = `${cluster.cluster.arn}/serviceaccount/${serviceAccount.namespace}/${serviceAccount.name}`;
  const outcomeOf = (rule: string) => evaluate(read.facts, choices).outcomes[outcomeKey(rule, subject)];
  return { fleet: read.facts.fleet, missing: outcomeOf('service-account-role-missing') };
};

const isReading = (key: string): boolean => key === keys.account(other);

test.each<readonly [string, (documents: DocumentStore) => DocumentStore]>([
  [
    'dies before it has written its reading',
    documents => ({
      ...documents,
      put: (key, value) => (isReading(key) ? Promise.reject(new Error('killed')) : documents.put(key, value)),
    }),
  ],
  [
    'has written its share and lost its reading',
    documents => ({
      ...documents,
      put: async (key, value) => (isReading(key) ? undefined : documents.put(key, value)),
    }),
  ],
  [
    'has written its share, and a repeat says that it failed',
    documents => ({
      ...documents,
      put: (key, value) =>
        documents.put(
          key,
          isReading(key)
            ? { status: 'failed', reason: { kind: 'timed-out', operation: 'x', message: '' }, apiCalls: {} }
            : value,
        ),
    }),
  ],
])('an account whose step %s has no role that is known to be missing', async (_title, breaks) => {
  const { fleet, missing } = await afterReading(breaks);
  expect(fleet.accounts.find(({ accountId }) => accountId === other)?.rolesRead ?? false).toBe(false);
  expect(fleet.gaps.map(({ accountId }) => accountId)).toEqual([other]);
  expect(missing).toBe('unknown');
});

test('an account that was read wholly is asked', async () => {
  const { fleet, missing } = await afterReading(documents => documents);
  expect(fleet.accounts.find(({ accountId }) => accountId === other)?.rolesRead).toBe(true);
  expect(fleet.gaps).toEqual([]);
  // The rule has no word on a role that is there.
  expect(missing).toBeUndefined();
});

/** The facts of other accounts of a run that concern one account. */

import { clustersOf, type FleetPart, roleOfContainer, secondRolesIn } from '../../facts.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type AccountSnapshot, type FleetIndex, parseArn, valueOr } from '../../model.ts';
import { mayTrustWebIdentity, namesInTrustPolicy, namesPodIdentity, trustPolicyOf } from '../../policy.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, getDocument, type IndexDocument, isAccountDocument, isFleetPart } from '../documents.ts';
import type { AccountEvent } from '../events.ts';
import type { DocumentStore } from '../ports.ts';

/** Documents of other accounts, with all their roles, that are read at once. */
const accountsAtOnce = 4;

/** The facts of other accounts that concern one. */
export interface PartOfOthers {
  readonly part: FleetPart;
  readonly roles: FleetIndex['roles'];
  readonly callers: FleetIndex['roles'];
  /** Absent where no association and no program names a second role of another account. */
  readonly targets?: FleetIndex['roles'];
  /** Accounts that the index calls read, and that left no reading: their step ended in the middle. */
  readonly unread: readonly string[];
}

/** Clusters and providers of other accounts, and their roles that an account's service accounts, trust policies or Pod Identity
 *  associations name. */
export const readPartOfOthers = async (
  documents: DocumentStore,
  event: AccountEvent,
  snapshot: AccountSnapshot,
  index: IndexDocument,
): Promise<PartOfOthers> => {
  const keys = documentKeys(event.runId);
  const audited = new Set(index.accounts);
  const [ofPods, callers, targets] = [namedRoles(snapshot), callersNamed(snapshot), targetsNamed(snapshot)];
  const named = Map.groupBy(new Set([...ofPods, ...callers, ...targets]), arn => parseArn(arn.trim())?.accountId ?? '');
  const others = [...named].filter(([id]) => id !== event.accountId && audited.has(id));
  const [part, read] = await Promise.all([
    index.related.includes(event.accountId)
      ? getDocument(documents, keys.related(event.accountId), isFleetPart)
      : { clusters: [], providers: [] },
    inParallel(others, accountsAtOnce, async ([accountId, arns]) => ({
      accountId,
      roles: await rolesOf(documents, accountId, new Set(arns), runsThatRead(index, event.runId, accountId)),
    })),
  ]);
  const roles = read.flatMap(one => one.roles ?? []);
  return {
    part,
    roles: roles.filter(role => ofPods.has(role.arn) && mayTrustWebIdentity(trustPolicyOf(role))),
    callers: roles.filter(({ arn }) => callers.has(arn)),
    ...(targets.size > 0 && { targets: roles.filter(({ arn }) => targets.has(arn)) }),
    unread: read.filter(one => one.roles === undefined).map(({ accountId }) => accountId),
  };
};

/** The runs whose document tells of another account: this one; for a fast run those that have read it last. */
const runsThatRead = ({ readIn }: IndexDocument, runId: string, accountId: string): readonly string[] =>
  readIn === undefined ? [runId] : (readIn.later[accountId] ?? [readIn.base]);

/** Roles of another account that are named, with their trust policies. Where two runs tell of it, what either has is there, as the first
 *  of them has it. Undefined where none of them left its reading. */
const rolesOf = async (
  documents: DocumentStore,
  accountId: string,
  named: ReadonlySet<string>,
  runs: readonly string[],
): Promise<FleetIndex['roles'] | undefined> => {
  const roles = new Map<string, FleetIndex['roles'][number]>();
  let isRead = false;
  for (const runId of runs) {
    const account = await findDocument(documents, documentKeys(runId).account(accountId), isAccountDocument);
    if (account?.status !== 'read') continue;
    isRead = true;
    for (const { arn, trustPolicy } of valueOr(account.snapshot.roles, []))
      if (named.has(arn) && !roles.has(arn)) roles.set(arn, { arn, trustPolicy });
  }
  return isRead ? [...roles.values()] : undefined;
};

/** The ARNs of principals that trust policies for pods name: roles of other accounts may be among them. */
const callersNamed = ({ roles }: AccountSnapshot): ReadonlySet<string> =>
  new Set(
    valueOr(roles, []).flatMap(role => {
      const policy = trustPolicyOf(role);
      if (!policy.ok || !(mayTrustWebIdentity(policy) || policy.policy.statements.some(namesPodIdentity))) return [];
      return namesInTrustPolicy(role).filter(name => parseArn(name)?.resource.startsWith('role/'));
    }),
  );

/** The ARNs of the second roles of associations and programs that lie in other accounts. */
const targetsNamed = (snapshot: AccountSnapshot): ReadonlySet<string> =>
  new Set(
    clustersOf(snapshot)
      .flatMap(({ podIdentity, kubernetes }) => [
        ...valueOr(podIdentity, []).flatMap(({ targetRoleArn }) => targetRoleArn ?? []),
        ...(kubernetes.status === 'unavailable' ? [] : secondRolesIn(kubernetes.value).map(({ roleArn }) => roleArn)),
      ])
      .filter(arn => parseArn(arn)?.accountId !== snapshot.accountId),
  );

/** The ARNs of roles that service accounts and pods name, as written and without white space around them. */
const namedRoles = (snapshot: AccountSnapshot): ReadonlySet<string> => {
  const named = new Set<string>();
  for (const { kubernetes } of clustersOf(snapshot)) {
    if (kubernetes.status === 'unavailable') continue;
    const { serviceAccounts, pods } = kubernetes.value;
    for (const { annotations } of valueOr(serviceAccounts, []))
      for (const value of Object.values(annotations)) named.add(value).add(value.trim());
    for (const { containers } of valueOr(pods, []))
      for (const container of containers) named.add(roleOfContainer(container) ?? '');
  }
  return named;
};

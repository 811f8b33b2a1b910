/** The trust policy that also trusts another cluster, for the same service accounts, and the one that no longer trusts the first. */

import { providerArnBeside } from '../../model.ts';
import { podIdentityService } from '../../policy.ts';
import { asList, conditionOf, replaceStatements, withoutPrincipal } from '../../rules/trust/policy-edit/policy-json.ts';
import { canonicalJson, type JsonObject, objectOf } from '../../text.ts';
import type { ClusterMove, End } from './clusters.ts';

/** The policy with a copy of each statement for the first cluster, in which the second one stands; undefined where none was added. The
 *  text must be one that was parsed. */
export const mirroredPolicy = (text: string, roleArn: string, move: ClusterMove): JsonObject | undefined => {
  const there = new Set<string>();
  replaceStatements(text, statement => {
    there.add(withoutSid(statement));
    return [statement];
  });
  let added = 0;
  const policy = replaceStatements(text, statement => {
    const copy = mirrored(statement, roleArn, move);
    if (copy === undefined || there.has(withoutSid(copy))) return [statement];
    added += 1;
    return [statement, copy];
  });
  return added === 0 ? undefined : policy;
};

/** The policy that trusts the second cluster alone: the copies of the statements for the first one's issuer, and no other statement.
 *  Undefined where there is none, or where a Deny that may concern it would be lost. */
export const copiedPolicy = (text: string, roleArn: string, move: ClusterMove): JsonObject | undefined => {
  const policy = replaceStatements(text, statement => {
    const federated = asList(objectOf(statement.Principal).Federated);
    const isOfOld = federated.includes(providerArnBeside(roleArn, move.from.issuer));
    const copy = isOfOld ? mirrored(statement, roleArn, move) : undefined;
    if (copy === undefined) return statement.Effect === 'Deny' ? [statement] : [];
    return [copy];
  });
  return asList(policy?.Statement).some(one => objectOf(one).Effect === 'Allow') ? policy : undefined;
};

/** True where a statement that is not copied names the first cluster, so that a copy of the others would allow EKS Pod Identity more than it. */
export const hasUncopiedPodIdentity = (text: string, { from }: ClusterMove): boolean => {
  let found = false;
  replaceStatements(text, statement => {
    found ||= !isPlainPodIdentity(statement) && namesCluster(statement, from, clusterKeys);
    return [statement];
  });
  return found;
};

const withoutSid = ({ Sid: _, ...rest }: JsonObject): string => canonicalJson(rest);

/** The copy of a statement; undefined for one that is not about the first cluster. A Sid stands once in a policy: the copy has none. */
const mirrored = ({ Sid: _, ...statement }: JsonObject, roleArn: string, move: ClusterMove): JsonObject | undefined => {
  const [oldArn, newArn] = [move.from, move.to].map(({ issuer }) => providerArnBeside(roleArn, issuer));
  const federated = asList(objectOf(statement.Principal).Federated);
  if (federated.includes(oldArn))
    return { ...statement, Principal: { Federated: newArn }, ...conditionFor(statement, move) };
  return mentionsCluster(statement, move.from) && !holdsForBoth(statement, move)
    ? { ...statement, ...conditionFor(statement, move) }
    : undefined;
};

/** True where each list that has the first cluster has the second one too: the statement is for both. */
const holdsForBoth = (statement: JsonObject, { from, to }: ClusterMove): boolean =>
  Object.values(conditionOf(statement))
    .flatMap(block => Object.entries(block))
    .filter(([key]) => clusterKeys.has(key.toLowerCase()))
    .map(([, values]) => asList(values))
    .filter(values => has(values, from))
    .every(values => has(values, to));

const has = (values: readonly unknown[], { cluster }: End): boolean =>
  cluster !== undefined && values.some(value => value === cluster.cluster.arn || value === cluster.cluster.name);

/** Keys by which a statement for EKS Pod Identity names one cluster. */
const clusterKeys: ReadonlySet<string> = new Set([
  'aws:requesttag/eks-cluster-arn',
  'aws:requesttag/eks-cluster-name',
  'aws:sourcearn',
]);

/** Operators by which a test on such a key allows the clusters that it names, and no other. */
const naming: ReadonlySet<string> = new Set(['stringequals', 'stringlike', 'arnequals', 'arnlike']);

/** True for a statement that allows EKS Pod Identity, and it alone. */
const isPlainPodIdentity = (statement: JsonObject): boolean =>
  statement.Effect === 'Allow' && canonicalJson(statement.Principal) === canonicalJson({ Service: podIdentityService });

/** True for a statement with a test on one of these keys that has the cluster's exact ARN or name among its values. */
const namesCluster = (
  statement: JsonObject,
  end: End,
  keys: ReadonlySet<string>,
  operators?: ReadonlySet<string>,
): boolean =>
  Object.entries(conditionOf(statement)).some(([operator, block]) =>
    Object.entries(block).some(
      ([key, values]) =>
        (operators === undefined || operators.has(operator.toLowerCase())) &&
        keys.has(key.toLowerCase()) &&
        has(asList(values), end),
    ),
  );

/** True for a statement that allows EKS Pod Identity, and it alone, for a cluster that it names by its exact ARN or name. */
const mentionsCluster = (statement: JsonObject, end: End): boolean =>
  isPlainPodIdentity(statement) && namesCluster(statement, end, clusterKeys, naming);

const conditionFor = (statement: JsonObject, move: ClusterMove): { readonly Condition?: unknown } => {
  if (statement.Condition === undefined) return {};
  const blocks = Object.entries(conditionOf(statement)).map(([operator, block]) => [
    operator,
    Object.fromEntries(Object.entries(block).map(([key, values]) => [keyFor(key, move), valuesFor(key, values, move)])),
  ]);
  return { Condition: Object.fromEntries(blocks) };
};

/** `OLD:sub` becomes `NEW:sub`; condition keys are the same in any case. */
const keyFor = (key: string, { from, to }: ClusterMove): string => {
  const prefix = `${from.issuer}:`;
  return key.toLowerCase().startsWith(prefix.toLowerCase()) ? `${to.issuer}:${key.slice(prefix.length)}` : key;
};

const valuesFor = (key: string, values: unknown, move: ClusterMove): unknown => {
  const ends = clusterKeys.has(key.toLowerCase())
    ? { from: move.from.cluster?.cluster, to: move.to.cluster?.cluster }
    : {};
  const { from, to } = ends;
  const valueFor = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (key.toLowerCase() === 'aws:sourceaccount' && value === move.from.cluster?.cluster.accountId)
      return move.to.cluster?.cluster.accountId ?? value;
    if (from !== undefined && to !== undefined && value === from.arn) return to.arn;
    if (from !== undefined && to !== undefined && value === from.name) return to.name;
    // A policy variable names the key too.
    return value.replaceAll(`\${${move.from.issuer}:`, `\${${move.to.issuer}:`);
  };
  return Array.isArray(values) ? values.map(valueFor) : valueFor(values);
};

/** The policy without what trusts the first cluster; undefined where nothing else is left, or nothing of it was there. */
export const retiredPolicy = (text: string, roleArn: string, from: End): JsonObject | undefined => {
  const arn = providerArnBeside(roleArn, from.issuer);
  let removed = 0;
  const policy = replaceStatements(text, statement => {
    const federated = asList(objectOf(statement.Principal).Federated);
    if (!federated.includes(arn) && !mentionsCluster(statement, from)) return [statement];
    removed += 1;
    return mentionsCluster(statement, from) ? withoutCluster(statement, from) : withoutPrincipal(statement, arn);
  });
  return removed === 0 || asList(policy?.Statement).length === 0 ? undefined : policy;
};

/** True where the policy without the first cluster lacks a statement, or a part of one, for EKS Pod Identity. */
export const retiresPodIdentity = (text: string, from: End): boolean => {
  let found = false;
  replaceStatements(text, statement => {
    found ||= mentionsCluster(statement, from);
    return [statement];
  });
  return found;
};

/** The statement for the other clusters that its tests name; none where they name the one alone. */
const withoutCluster = (statement: JsonObject, { cluster }: End): readonly JsonObject[] => {
  const isOther = (value: unknown): boolean => value !== cluster?.cluster.arn && value !== cluster?.cluster.name;
  let isEmpty = false;
  const blocks = Object.entries(conditionOf(statement)).map(([operator, block]) => [
    operator,
    Object.fromEntries(
      Object.entries(block).map(([key, values]) => {
        if (!naming.has(operator.toLowerCase()) || !clusterKeys.has(key.toLowerCase())) return [key, values];
        const others = asList(values).filter(isOther);
        isEmpty ||= others.length === 0;
        return [key, others];
      }),
    ),
  ]);
  return isEmpty ? [] : [{ ...statement, Condition: Object.fromEntries(blocks) }];
};

/** The statements that are in a policy and were not in another one. */
export const addedStatements = (before: string, after: JsonObject): readonly JsonObject[] =>
  missingIn(statementsOf(before), asList(after.Statement).map(objectOf));

/** The statements that were in a policy and are not in another one. */
export const removedStatements = (before: string, after: JsonObject): readonly JsonObject[] =>
  missingIn(asList(after.Statement).map(objectOf), statementsOf(before));

const statementsOf = (text: string): readonly JsonObject[] =>
  asList(replaceStatements(text, statement => [statement])?.Statement).map(objectOf);

const missingIn = (some: readonly JsonObject[], list: readonly JsonObject[]): readonly JsonObject[] => {
  const there = new Set(some.map(one => canonicalJson(one)));
  return list.filter(one => !there.has(canonicalJson(one)));
};

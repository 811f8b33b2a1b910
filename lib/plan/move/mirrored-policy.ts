/** The trust policy that also trusts another cluster, for the same service accounts, and the one that no longer trusts the first. */
import { providerArnBeside } from '../../model/arn.ts';
import { podIdentityService } from '../../policy/who/pod-identity.ts';
import { asList, conditionOf, replaceStatements, withoutPrincipal } from '../../rules/trust/policy-edit/policy-json.ts';
import { canonicalJson, type JsonObject, objectOf } from '../../text/json-value.ts';
import type { End, Move } from './clusters.ts';

/** The policy with a copy of each statement for the first cluster, in which the second one stands; undefined where none was added. The
 *  text must be one that was parsed. */
export const mirroredPolicy = (text: string, roleArn: string, move: Move): JsonObject | undefined => {
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

const withoutSid = ({ Sid: _, ...rest }: JsonObject): string => canonicalJson(rest);

/** The copy of a statement; undefined for one that is not about the first cluster. A Sid stands once in a policy: the copy has none. */
const mirrored = ({ Sid: _, ...statement }: JsonObject, roleArn: string, move: Move): JsonObject | undefined => {
  const [oldArn, newArn] = [move.from, move.to].map(({ issuer }) => providerArnBeside(roleArn, issuer));
  const federated = asList(objectOf(statement.Principal).Federated);
  if (federated.includes(oldArn))
    return { ...statement, Principal: { Federated: newArn }, ...conditionFor(statement, move) };
  return mentionsCluster(statement, move.from) ? { ...statement, ...conditionFor(statement, move) } : undefined;
};

/** Keys by which a statement for EKS Pod Identity names one cluster. */
const clusterKeys: ReadonlySet<string> = new Set([
  'aws:requesttag/eks-cluster-arn',
  'aws:requesttag/eks-cluster-name',
  'aws:sourcearn',
]);

/** Operators by which a test on such a key allows the clusters that it names, and no other. */
const naming: ReadonlySet<string> = new Set(['stringequals', 'stringlike', 'arnequals', 'arnlike']);

/** True for a statement that allows EKS Pod Identity, and it alone, for a cluster that it names by its exact ARN or name. */
const mentionsCluster = (statement: JsonObject, { cluster }: End): boolean =>
  cluster !== undefined &&
  statement.Effect === 'Allow' &&
  canonicalJson(statement.Principal) === canonicalJson({ Service: podIdentityService }) &&
  Object.entries(conditionOf(statement)).some(([operator, block]) =>
    Object.entries(block).some(
      ([key, values]) =>
        naming.has(operator.toLowerCase()) &&
        clusterKeys.has(key.toLowerCase()) &&
        asList(values).some(value => value === cluster.cluster.arn || value === cluster.cluster.name),
    ),
  );

const conditionFor = (statement: JsonObject, move: Move): { readonly Condition?: unknown } => {
  if (statement.Condition === undefined) return {};
  const blocks = Object.entries(conditionOf(statement)).map(([operator, block]) => [
    operator,
    Object.fromEntries(Object.entries(block).map(([key, values]) => [keyFor(key, move), valuesFor(key, values, move)])),
  ]);
  return { Condition: Object.fromEntries(blocks) };
};

/** `OLD:sub` becomes `NEW:sub`; condition keys are the same in any case. */
const keyFor = (key: string, { from, to }: Move): string => {
  const prefix = `${from.issuer}:`;
  return key.toLowerCase().startsWith(prefix.toLowerCase()) ? `${to.issuer}:${key.slice(prefix.length)}` : key;
};

const valuesFor = (key: string, values: unknown, move: Move): unknown => {
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
    return mentionsCluster(statement, from) ? [] : withoutPrincipal(statement, arn);
  });
  return removed === 0 || asList(policy?.Statement).length === 0 ? undefined : policy;
};

/** The statements that are in a policy and were not in another one. */
export const addedStatements = (before: string, after: JsonObject): readonly JsonObject[] => {
  const there = new Set<string>();
  replaceStatements(before, statement => {
    there.add(canonicalJson(statement));
    return [statement];
  });
  return asList(after.Statement)
    .map(objectOf)
    .filter(one => !there.has(canonicalJson(one)));
};

/** The roles that a question about roles, service accounts or a namespace is about. */
import { clustersOf, type Facts } from '../../facts.ts';
import { type IdentitySet, type Role, roleArnKey, roleNameOf, valueOr } from '../../model.ts';
import { globMatches, intersectGlobs, isForAnyone, subjectOf, trustPolicyOf, wildcardGlob } from '../../policy.ts';
import { accessOfEdit } from '../../rules/access/access-change.ts';
import { issuersInPolicies } from '../../rules/access/asked-tokens.ts';
import { nothing } from '../../rules/access/gains.ts';

/** The part of a question that names places. */
export interface AskedPlaces {
  readonly cluster?: readonly string[];
  /** Account ids. */
  readonly account?: readonly string[];
  /** Names or ARNs. */
  readonly role?: readonly string[];
  /** `namespace/name`. */
  readonly serviceAccount?: readonly string[];
  readonly namespace?: string;
}

/** The answer. A role that was not read, and one whose policy is not understood wholly, are part of every question about names. */
interface AskedRoles {
  readonly isRole: (arn: string) => boolean;
  /** True for an issuer (without scheme) that one of them may trust. */
  readonly isIssuer: (hostPath: string) => boolean;
  /** False for a service account whose roles are all others. */
  readonly isServiceAccount: (clusterName: string | undefined, namespace: string, name: string) => boolean;
}

/** True for the ARN of a role that is named. */
export const isNamed = (arn: string, names: readonly string[]): boolean =>
  names.includes(arn) || names.includes(roleNameOf(arn));

/** Undefined where the question names no role, no service account and no namespace. */
export const askedRoles = (asked: AskedPlaces, all: readonly Facts[]): AskedRoles | undefined => {
  const { role: names, namespace, serviceAccount } = asked;
  const isOfAccounts = (namespace ?? serviceAccount) !== undefined;
  if (names === undefined && !isOfAccounts) return undefined;
  const having = rolesOfAccounts(all);
  const own = new Set(having.filter(one => isAskedAccount(asked, one)).flatMap(({ roleArns }) => roleArns));
  const roles = all.flatMap(facts => valueOr(facts.snapshot.roles, []).map(role => ({ role, facts })));
  const others = new Set(
    roles
      .filter(({ role, facts }) => isOfAccounts && !own.has(role.arn) && !mayServe(role, facts, asked))
      .map(({ role }) => role.arn),
  );
  const isRole = (arn: string): boolean => (names === undefined || isNamed(arn, names)) && !others.has(arn);
  const trusted = roles.filter(({ role }) => isRole(role.arn)).map(({ role, facts }) => issuersOf(role, facts));
  const areAllRead = all.every(({ snapshot }) => snapshot.roles.status === 'complete');
  return {
    isRole,
    isIssuer: hostPath => !areAllRead || trusted.some(issuers => issuers?.includes(hostPath) ?? true),
    isServiceAccount: (clusterName, space, name) => {
      const of = having.filter(one => one.namespace === space && one.name === name && one.clusterName === clusterName);
      const roleArns = of.flatMap(one => one.roleArns);
      return roleArns.length === 0 || roleArns.some(isRole);
    },
  };
};

/** Service accounts with the roles that their annotations and associations name. */
const rolesOfAccounts = (all: readonly Facts[]) =>
  all
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .flatMap(({ cluster: { name: clusterName }, kubernetes, podIdentity }) => [
      ...valueOr(kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.serviceAccounts, []).map(
        ({ namespace, name, annotations: { [roleArnKey]: arn } }) => ({
          ...{ clusterName, namespace, name },
          roleArns: arn === undefined ? [] : [arn],
        }),
      ),
      ...valueOr(podIdentity, []).map(({ namespace, serviceAccount: name, roleArn, targetRoleArn }) => ({
        ...{ clusterName, namespace, name },
        roleArns: [roleArn, targetRoleArn].flatMap(arn => arn ?? []),
      })),
    ]);

/** True for a service account that a question names. */
export const isAskedAccount = (
  { namespace, serviceAccount }: AskedPlaces,
  one: { readonly namespace: string; readonly name: string },
): boolean =>
  (namespace ?? one.namespace) === one.namespace && (serviceAccount?.includes(`${one.namespace}/${one.name}`) ?? true);

/** Whether one of the service accounts may assume a role by its trust policy, now or later. */
const mayServe = (role: Role, facts: Facts, asked: AskedPlaces): boolean => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return true;
  const { loses, isOpen } = accessOfEdit(parsed.policy, nothing, role, facts);
  return isOpen === true || loses.some(set => hasAsked(set, asked));
};

const hasAsked = (
  { subjects, patterns, except }: IdentitySet,
  { namespace, serviceAccount = ['*/*'] }: AskedPlaces,
): boolean => {
  const wanted = serviceAccount
    .map(one => one.split('/') as [string, string])
    .map(([space, name]) => ({ space: space === '*' ? (namespace ?? space) : space, name }))
    .filter(({ space }) => (namespace ?? space) === space)
    .map(({ space, name }) => wildcardGlob(subjectOf(space, name)));
  return wanted.some(glob => {
    const isOut = except.some(one => globMatches(wildcardGlob(one), glob.text));
    return (
      subjects.some(subject => globMatches(glob, subject)) ||
      (!isOut && patterns.some(one => intersectGlobs(wildcardGlob(one), glob)?.length !== 0))
    );
  });
};

/** The issuers that a policy names; undefined for everyone, and where it is not understood. */
const issuersOf = (role: Role, facts: Facts): readonly string[] | undefined => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok || parsed.policy.statements.some(isForAnyone)) return undefined;
  return issuersInPolicies([parsed.policy], role, facts);
};

import {
  type AccountSnapshot,
  type ClusterSnapshot,
  complete,
  type FindingLocation,
  type IssuerFacts,
  notAskedFor,
  parseArn,
  providerHostPath,
  type Role,
  roleNameOf,
  stripScheme,
  valueOr,
} from '../model.ts';
import {
  type AccountBudget,
  accountBudget,
  hintBudget,
  isForAnyone,
  mayCover,
  namesPodIdentity,
  type Statement,
  statementBudget,
  trustPolicyOf,
} from '../policy.ts';
import { associationSubjects, inClusterSubjects, placeOfCluster } from './cluster-subjects.ts';
import { eksPrincipalsOf, isAuditedIssuer, isMeantForEks } from './eks-issuer.ts';
import type { Facts } from './facts.ts';
import { leftOutProbe } from './sections.ts';
import type {
  ClusterSubject,
  IssuerSubject,
  ProviderSubject,
  RoleSubject,
  RuntimeSubject,
  StatementSubject,
  SubjectKind,
  Subjects,
} from './subjects.ts';

/** Every subject of one account, by kind. */
export type SubjectsOfAccount = { readonly [K in SubjectKind]: readonly Subjects[K][] };

/** All clusters of a snapshot, as far as they were read. */
export const clustersOf = (snapshot: AccountSnapshot): readonly ClusterSnapshot[] =>
  snapshot.regions.flatMap(region => valueOr(region.clusters, []));

/** Finds the subjects that the rules are asked about. */
export const subjectsOfAccount = (facts: Facts): SubjectsOfAccount => {
  const { snapshot } = facts;
  const clusters = clustersOf(snapshot);
  const roles = roleSubjectsOf(facts);
  const work = accountBudget();
  const inCluster = clusters.map(cluster => inClusterSubjects(cluster, snapshot));
  return {
    cluster: clusters.map(clusterSubject),
    provider: providerSubjects(facts),
    issuer: issuerSubjects(facts, clusters),
    role: roles,
    statement: roles.flatMap(role => statementSubjects(role, facts, work)),
    'service-account': inCluster.flatMap(subjects => subjects.serviceAccounts),
    webhook: inCluster.flatMap(subjects => subjects.webhooks),
    pod: inCluster.flatMap(subjects => subjects.pods),
    association: clusters.flatMap(associationSubjects),
    runtime: runtimeSubjects(
      snapshot,
      roles.filter(role => isForWebIdentity(role, facts)),
    ),
  };
};

const clusterSubject = (snapshot: ClusterSnapshot): ClusterSubject => ({
  id: snapshot.cluster.arn,
  place: placeOfCluster(snapshot),
  cluster: snapshot.cluster,
  snapshot,
});

const providerSubjects = (facts: Facts): ProviderSubject[] =>
  valueOr(facts.snapshot.providers, []).flatMap(provider => {
    const hostPath = providerHostPath(provider.arn);
    if (hostPath === undefined || !isAuditedIssuer(hostPath, facts)) return [];
    const issuer = `https://${hostPath}`;
    return [
      {
        id: provider.arn,
        place: { accountId: facts.snapshot.accountId, providerArn: provider.arn, issuer },
        provider,
        detail: provider.detail,
        issuer,
      },
    ];
  });

const issuerSubjects = (facts: Facts, clusters: readonly ClusterSnapshot[]): IssuerSubject[] => {
  const { snapshot, settings, issuers } = facts;
  const places = new Map<string, FindingLocation>();
  const providers = new Set(valueOr(snapshot.providers, []).map(provider => providerHostPath(provider.arn)));
  for (const issuer of settings.registeredIssuers)
    if (providers.has(stripScheme(issuer))) places.set(issuer, { accountId: snapshot.accountId, issuer });
  for (const cluster of clusters)
    if (cluster.cluster.issuer !== undefined && !['DELETING', 'CREATING', 'FAILED'].includes(cluster.cluster.status))
      places.set(cluster.cluster.issuer, placeOfCluster(cluster));
  const own = [...places].map(([url, place]): IssuerSubject => {
    const read = issuers[url];
    return { id: url, place, url, facts: probeOf(url, read) };
  });
  const foreign = [...providers].flatMap((hostPath): IssuerSubject[] => {
    const url = `https://${hostPath}`;
    const read = issuers[url];
    if (hostPath === undefined || read === undefined || places.has(url) || isMeantForEks(hostPath)) return [];
    const place = { accountId: snapshot.accountId, issuer: url };
    return [{ id: url, place, url, facts: complete(read), isForeign: true }];
  });
  return [...own, ...foreign];
};

/** The facts of an issuer, where any of it was asked for. */
const probeOf = (url: string, read: IssuerFacts | undefined): IssuerSubject['facts'] => {
  if (read === undefined) return notAskedFor(`GET ${url}`, 'not probed');
  return leftOutProbe(read) ?? complete(read);
};

/** The roles that are judged. */
export const roleSubjectsOf = (facts: Facts): readonly RoleSubject[] => {
  const work = accountBudget();
  return valueOr(facts.snapshot.roles, []).flatMap(role => roleSubject(role, facts, work));
};

const roleSubject = (role: Role, facts: Facts, work: AccountBudget): RoleSubject[] => {
  const policy = trustPolicyOf(role);
  const isOne = (statement: Statement): boolean => isSubject(statement, facts) || namesPodIdentity(statement);
  if (policy.ok && facts.settings.allRoles !== true && !policy.policy.statements.some(isOne)) return [];
  const place = { accountId: facts.snapshot.accountId, roleArn: role.arn };
  return [{ id: role.arn, place, role, policy, hints: hintBudget(work) }];
};

const statementSubjects = (role: RoleSubject, facts: Facts, work: AccountBudget): StatementSubject[] => {
  const { policy } = role;
  if (!policy.ok) return [];
  // In a role for service accounts, a statement for everyone, or everyone but some, is judged whatever its action is.
  const statements = policy.policy.statements.filter(
    statement => isSubject(statement, facts) || isForAnyone(statement),
  );
  return statements.map(statement => ({
    ...role,
    policy,
    statement,
    label: statement.sid ?? `Statement[${statement.index}]`,
    budget: statementBudget(statements.length, work),
  }));
};

/** True for a role of IRSA: a statement of it names an audited provider, or may stand for one. */
export const isForWebIdentity = ({ policy }: RoleSubject, facts: Facts): boolean =>
  !policy.ok || policy.policy.statements.some(statement => isSubject(statement, facts));

/** A statement that names an audited provider, or whose principal is everyone (also everyone but some) and whose action is
 *  web identity's. */
const isSubject = (statement: Statement, facts: Facts): boolean =>
  eksPrincipalsOf(statement.principal ?? statement.notPrincipal, facts).length > 0 ||
  (isForAnyone(statement) && mayCover(statement));

const runtimeSubjects = (snapshot: AccountSnapshot, roles: readonly RoleSubject[]): RuntimeSubject[] => {
  const events = snapshot.runtime.status === 'unavailable' ? [] : snapshot.runtime.value.events;
  const arns = new Set([...roles.map(role => role.role.arn), ...events.map(event => event.roleArn)]);
  return [...arns]
    .filter(arn => parseArn(arn)?.accountId === snapshot.accountId && roleNameOf(arn) !== '')
    .map(roleArn => ({
      id: roleArn,
      place: { accountId: snapshot.accountId, roleArn },
      roleArn,
      events: events.filter(event => event.roleArn === roleArn),
    }));
};

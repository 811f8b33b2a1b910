import { clustersOf, type Facts, type StatementSubject } from '../../../facts.ts';
import { listAnnotated } from '../../../fixes/look-steps.ts';
import { type FixDraft, type Role, type Step, stripScheme } from '../../../model.ts';
import { assumersAmong, type SubjectSet, subjectOf } from '../../../policy.ts';
import type { JsonObject } from '../../../text.ts';
import type { Exposure } from '../exposure/exposure.ts';
import { annotatedAccounts } from '../exposure/inventory.ts';
import { editForProviders, oneOrMany, withCondition, withoutKey } from './policy-json.ts';
import { terraformCondition, trustPolicyFix } from './trust-policy-fix.ts';

/**
 * The fix of a set that is too wide: exactly those service accounts of it whose annotation names the role. Where the
 * cluster was not read, or none does, the command that lists them, and a person names them.
 */
export const narrowFix = (
  subject: StatementSubject,
  { principal, issuer }: Pick<Exposure, 'principal' | 'issuer'>,
  set: SubjectSet,
  facts: Facts,
): FixDraft => {
  const { role, statement } = subject;
  const key = `${issuer}:sub`;
  const users = assumersAmong(set, annotatedAccounts(issuer, role.arn, facts))
    .map(({ namespace, name }) => subjectOf(namespace, name))
    .sort();
  if (users.length === 0) return nameThemFix(role, key, facts);
  const [revised] = users.filter(isOfRevision);
  if (revised !== undefined) return revisionFix(role, key, revised);
  const policy = editForProviders(role.trustPolicy, statement.index, [principal.arn], one =>
    onlySubjects(one, key, users),
  );
  return trustPolicyFix(subject, facts, policy, {
    summary: `Trust only the service accounts whose annotation names ${role.name}: ${users.join(', ')}.`,
    choice: 'Confirm that no other service account uses the role, for example in a cluster that was not read.',
    instead: 'Which service accounts use the role: name them exactly.',
    terraform: terraformCondition('StringEquals', key, users),
    cdk: `StringEquals: { ${JSON.stringify(key)}: ${JSON.stringify(oneOrMany(users))} }`,
  });
};

/** Crossplane names the service account of a provider after its package and the hash of the revision. */
const isOfRevision = (subject: string): boolean => /-[0-9a-f]{12}$/.test(subject);

/** The exact name of today trusts nobody after the next revision. */
const revisionFix = (role: Pick<Role, 'name'>, key: string, subject: string): FixDraft => ({
  summary: `Give the service account of ${subject} a name of its own, in Crossplane by a DeploymentRuntimeConfig, and trust that name alone in ${role.name}.`,
  choice: `Until then keep a pattern under StringLike ${key}, no wider than ${subject.replace(/[0-9a-f]{12}$/, '*')}: the name ends with the hash of a revision, and another one has another name.`,
});

/** The fix where nothing tells who uses the role: lists the service accounts whose annotation names it. */
export const nameThemFix = (role: Pick<Role, 'name' | 'arn'>, key: string, facts: Facts): FixDraft => {
  const issuer = key.replace(/:sub$/i, '');
  return {
    summary: `Name the service accounts that use ${role.name} exactly, under StringEquals ${key}.`,
    steps: listEach(issuer, facts),
    choice:
      'Which service accounts use the role: most often those whose annotation eks.amazonaws.com/role-arn names it.',
    terraform: terraformCondition('StringEquals', key, ['system:serviceaccount:<namespace>:<name>']),
    cdk: `StringEquals: { ${JSON.stringify(key)}: 'system:serviceaccount:<namespace>:<name>' }`,
  };
};

/** Lists the service accounts of each cluster of the issuer, with the roles that their annotations name. */
const listEach = (issuer: string, { snapshot }: Facts): readonly Step[] =>
  clustersOf(snapshot)
    .filter(({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === issuer)
    .map(({ cluster }) => listAnnotated(cluster));

/** All tests on the key replaced by one that names these subjects; other tests stay. */
const onlySubjects = (statement: JsonObject, key: string, subjects: readonly string[]): JsonObject =>
  withCondition(statement, blocks => {
    const kept = withoutKey(blocks, key);
    return { ...kept, StringEquals: { ...kept.StringEquals, [key]: oneOrMany(subjects) } };
  });

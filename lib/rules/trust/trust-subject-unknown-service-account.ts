import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import type { FixDraft } from '../../model.ts';
import { subjectOf } from '../../policy.ts';
import { byLikeness, nearest } from '../../text.ts';
import { withAlternatives } from '../access/alternatives.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, notApplicable, unknownFor } from '../prelude.ts';
import { type ExactSubject, exactSubjects, isTrusted } from './exposure/exact-subjects.ts';
import { unreadProvider } from './exposure/exposure.ts';
import { annotatedAccounts, type Inventory, inventoryOf } from './exposure/inventory.ts';
import { withSubject } from './policy-edit/replace-subject.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { policyEvidence, viewOf } from './statement/statement-view.ts';

/** The messages of trust-subject-unknown-service-account. */
const fail = failures({
  missing: [
    'no such service account',
    'role {role} trusts service account {serviceAccount}, which does not exist in cluster {clusters}',
  ],
  'other-user': [
    'its user is not trusted',
    'role {role} trusts service account {serviceAccount}, which does not exist in cluster {clusters}; {user} is annotated with the role and not trusted',
  ],
});

/** A service account that does not exist in a namespace that does: a typing error, or a workload that is gone. */
export const trustSubjectUnknownServiceAccount = defineRule({
  id: 'trust-subject-unknown-service-account',
  kind: 'statement',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Service accounts that trust policies name exist',
  fault: 'The trust policy names a service account that does not exist',
  says: fail.says,
  needs: ['roles', 'namespaces', 'service-accounts'],
  why: 'The namespace exists, but the service account does not. If another service account of the namespace is annotated with the role and not trusted, the policy has the wrong name and its pods get AccessDenied: that is medium. Else it is info, since a job may create the service account when it runs.',
  fix: 'Correct the name in the trust policy, or create the service account.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §C.2'],
  check: (subject, facts) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknownFor(unread);
    const failures: Failure[] = [];
    for (const one of exact) {
      const inventory = inventoryOf(one.issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      // Where no token is accepted, the name breaks nothing.
      if (inventory.status === 'read' && !one.isUnread && isMissing(one, inventory))
        failures.push(unknownAccountFailure(subject, one, inventory, facts));
    }
    return failOrPass(failures, unread);
  },
});

const isMissing = ({ account }: ExactSubject, { namespaces, accounts }: ReadInventory): boolean =>
  namespaces.some(({ name }) => name === account.namespace) &&
  !accounts.some(({ namespace, name }) => namespace === account.namespace && name === account.name);

/** An inventory that was read. */
type ReadInventory = Extract<Inventory, { readonly status: 'read' }>;

/** The failure of a subject that no service account has. */
const unknownAccountFailure = (
  subject: StatementSubject,
  one: ExactSubject,
  inventory: ReadInventory,
  facts: Facts,
): Failure => {
  const { account, value, principal, issuer } = one;
  const written = `${account.namespace}/${account.name}`;
  const users = untrustedUsers(subject, one, facts);
  const [only, ...others] = users;
  // Of several users the message names the likelier one; the policy gets none of them without a person.
  const name = others.length === 0 ? only : nearest(account.name, users);
  const wanted = only !== undefined && others.length === 0 ? subjectOf(account.namespace, only) : undefined;
  const known = { role: subject.role.name, serviceAccount: written, clusters: inventory.clusters };
  const neighbours = inventory.accounts.flatMap(one => (one.namespace === account.namespace ? [one.name] : []));
  return (
    name === undefined
      ? fail.missing(known).severity('info').impact('hygiene')
      : fail['other-user']({ ...known, user: `${account.namespace}/${name}` }).podError(notAuthorized)
  )
    .discriminator(`${principal.arn} ${value.text}`)
    .pieces(policyEvidence(subject, 'subject', value, wanted))
    .changing(
      `service accounts of ${account.namespace} in cluster ${inventory.clusters.join(', ')}`,
      'list serviceaccounts',
      neighbours.slice(0, 10).join(', ') || 'none',
    )
    .place({
      providerArn: principal.arn,
      issuer: `https://${issuer}`,
      namespace: account.namespace,
      serviceAccount: account.name,
    })
    .fix(fixOf(subject, one, wanted, facts));
};

/** The one user instead of what does not exist; where there are several, or none, a person decides. */
const fixOf = (subject: StatementSubject, one: ExactSubject, wanted: string | undefined, facts: Facts): FixDraft => {
  const { account } = one;
  const written = `${account.namespace}/${account.name}`;
  const users = byLikeness(account.name, untrustedUsers(subject, one, facts));
  const first: FixDraft =
    wanted === undefined
      ? {
          summary: `Create service account ${written}, or remove it from the trust policy of ${subject.role.name}.`,
          choice: `Whether something creates ${written} when it runs: then nothing is wrong.`,
        }
      : replacement(subject, one, wanted, facts);
  return withAlternatives(
    first,
    users.map(name => replacement(subject, one, subjectOf(account.namespace, name), facts)),
  );
};

/** The edit that names another subject instead of the one that does not exist. */
const replacement = (subject: StatementSubject, one: ExactSubject, wanted: string, facts: Facts): FixDraft => {
  const { account, value, issuer } = one;
  const view = viewOf(subject, facts);
  const key = `${issuer}:sub`;
  return trustPolicyFix(subject, facts, view && withSubject({ subject, view, keys: [key] }, value.text, wanted), {
    summary: `Name ${wanted} instead of ${value.text} in the trust policy of ${subject.role.name}.`,
    choice: `If something creates ${account.namespace}/${account.name} when it runs, add ${wanted} instead of replacing it.`,
    instead: `Confirm that ${wanted} is the right subject, then write it in place of the wrong one.`,
    terraform: terraformCondition('StringEquals', key, [wanted]),
  });
};

/** The service accounts of the same namespace whose annotation names the role though the role does not trust them. */
const untrustedUsers = (
  subject: StatementSubject,
  { account, issuer }: ExactSubject,
  facts: Facts,
): readonly string[] =>
  annotatedAccounts(issuer, subject.role.arn, facts)
    .filter(({ namespace }) => namespace === account.namespace)
    .map(({ name }) => name)
    .filter(name => !isTrusted(subject, subjectOf(account.namespace, name), issuer, facts));

import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import type { FixDraft } from '../../model.ts';
import { phrase } from '../../text.ts';
import { withAlternatives } from '../access/alternatives.ts';
import { bestPractices, defineRule, type Failure, failOrPass, notApplicable, unknownFor } from '../prelude.ts';
import { type ExactSubject, exactSubjects, subjectsMeant } from './exposure/exact-subjects.ts';
import { opensBy, unreadProvider } from './exposure/exposure.ts';
import { inventoryOf } from './exposure/inventory.ts';
import { withoutSubject, withSubject } from './policy-edit/replace-subject.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { policyEvidence, viewOf } from './statement/statement-view.ts';

/** A namespace that does not exist belongs to anyone who can create it, and the role with it. */
export const trustSubjectUnknownNamespace = defineRule({
  id: 'trust-subject-unknown-namespace',
  kind: 'statement',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Namespaces that trust policies name exist',
  fault: 'The trust policy names a namespace that does not exist',
  says: {
    missing: [
      'no such namespace',
      'role {role} trusts service account {serviceAccount}, but cluster {clusters} has no namespace {namespace}: anyone who can create it can assume the role',
    ],
    'other-user': [
      'its user is not trusted',
      'role {role} trusts service account {serviceAccount}, but cluster {clusters} has no namespace {namespace}; {user} is annotated with the role and not trusted',
    ],
    'without-provider': [
      'no such namespace',
      'role {role} trusts service account {serviceAccount}, but cluster {clusters} has no namespace {namespace}; its provider does not exist either',
    ],
  },
  needs: ['roles', 'namespaces'],
  why: 'The trust policy names a namespace that the cluster does not have. Anyone who can create namespaces there can create it, with a service account of that name, and assume the role. Where one service account of the same name, or the only one that has the role by its annotation, is not trusted, the namespace was most likely renamed, and its pods get AccessDenied.',
  fix: 'Name the namespace that the pods run in, or remove the subject from the trust policy.',
  references: [bestPractices, 'docs/facts.md §A.9'],
  check: (subject, facts, fail) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknownFor(unread);
    const failures: Failure[] = [];
    for (const { principal, issuer, account, value, lacksProvider, mayLackProvider, isUnread } of exact) {
      const inventory = inventoryOf(issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status !== 'read' || inventory.namespaces.some(({ name }) => name === account.namespace)) continue;
      const clusters = inventory.clusters.join(', ');
      // Where the provider was not read its audiences may refuse all: the name is open by its text, and breaks nothing for sure.
      const [user] = lacksProvider || isUnread ? [] : subjectsMeant(subject, { issuer, account }, facts);
      const names = {
        role: subject.role.name,
        serviceAccount: `${account.namespace}/${account.name}`,
        clusters: inventory.clusters,
        namespace: account.namespace,
      };
      failures.push(
        (user === undefined
          ? fail[lacksProvider ? 'without-provider' : 'missing'](names)
          : fail['other-user']({ ...names, user: user.replace('system:serviceaccount:', '').replace(':', '/') })
              .impact('breaks')
              .podError(notAuthorized)
        )
          .discriminator(`${principal.arn} ${value.text}`)
          .severity(mayLackProvider ? 'low' : undefined)
          .opens(opensBy(subject.role, { mayLackProvider }, false))
          .pieces(policyEvidence(subject, 'subject', value))
          .changing(
            `namespaces of ${clusters}`,
            'list namespaces',
            phrase('{count:namespace}, none with the name {name}', {
              count: inventory.namespaces.length,
              name: account.namespace,
            }),
          )
          .place({
            providerArn: principal.arn,
            issuer: `https://${issuer}`,
            namespace: account.namespace,
            serviceAccount: account.name,
          })
          .fix(goneNamespaceFix(subject, { account, value, issuer }, facts)),
      );
    }
    return failOrPass(failures, unread);
  },
});

/**
 * The fix of a subject whose namespace does not exist. Where a service account of its name, or one alone, has the role by its
 * annotation, the namespace was most likely renamed: that one instead. Else the subject is removed.
 */
const goneNamespaceFix = (
  subject: StatementSubject,
  one: Pick<ExactSubject, 'account' | 'value' | 'issuer'>,
  facts: Facts,
): FixDraft => {
  const { account, value, issuer } = one;
  const { role } = subject;
  const view = viewOf(subject, facts);
  const place = view && { subject, view, keys: [`${issuer}:sub`] };
  const removed = trustPolicyFix(subject, facts, place && withoutSubject(place, value.text), {
    summary: `Remove ${value.text} from the tests on ${issuer}:sub of ${role.name}.`,
    choice: 'If the namespace will be created later, create it now instead.',
    instead:
      'If the namespace will be created later, create it now. If the subject is the only one, remove the statement, or delete the role.',
  });
  const replaced = (wanted: string): FixDraft =>
    trustPolicyFix(subject, facts, place && withSubject(place, value.text, wanted), {
      summary: `Name ${wanted} instead of ${value.text} in the trust policy of ${role.name}.`,
      choice: `Whether ${wanted} is meant in its place: if namespace ${account.namespace} will be created later, create it now instead.`,
      instead: `Confirm that ${wanted} is the right subject, then write it in place of the wrong one.`,
      terraform: terraformCondition('StringEquals', `${issuer}:sub`, [wanted]),
    });
  const meant = subjectsMeant(subject, one, facts).map(replaced);
  const [renamed, ...others] = meant;
  if (renamed === undefined) return removed;
  if (others.length > 0) return withAlternatives(severalUsers(value.text, role.name), [...meant, removed]);
  return renamed.steps === undefined ? removed : withAlternatives(renamed, [removed]);
};

/** Several service accounts of its name have the role by their annotations: a person says which one is meant. */
const severalUsers = (subject: string, role: string): FixDraft => ({
  summary: `Name the service account that uses ${role} instead of ${subject} in its trust policy.`,
  choice: 'Which service account is meant: several of this name have the role by their annotations.',
});

import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { decideOnly } from '../../../policy/decide/decide.ts';
import { defaultAudience, subjectOf } from '../../../policy/decide/request.ts';
import { byLikeness } from '../../../text/nearest.ts';
import { contextFor } from '../../access/trust-context.ts';
import type { ExactSubject } from './exact-subjects.ts';
import { annotatedAccounts, inventoryOf } from './inventory.ts';

/** True where the role trusts a subject already, or may. */
export const isTrusted = (subject: StatementSubject, wanted: string, issuer: string, facts: Facts): boolean =>
  decideOnly(subject.policy.policy, {
    ...contextFor(subject, facts, issuer, defaultAudience),
    subject: wanted,
  }) !== 'deny';

/** Subjects that may be meant in place of one whose namespace does not exist; the role trusts none of them yet. */
export interface MeantSubjects {
  /** Of the same name, and the annotation names the role: the likeliest. */
  readonly annotated: readonly string[];
  /** Of the same name in a namespace that is called alike. */
  readonly alike: readonly string[];
}

/** The subjects that may be meant, likeliest first. */
export const subjectsMeant = (
  subject: StatementSubject,
  { issuer, account }: Pick<ExactSubject, 'issuer' | 'account'>,
  facts: Facts,
): MeantSubjects => {
  const inventory = inventoryOf(issuer, facts);
  const accounts = inventory.status === 'read' ? inventory.accounts : [];
  const namespacesOf = (list: typeof accounts): readonly string[] =>
    list
      .filter(({ namespace, name }) => name === account.name && namespace !== account.namespace)
      .map(({ namespace }) => namespace);
  const subjects = (namespaces: readonly string[]): readonly string[] =>
    byLikeness(account.namespace, namespaces)
      .map(namespace => subjectOf(namespace, account.name))
      .filter(wanted => !isTrusted(subject, wanted, issuer, facts));
  const annotated = subjects(namespacesOf(annotatedAccounts(issuer, subject.role.arn, facts)));
  return { annotated, alike: subjects(namespacesOf(accounts)).filter(one => !annotated.includes(one)) };
};

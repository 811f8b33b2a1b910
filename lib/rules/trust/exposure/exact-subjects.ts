import type { EksPrincipal, Facts, StatementSubject } from '../../../facts.ts';
import {
  type AccountName,
  accountOfSubject,
  claimOf,
  decideOnly,
  defaultAudience,
  type Located,
  setContains,
  subjectOf,
} from '../../../policy.ts';
import { byLikeness } from '../../../text.ts';
import { trustContextFor } from '../../access/trust-context.ts';
import { viewOf } from '../statement/statement-view.ts';
import { subjectValues } from '../statement/subject-values.ts';
import { exposuresOf } from './exposure.ts';
import { annotatedAccounts } from './inventory.ts';

/** An exact subject that a statement allows through a provider. */
export interface ExactSubject {
  readonly principal: EksPrincipal;
  readonly issuer: string;
  readonly account: AccountName;
  readonly value: Located;
  /** As in `Exposure`. */
  readonly lacksProvider: boolean;
  readonly mayLackProvider: boolean;
  /** The unread part of the provider decides whether a token of the subject is accepted at all. */
  readonly isUnread: boolean;
}

/** The exact subjects that a statement names and allows, each once for a provider. */
export const exactSubjects = (subject: StatementSubject, facts: Facts): readonly ExactSubject[] => {
  const view = viewOf(subject, facts);
  if (!view?.allows) return [];
  const values = subjectValues(view).filter(({ operator }) => !operator.negated);
  const found = new Map<string, ExactSubject>();
  for (const { principal, issuer, set, lacksProvider, mayLackProvider, unread } of exposuresOf(subject, facts))
    for (const { value, test } of values) {
      if (claimOf(test.key.text, [issuer]) !== 'sub') continue;
      const account = accountOfSubject(value.text);
      if (account && setContains(set, value.text))
        found.set(`${principal.arn} ${value.text}`, {
          ...{ principal, issuer, account, value, lacksProvider, mayLackProvider },
          isUnread: unread !== undefined,
        });
    }
  return [...found.values()];
};

/** True where the role trusts a subject already, or may. */
export const isTrusted = (subject: StatementSubject, wanted: string, issuer: string, facts: Facts): boolean =>
  decideOnly(subject.policy.policy, {
    ...trustContextFor(subject, facts, issuer, defaultAudience),
    subject: wanted,
  }) !== 'deny';

/** The subjects that are meant in place of one whose namespace does not exist, likeliest first: of the same name, with an
 *  annotation that names the role, or else the only one that has it. The role trusts none of them yet. */
export const subjectsMeant = (
  subject: StatementSubject,
  { issuer, account }: Pick<ExactSubject, 'issuer' | 'account'>,
  facts: Facts,
): readonly string[] => {
  const users = annotatedAccounts(issuer, subject.role.arn, facts);
  const namesakes = users.filter(({ name }) => name === account.name);
  const meant = namesakes.length > 0 || users.length > 1 ? namesakes : users;
  return byLikeness(
    account.namespace,
    meant.map(({ namespace }) => namespace),
  )
    .flatMap(namespace => meant.filter(one => one.namespace === namespace))
    .map(({ namespace, name }) => subjectOf(namespace, name))
    .filter(wanted => !isTrusted(subject, wanted, issuer, facts));
};

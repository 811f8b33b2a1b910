import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import type { Located } from '../../../policy/parse/policy.ts';
import { claimOf } from '../../../policy/who/condition-keys.ts';
import { type AccountName, accountOfSubject } from '../../../policy/who/service-account-subject.ts';
import { setContains } from '../../../policy/who/subject-set.ts';
import { viewOf } from '../statement/statement-view.ts';
import { subjectValues } from '../statement/subject-values.ts';
import { exposuresOf } from './exposure.ts';

/** An exact subject that a statement allows through a provider. */
export interface ExactSubject {
  readonly principal: EksPrincipal;
  readonly issuer: string;
  readonly account: AccountName;
  readonly value: Located;
  /** As in `Exposure`. */
  readonly lacksProvider: boolean;
}

/** The exact subjects that a statement names and allows, each once for a provider. */
export const exactSubjects = (subject: StatementSubject, facts: Facts): readonly ExactSubject[] => {
  const view = viewOf(subject, facts);
  if (!view?.allows) return [];
  const values = subjectValues(view).filter(({ operator }) => !operator.negated);
  const found = new Map<string, ExactSubject>();
  for (const { principal, issuer, set, lacksProvider } of exposuresOf(subject, facts))
    for (const { value, test } of values) {
      if (claimOf(test.key.text, [issuer]) !== 'sub') continue;
      const account = accountOfSubject(value.text);
      if (account && setContains(set, value.text))
        found.set(`${principal.arn} ${value.text}`, { principal, issuer, account, value, lacksProvider });
    }
  return [...found.values()];
};

import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import type { FixDraft } from '../../model/finding.ts';
import { withAlternatives } from '../access/alternatives.ts';
import type { ExactSubject } from './exposure/exact-subjects.ts';
import { subjectsMeant } from './exposure/meant-subjects.ts';
import { withoutSubject, withSubject } from './policy-edit/replace-subject.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { viewOf } from './statement/statement-view.ts';

/**
 * The fix of a subject whose namespace does not exist. Where a service account of its name has the role by its annotation,
 * the namespace was most likely renamed: that one instead. Else the subject is removed.
 */
export const goneNamespaceFix = (
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
      choice: `Whether namespace ${account.namespace} was renamed: if it will be created later, create it now instead.`,
      instead: `Confirm that ${wanted} is the right subject, then write it in place of the wrong one.`,
      terraform: terraformCondition('StringEquals', `${issuer}:sub`, [wanted]),
    });
  const { annotated, alike } = subjectsMeant(subject, one, facts);
  const [renamed, ...others] = annotated.map(replaced);
  const rest = [...others, ...alike.map(replaced)];
  return renamed === undefined || renamed.steps.length === 0
    ? withAlternatives(removed, rest)
    : withAlternatives(renamed, [removed, ...rest]);
};

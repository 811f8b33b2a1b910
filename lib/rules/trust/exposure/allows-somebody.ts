import type { Facts } from '../../../facts/facts.ts';
import type { RoleSubject } from '../../../facts/subjects.ts';
import type { Policy } from '../../../policy/parse/policy.ts';
import { hasSubject } from '../../../policy/who/shortest-subject.ts';
import { compilePolicy } from '../../../policy/who/subject-set.ts';
import { audiencesFor } from '../../access/asked-tokens.ts';
import { contextFor } from '../../access/trust-context.ts';

/** Whether some service account of an issuer (without scheme) may assume a role, with whatever audience its provider
 *  accepts. */
export const allowsSomebody = (
  subject: RoleSubject,
  policy: Policy,
  issuer: string,
  facts: Facts,
): 'yes' | 'no' | 'unknown' => {
  const answers = audiencesFor(issuer, [policy], subject.role, facts).map(({ audience }) => {
    const truth = compilePolicy(policy, contextFor(subject, facts, issuer, audience));
    if (hasSubject(truth.certain, subject.hints) === true) return 'yes';
    return hasSubject(truth.possible, subject.hints) === false ? 'no' : 'unknown';
  });
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
};

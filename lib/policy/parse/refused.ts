import type { Policy, PolicyProblem } from './policy.ts';

/**
 * The faults that IAM refuses to save (MalformedPolicyDocument), so that no reading of them is documented: a key that
 * is used twice, a Sid with other characters than letters and digits, a Sid that is used twice (docs/facts.md §A.7).
 */
const refusedKinds: ReadonlySet<PolicyProblem['kind']> = new Set(['duplicate-key', 'sid', 'repeated-sid']);

/** Why IAM refuses the whole policy as it stands; empty where it does not. A text with such a problem is never in effect,
 *  and nothing that it says is decided. */
export const refusalsOf = ({ problems }: Pick<Policy, 'problems'>): readonly PolicyProblem[] =>
  problems.filter(({ kind }) => refusedKinds.has(kind));

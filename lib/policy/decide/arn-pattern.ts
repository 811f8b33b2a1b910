/** Patterns of ARNs, as the elements and conditions of a policy have them. */
import { maybe, no, type ThreeValued, yes } from './formula.ts';
import { globMatches, wildcardGlob } from './glob.ts';

/** Whether a pattern stands for an ARN. A wildcard that runs over the colons of an ARN, or a policy variable, is left open. */
export const matchesArn = (pattern: string, arn: string, variables: boolean): ThreeValued => {
  if (pattern === '*') return yes;
  if (variables && pattern.includes('${')) return maybe;
  if (!globMatches(wildcardGlob(pattern), arn)) return no;
  // With as many colons as the ARN has, no wildcard stands for one.
  return pattern.split(':').length === arn.split(':').length ? yes : maybe;
};

import type { TrustContext } from '../evaluate/environment.ts';
import { parseOperator } from '../evaluate/operator.ts';
import { defaultAudience } from '../evaluate/request.ts';
import { type Budget, policyBudget } from '../language/budget.ts';
import { hasSubject } from '../language/shortest-subject.ts';
import type { Policy } from '../policy/policy.ts';
import { compilePolicy } from './subject-set.ts';

/** An audience that no policy names: what it allows, every audience does. */
const unnamedAudience = 'audience.invalid';

/** Audiences that are tried at most. */
const maxAudiences = 64;

/**
 * The audiences with which at least one service account is, or may be, allowed: exact ones, patterns as the policy writes
 * them, and `*` where the policy allows any audience (the provider's list then decides alone). The default comes first.
 */
export const audiencesOf = (
  policy: Policy,
  context: Omit<TrustContext, 'audience'>,
  budget: Budget = policyBudget(),
): readonly string[] => {
  const lets = (audience: string): boolean =>
    hasSubject(compilePolicy(policy, { ...context, audience }).possible, budget) !== false;
  if (lets(unnamedAudience)) return ['*'];
  const found: string[] = lets(defaultAudience) ? [defaultAudience] : [];
  for (const [text, sample] of mentionedAudiences(policy)) if (!found.includes(text) && lets(sample)) found.push(text);
  return found;
};

/** The audiences that tests name, each with one that it stands for: a pattern's own wildcards are plain letters then. */
const mentionedAudiences = (policy: Policy): ReadonlyMap<string, string> => {
  const samples = new Map<string, string>();
  for (const { key, operator, values } of policy.statements.flatMap(({ conditions }) => conditions)) {
    const comparison = parseOperator(operator)?.comparison;
    if (!/:aud$/i.test(key.text) || !comparison?.startsWith('string')) continue;
    for (const { text } of values)
      if (samples.size < maxAudiences || samples.has(text))
        samples.set(text, comparison === 'string-like' ? text.replaceAll(/[*?]/g, 'x') : text);
  }
  return samples;
};

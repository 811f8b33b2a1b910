import type { TrustContext } from '../decide/environment.ts';
import { parseOperator } from '../decide/operator.ts';
import { defaultAudience } from '../decide/request.ts';
import type { Policy } from '../parse/policy.ts';
import { type Budget, policyBudget } from './budget.ts';
import { hasSubject } from './shortest-subject.ts';
import { compilePolicy } from './subject-set.ts';

/** An audience that no policy names: what it allows, every audience does. */
export const unnamedAudience = 'audience.invalid';

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
  for (const { text, sample } of audiencesNamed([policy]).slice(0, maxAudiences))
    if (!found.includes(text) && lets(sample)) found.push(text);
  return found;
};

/** An audience as a test writes it, and one that it stands for: a pattern's own wildcards are plain letters then. */
interface NamedAudience {
  readonly text: string;
  readonly sample: string;
}

/** The audiences that tests of some policies name, each once. */
export const audiencesNamed = (policies: readonly Policy[]): readonly NamedAudience[] => {
  const found = new Map<string, NamedAudience>();
  for (const { key, operator, values } of policies.flatMap(({ statements }) =>
    statements.flatMap(({ conditions }) => conditions),
  )) {
    const comparison = parseOperator(operator)?.comparison;
    if (!isAudienceKey(key.text) || !comparison?.startsWith('string')) continue;
    for (const { text } of values) {
      const sample = comparison === 'string-like' ? text.replaceAll(/[*?]/g, 'x') : text;
      if (!found.has(sample)) found.set(sample, { text, sample });
    }
  }
  return [...found.values()];
};

/** True for the key of a test of the audience, of whichever issuer. */
export const isAudienceKey = (key: string): boolean => /:aud$/i.test(key);

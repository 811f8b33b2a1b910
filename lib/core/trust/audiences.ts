import type { TrustContext } from './environment.ts';
import { wildcardGlob } from './glob.ts';
import { parseOperator } from './operator.ts';
import type { Policy } from './policy.ts';
import { defaultAudience } from './request.ts';
import { subjectsOf } from './subject-set.ts';

/** An audience that no policy names: what it lets in, every audience does. */
const unnamedAudience = 'audience.invalid';

/** Audiences that are tried at most. */
const maxAudiences = 64;

/**
 * The audiences with which at least one service account is, or may be, let in: exact ones, patterns as the policy writes
 * them, and `*` where the policy lets in any audience (the provider's list then decides alone). The default comes first.
 */
export const audiencesOf = (policy: Policy, context: Omit<TrustContext, 'audience'>): readonly string[] => {
  const lets = (audience: string): boolean => subjectsOf(policy, { ...context, audience }).kind !== 'none';
  if (lets(unnamedAudience)) return ['*'];
  const found: string[] = lets(defaultAudience) ? [defaultAudience] : [];
  for (const text of mentionedAudiences(policy)) {
    if (found.includes(text)) continue;
    const sample = wildcardGlob(text).literal === undefined ? text.replaceAll(/[*?]/g, 'x') : text;
    if (lets(sample)) found.push(text);
  }
  return found;
};

const mentionedAudiences = (policy: Policy): readonly string[] => {
  const texts = new Set<string>();
  for (const { conditions } of policy.statements)
    for (const { key, operator, values } of conditions)
      if (/:aud$/i.test(key.text) && parseOperator(operator)?.comparison.startsWith('string'))
        for (const { text } of values) texts.add(text);
  return [...texts].slice(0, maxAudiences);
};

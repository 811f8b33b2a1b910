import type { FixDraft } from '../../model.ts';
import { given } from '../../text.ts';

/** More than these nobody reads. */
const mostAlternatives = 5;

/** A fix with further ones as its alternatives: those that change something, each once, likeliest first. */
export const withAlternatives = (first: FixDraft, others: readonly FixDraft[]): FixDraft => {
  const ways = new Map([first, ...others].map(fix => [JSON.stringify(fix.steps), fix]));
  ways.delete(JSON.stringify(first.steps));
  const alternatives = [...ways.values()]
    .filter(({ steps = [] }) => steps.some(({ change }) => change !== undefined))
    .slice(0, mostAlternatives)
    .map(({ summary, steps = [], choice }) => ({ summary, steps, ...given({ choice }) }));
  return alternatives.length === 0 ? first : { ...first, alternatives };
};

import type { Facts, StatementSubject } from '../../../facts.ts';
import { type Exposure, exposuresOf, type PatternPart } from './exposure.ts';
import { type Together, togetherOf } from './together.ts';

/** One pattern of a statement, with the exposure that allows it. */
export interface OpenPattern extends PatternPart {
  readonly exposure: Exposure;
}

/** The patterns of a statement, each once a provider, by breadth, and what all of the role come to together where that is
 *  wider. `any` is left out: trust-any-subject reports it. */
export const openPatterns = (subject: StatementSubject, facts: Facts): readonly OpenPattern[] => {
  const known = patterns.get(subject);
  if (known?.facts === facts) return known.open;
  const found = new Map<string, OpenPattern>();
  for (const exposure of exposuresOf(subject, facts)) {
    const together = togetherOf(subject, exposure, facts);
    for (const open of [...exposure.open, ...(together ? [allTogether(exposure, together)] : [])]) {
      const key = `${exposure.principal.arn} ${open.pattern}`;
      if (!found.has(key)) found.set(key, { ...open, exposure });
    }
  }
  const open = [...found.values()];
  patterns.set(subject, { facts, open });
  return open;
};

const patterns = new WeakMap<StatementSubject, { readonly facts: Facts; readonly open: readonly OpenPattern[] }>();

/** How the patterns of a role are called where they are wider together than each of them. */
const togetherPattern = 'all patterns of the role together';

const allTogether = ({ least }: Exposure, { breadth, formula }: Together): PatternPart => ({
  pattern: togetherPattern,
  verdict: 'open',
  breadth,
  part: { ...least, certain: formula, possible: formula },
  names: [],
});

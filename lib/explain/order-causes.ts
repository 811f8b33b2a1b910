import { type ClueId, clues } from './clues.ts';
import type { Cause } from './known-message.ts';

/** Places that a sign lifts or lowers a cause, and that a decisive one lifts it. */
const bySign = 2;
const byDecisive = 20;

/**
 * The causes of a message by their likelihood for a text. The order of the message is that of reports whose cause became
 * known: each place is about half as likely as the one before. A sign in the text for a cause lifts it by two places, one
 * against it lowers it by two, a decisive one lifts it above all without one. Each cause tells what was seen for it.
 */
export const orderCauses = (causes: readonly Cause[], found: ReadonlySet<ClueId>): readonly Cause[] =>
  causes
    .map((cause, place) => {
      const { decisive, likelier, unlikelier } = signsOf(cause, found);
      const points = byDecisive * decisive.length + bySign * likelier.length - bySign * unlikelier.length - place;
      const seen = [...new Set([...decisive, ...likelier])].map(id => clues[id].says);
      return { points, cause: seen.length === 0 ? cause : { ...cause, seen } };
    })
    .sort((a, b) => b.points - a.points)
    .map(({ cause }) => cause);

/** True if a text leaves one cause: a sign decides for the first and for no other, or there is no other. `causes`: as ordered. */
export const isDecided = ([first, ...others]: readonly Cause[], found: ReadonlySet<ClueId>): boolean => {
  const decides = (cause: Cause): boolean => signsOf(cause, found).decisive.length > 0;
  return first !== undefined && (others.length === 0 || (decides(first) && !others.some(decides)));
};

const signsOf = ({ decisive = [], likelier = [], unlikelier = [] }: Cause, found: ReadonlySet<ClueId>) => {
  const here = (ids: readonly ClueId[]): readonly ClueId[] => ids.filter(id => found.has(id));
  return { decisive: here(decisive), likelier: here(likelier), unlikelier: here(unlikelier) };
};

import type { Facts } from '../../lib/facts/facts.ts';
import type { Unread } from '../../lib/model/unread.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** Asks some rules, `id, id`, about a world: all that they say is compared with the golden file of the test. Returns the rules that
 *  threw. */
export const sayOf = (ids: string, facts: Facts): readonly Unread[] => {
  const rules = ids.split(', ').map(id => {
    const rule = ruleById(id);
    if (rule === undefined) throw new Error(`got rule ${id}, want one of the catalogue`);
    return rule;
  });
  return evaluate(facts, { rules }).gaps.filter(({ section }) => section === 'rule');
};

import { catalog, ruleById } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { unknownName } from './unknown-name.ts';

/** The rule of an id. Throws `UsageError` with the nearest id. */
export const ruleNamed = (id: string, option = '--rule'): AnyRule => {
  const rule = ruleById(id);
  if (rule === undefined)
    throw unknownName(
      option,
      'rule',
      id,
      catalog.map(one => one.id),
    );
  return rule;
};

/** The id of a rule. Throws as `ruleNamed` does. */
export const ruleIdNamed = (id: string): string => ruleNamed(id).id;

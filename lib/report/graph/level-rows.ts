/** The levels of the roles of a run, as a table. */

import type { Facts } from '../../facts.ts';
import { type AccountPermissions, type RoleLevel, roleLevels, valueOr } from '../../model.ts';
import { levelClause, openClause } from '../../reach/level-in-words.ts';
import { compareText } from '../../text.ts';
import type { AccessTable, LevelRow } from './access-row.ts';

/** The levels of all roles that pods or nodes can have, the strongest first, and whether they are upper bounds; undefined where they were not asked for. */
export const levelRowsOf = (
  facts: readonly Facts[],
): (Required<Pick<AccessTable, 'levels'>> & Pick<AccessTable, 'areUpperBounds'>) | undefined => {
  const asked = facts.flatMap(({ snapshot: { rolePermissions: section } }) =>
    section === undefined || (section.status === 'unavailable' && section.reason.kind === 'not-asked-for')
      ? []
      : [section],
  );
  if (asked.length === 0) return undefined;
  const rows = asked
    .flatMap(section => Object.entries(valueOr<Pick<AccountPermissions, 'levels'>>(section, nothing).levels).map(rowOf))
    .sort((a, b) => roleLevels.indexOf(a.level) - roleLevels.indexOf(b.level) || compareText(a.roleArn, b.roleArn));
  const areUpperBounds = asked.some(
    section => valueOr<Partial<AccountPermissions>>(section, {}).isUnderControls !== true,
  );
  return { levels: rows, ...(areUpperBounds ? { areUpperBounds } : {}) };
};

const nothing = { levels: {} };

const rowOf = ([roleArn, level]: readonly [string, RoleLevel]): LevelRow => {
  const open = openClause(level);
  return {
    ...{ roleArn, level: level.level, says: levelClause(level) },
    ...(level.mayBe === undefined || open === undefined ? {} : { open, openLevel: level.mayBe.level }),
  };
};

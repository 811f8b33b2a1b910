/** The severity of an exposure follows what the role may do that it opens. */
import type { Facts } from '../../facts.ts';
import {
  isAdministrative,
  type RoleLevel,
  roleLevels,
  roleNameOf,
  type Severity,
  severities,
  valueOr,
  worst,
} from '../../model.ts';
import { levelClause, openClause } from '../../reach/level-in-words.ts';
import { levelOf } from '../../reach/level-of.ts';
import type { Failure, Opens } from '../failure.ts';

/** A failure with the level of the role that it opens; as it is where no role is opened, or levels were not asked for. An
 *  unknown level changes no severity. */
export const withRoleLevel = (failure: Failure, usual: Severity, { snapshot }: Facts): Failure => {
  const { opens } = failure;
  if (opens === undefined || opens.roleArns.length === 0) return failure;
  const known = opens.roleArns.map(arn => ({ arn, level: levelOf(snapshot, arn) }));
  const [strongest] = known.toSorted((a, b) => rankOf(a.level) - rankOf(b.level));
  if (strongest === undefined || (strongest.level.level === 'unknown' && !strongest.level.isAsked)) return failure;
  const { arn, level } = strongest;
  const before = failure.severity ?? usual;
  const severity = severityFor(before, level, opens);
  const open = openClause(level);
  return {
    ...failure,
    severity,
    roleLevel: level.level,
    ...(severity === before && !isAdministrative(level) ? {} : { consequence: consequenceOf(arn, level) }),
    evidence: [
      ...failure.evidence,
      {
        what: `level of role ${roleNameOf(arn)}`,
        got: [levelClause(level), open, boundOf(level, snapshot)].filter(text => text !== undefined).join('; '),
        readFrom: 'iam:GetAccountAuthorizationDetails',
      },
    ],
  };
};

/** Policies of the organization only take away: without them a level is an upper bound. */
const boundOf = (level: RoleLevel, { rolePermissions: section }: Facts['snapshot']): string | undefined => {
  const isLeast = level.mayBe === undefined && (level.level === 'little' || level.level === 'unknown');
  return isLeast || (section && valueOr(section, undefined)?.isUnderControls)
    ? undefined
    : 'service control policies were not read: it may be less';
};

/** An unknown level counts after those that are severe, and before the rest: it may be severe. */
const rankOf = (level: RoleLevel): number => {
  if (isAdministrative(level)) return roleLevels.indexOf(level.level);
  return level.level === 'unknown' ? 2 : 3 + roleLevels.indexOf(level.level);
};

const severityFor = (before: Severity, level: RoleLevel, { how }: Opens): Severity => {
  if (isAdministrative(level))
    return how === 'proven' ? 'critical' : how === 'doubtful' ? worst(before, 'high') : before;
  return level.level === 'little' && level.mayBe === undefined ? milder(before) : before;
};

/** One step milder. */
const milder = (severity: Severity): Severity => severities[severities.indexOf(severity) + 1] ?? severity;

const consequenceOf = (arn: string, level: RoleLevel): string =>
  level.level === 'little'
    ? `role ${roleNameOf(arn)} can do little, so that it is one step milder`
    : `role ${roleNameOf(arn)} ${levelClause(level)}`;

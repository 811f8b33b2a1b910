/** The roles of some levels, or those that the service accounts of a namespace can assume. */

import type { Finding, Level } from '../../model.ts';
import { given } from '../../text.ts';
import type { AccessRow, AccessTable, LevelRow } from './access-row.ts';
import { isOfNamespace, whoOf } from './who-of.ts';

/** A question; each part that is given must hold. */
export interface RoleQuestion {
  readonly levels?: readonly Level[];
  readonly namespace?: string;
}

/** A role that is asked for. */
export interface AskedRole {
  readonly roleArn: string;
  /** The level as a clause after the role's name, and the stronger one that it may have. */
  readonly says: string;
  readonly open?: string;
  /** Who can assume it, of those that are asked for, and who may: service accounts, patterns, other principals. */
  readonly who: readonly string[];
  readonly maybe: readonly string[];
}

/** The answer. It is complete where `unknown` is 0 and `missing` is empty. */
export interface RoleAnswer {
  readonly question: RoleQuestion;
  readonly roles: readonly AskedRole[];
  /** Roles of unknown level that would be in it, or not. */
  readonly unknown: number;
  /** The unread parts of who can assume what, one sentence each. */
  readonly missing: readonly string[];
  /** Service control policies were not read: a level may be less. */
  readonly areUpperBounds?: true;
  /** All namespaces of all clusters were read, and none is the one asked about: it may be mistyped. */
  readonly isNamespaceUnseen?: true;
}

/** Answers a question by the table of a run. A role that may have the level counts as one. */
export const roleAnswer = (access: AccessTable, question: RoleQuestion): RoleAnswer => {
  const rows = Map.groupBy(
    access.rows.filter(row => question.namespace === undefined || isOfPodsIn(row, question.namespace)),
    ({ roleArn }) => roleArn,
  );
  const levelRows = access.levels ?? [];
  const known = new Set(levelRows.map(({ roleArn }) => roleArn));
  const unlisted = [...rows.keys()].filter(arn => !known.has(arn)).map(withoutLevel);
  const among = [...levelRows, ...unlisted].filter(
    ({ roleArn }) => question.namespace === undefined || rows.has(roleArn),
  );
  const { levels } = question;
  return {
    question,
    roles: among.filter(row => isOfLevel(row, levels)).map(row => asked(row, rows.get(row.roleArn) ?? [])),
    unknown:
      levels === undefined || levels.includes('unknown') ? 0 : among.filter(({ level }) => level === 'unknown').length,
    missing: access.missing,
    ...(access.areUpperBounds ? { areUpperBounds: true } : {}),
  };
};

const isOfPodsIn = (row: AccessRow, namespace: string): boolean =>
  row.principal === undefined && isOfNamespace(row, namespace);

const withoutLevel = (roleArn: string): LevelRow => ({
  roleArn,
  level: 'unknown',
  says: 'has an unknown level, because its permissions were not read',
});

const isOfLevel = ({ level, openLevel }: LevelRow, levels: RoleQuestion['levels']): boolean =>
  levels === undefined || levels.includes(level) || (openLevel !== undefined && levels.includes(openLevel));

const asked = ({ roleArn, says, open }: LevelRow, rows: readonly AccessRow[]): AskedRole => {
  const those = (decision: AccessRow['decision']): readonly string[] => [
    ...new Set(rows.filter(row => row.decision === decision).map(whoOf)),
  ];
  return { roleArn, says, ...given({ open }), who: those('allow'), maybe: those('unknown') };
};

/** Whether a finding is about one of the roles of an answer, or about the namespace where that alone is asked for. */
export const isAboutRoles = ({ roleArn, namespace, roleLevel }: Finding, { question, roles }: RoleAnswer): boolean => {
  if (roleArn !== undefined && roles.some(role => role.roleArn === roleArn)) return true;
  const isOfLevelAsked =
    question.levels === undefined || (roleLevel !== undefined && question.levels.includes(roleLevel));
  return isOfLevelAsked && (question.namespace === undefined || question.namespace === namespace);
};

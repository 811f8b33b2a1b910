/**
 * How much of the world a finding was judged by. A run that reads less says less: that is no change of the finding, and
 * nobody is told of it.
 */
import type { Evaluation, UnreadSection } from '../evaluate/evaluation.ts';
import { compareText, type Finding } from '../model/finding.ts';

/** Sections remembered for one finding. */
const mostRemembered = 60;

/** What `finding` was judged without, sorted; empty where everything that bears on it was read. */
export const judgedWithout = (finding: Finding, { unread }: Pick<Evaluation, 'unread'>): readonly string[] =>
  [...new Set(unread.filter(section => bearsOn(section, finding)).map(nameOf))]
    .sort(compareText)
    .slice(0, mostRemembered);

/** What lies in a cluster bears on all findings but those inside another one: a role's evidence counts its users, and a
 *  cluster's explains what fails elsewhere. */
const bearsOn = ({ clusterArn, roleArn }: UnreadSection, finding: Finding): boolean =>
  (clusterArn === undefined || !isInside(finding) || finding.clusterArn === clusterArn) &&
  (roleArn === undefined || finding.roleArn === roleArn);

const isInside = ({ subject, clusterArn }: Finding): boolean =>
  clusterArn !== undefined && subject.startsWith(`${clusterArn}/`);

const nameOf = ({ what, clusterArn }: UnreadSection): string =>
  clusterArn === undefined ? what : `${clusterArn} ${what}`;

/** `less`: something was not read now that had been. `more`: nothing of that, and something was read that had not. */
export const compareReadings = (before: readonly string[], now: readonly string[]): 'same' | 'less' | 'more' => {
  if (now.some(what => !before.includes(what))) return 'less';
  return before.some(what => !now.includes(what)) ? 'more' : 'same';
};

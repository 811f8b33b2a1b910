/**
 * How much of the world a finding was judged by. A run that reads less says less: that is no change of the finding, and
 * nobody is told of it.
 */
import { type Evaluation, type UnreadSection, unaskedEnding } from '../evaluate/evaluation.ts';
import type { Finding } from '../model/finding.ts';
import { compareText } from '../text/compare-text.ts';

/** Sections remembered for one finding: the first ones in the order of their names. */
const maxRemembered = 60;

/** Says what each finding was judged without, sorted; nothing where everything that bears on it was read. What findings
 *  have in common is sorted once: an account has thousands of them. */
export const judgedWithout = ({ unread }: Pick<Evaluation, 'unread'>): ((finding: Finding) => readonly string[]) => {
  const common = unread.filter(({ roleArn }) => roleArn === undefined);
  const ofRoles = Map.groupBy(unread, ({ roleArn }) => roleArn);
  const shared = new Map<string | undefined, readonly string[]>();
  const sharedBy = (clusterArn: string | undefined): readonly string[] => {
    const known = shared.get(clusterArn) ?? namesOf(common.filter(section => bearsOn(section, clusterArn)));
    shared.set(clusterArn, known);
    return known;
  };
  return finding => {
    const clusterArn = isInside(finding) ? finding.clusterArn : undefined;
    const own = finding.roleArn === undefined ? [] : (ofRoles.get(finding.roleArn) ?? []);
    const names = namesOf(own.filter(section => bearsOn(section, clusterArn)));
    return names.length === 0 ? sharedBy(clusterArn) : bounded([...sharedBy(clusterArn), ...names]);
  };
};

/** What lies in a cluster bears on all findings but those inside another one: a role's evidence counts its users, and a
 *  cluster's explains what fails elsewhere. */
const bearsOn = (section: UnreadSection, inside: string | undefined): boolean =>
  section.clusterArn === undefined || inside === undefined || section.clusterArn === inside;

const isInside = ({ subject, clusterArn }: Finding): boolean =>
  clusterArn !== undefined && subject.startsWith(`${clusterArn}/`);

const namesOf = (sections: readonly UnreadSection[]): readonly string[] =>
  bounded(sections.map(({ what, clusterArn }) => (clusterArn === undefined ? what : `${clusterArn} ${what}`)));

const bounded = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].sort(compareText).slice(0, maxRemembered);

/** `less`: something was not read now that had been. `more`: nothing of that, and something was read that had not, or
 *  is asked for no longer: that choice holds from now on. Nothing is concluded of what lies beyond a full list. */
export const compareReadings = (before: readonly string[], now: readonly string[]): 'same' | 'less' | 'more' => {
  const gone = before.filter(what => !now.includes(what));
  const come = now.filter(what => isWithin(before, what) && !before.includes(what));
  if (come.some(what => !what.endsWith(unaskedEnding) && !wholesOf(what).some(whole => before.includes(whole))))
    return 'less';
  return gone.length + come.length > 0 ? 'more' : 'same';
};

const isWithin = (names: readonly string[], what: string): boolean =>
  names.length < maxRemembered || names.slice(-1).every(last => compareText(what, last) <= 0);

/** What a section was unread with: that one page of a cluster cannot be read is no loss where none could. */
const wholesOf = (name: string): readonly string[] => {
  const [, clusterArn, what = name] = /^(arn:\S+) (.+)$/.exec(name) ?? [];
  const isPart = clusterArn !== undefined && what !== 'pod identity';
  return [`${what}${unaskedEnding}`, ...(isPart ? [`${clusterArn} inside`, `inside${unaskedEnding}`] : [])];
};

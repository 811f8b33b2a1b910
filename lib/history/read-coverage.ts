/**
 * How much of the world a finding was judged by. A run that reads less says less: that is no change of the finding, and
 * nobody is told of it.
 */

import { insideIds, isSectionId } from '../facts/sections.ts';
import { parseArn } from '../model/arn.ts';
import type { Finding } from '../model/finding.ts';
import type { Evaluation, UnreadSection } from '../rules/evaluate/evaluation.ts';
import { compareText } from '../text/compare-text.ts';

/** Sections remembered for one finding: the first ones in the order of their names. */
const maxRemembered = 60;

/** Says what each finding was judged without, sorted; nothing where everything that bears on it was read. What findings
 *  have in common is sorted once: an account has thousands of them. */
export const judgedWithout = ({
  unread,
  watched,
}: Pick<Evaluation, 'unread' | 'watched'>): ((finding: Finding) => readonly string[]) => {
  const common = unread.filter(({ roleArn }) => roleArn === undefined);
  const ofRoles = Map.groupBy(unread, ({ roleArn }) => roleArn);
  const shared = new Map<string | undefined, readonly string[]>();
  const sharedBy = (clusterArn: string | undefined): readonly string[] => {
    const known = shared.get(clusterArn) ?? namesOf(common.filter(section => bearsOn(section, clusterArn)));
    shared.set(clusterArn, known);
    return known;
  };
  // Not by `subjects`: those of CloudTrail bear the ARNs of roles that were not listed.
  const listed = new Set(watched.filter(({ kind }) => kind === 'role-trust-policy').map(({ subject }) => subject));
  const isListPart = unread.some(({ section, missingPart }) => section === 'roles' && missingPart !== undefined);
  const ownOf = (roleArn: string): readonly UnreadSection[] =>
    ofRoles.get(roleArn) ?? (isListPart && !listed.has(roleArn) ? [{ section: 'role-detail', roleArn }] : []);
  return finding => {
    const clusterArn = isInside(finding) ? finding.clusterArn : undefined;
    const own = finding.roleArn === undefined ? [] : ownOf(finding.roleArn);
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

/** The key of an unread section: `~` where it is not asked for, the section, `(part)` where some of it was read, its
 *  cluster, and which one. A stored format: `isSectionKey` tells it from that of earlier versions. */
const keyOf = ({ section, clusterArn = '', of = '', missingPart, unasked }: UnreadSection): string =>
  [`${unasked ? '~' : ''}${section}${missingPart === undefined ? '' : `(${missingPart})`}`, clusterArn, of].join('|');

const partsOf = (key: string) => {
  const [name = '', clusterArn = '', ...of] = key.split('|');
  const section = name.replace(/^~/, '').replace(/\(\w+\)$/, '');
  return {
    section,
    isPart: name.endsWith(')'),
    isSample: name.endsWith('(some)'),
    unasked: key.startsWith('~'),
    clusterArn,
    of: of.join('|'),
  };
};

const isSectionKey = (key: string): boolean => isSectionId(partsOf(key).section);

const namesOf = (sections: readonly UnreadSection[]): readonly string[] => bounded(sections.map(keyOf));

const bounded = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].sort(compareText).slice(0, maxRemembered);

/** How much was read, against an earlier run. `less`: something was not read now that had been, or another part of it.
 *  `more`: nothing of that, and something was read that had not, or is asked for no longer: that choice holds from now on.
 *  `others`: as much, but of what has other entries in every run. */
export type Reading = 'same' | 'others' | 'less' | 'more';

/** Compares what two runs did not read. Nothing is concluded of what lies beyond a full list, nor of what an earlier
 *  version wrote. */
export const compareReadings = (before: readonly string[], now: readonly string[]): Reading => {
  if (!before.every(isSectionKey)) return 'same';
  const gone = before.filter(key => !now.includes(key));
  const come = now.filter(key => isWithin(before, key) && !before.includes(key));
  if (come.some(key => !partsOf(key).unasked && !wholesOf(key).some(whole => before.includes(whole)))) return 'less';
  if (gone.length + come.length > 0) return 'more';
  return now.some(key => partsOf(key).isSample) ? 'others' : 'same';
};

const isWithin = (names: readonly string[], what: string): boolean =>
  names.length < maxRemembered || names.slice(-1).every(last => compareText(what, last) <= 0);

/** What a section was unread with: that one page of a list or of a cluster cannot be read is no loss where none could. */
const wholesOf = (key: string): readonly string[] => {
  const { section, isPart, clusterArn, of } = partsOf(key);
  const wholes = [`~${section}||${of}`, ...(isPart ? [[section, clusterArn, of].join('|')] : []), ...listsOf(key)];
  return insideIds.has(section) ? [...wholes, `inside|${clusterArn}|`, '~inside||'] : wholes;
};

/** The list by which what a section is a part of is known: where nothing of it was read, neither was the section. */
const listsOf = (key: string): readonly string[] => {
  const { section, clusterArn } = partsOf(key);
  if (clusterArn !== '') return [`clusters||${parseArn(clusterArn)?.region ?? ''}`];
  if (section === 'role-detail') return ['roles||', '~roles||'];
  return section === 'provider-detail' ? ['providers||', '~providers||'] : [];
};

/** The power that a role has by itself: it is an administrator, or makes itself, or a principal of its own choice, one. */
import type { WayTaken } from '../model.ts';
import { type ReachFacts, type ReachRole, withEverything, withoutBoundary, withoutPolicies } from './account-roles.ts';
import { type Administration, administrationOf } from './administrator.ts';
import { retagged } from './own-tags.ts';
import { beginWay, onceEach, takeAlone } from './take-way.ts';
import { selfWays } from './ways/iam-ways.ts';
import { boundaryWays, newPrincipalWays, versionWay } from './ways/more-ways.ts';
import type { Way } from './ways/way.ts';

/** The power of a role by itself: it is an administrator, or can make itself one. */
export interface OwnPower {
  readonly administration: Administration;
  readonly self?: WayTaken;
}

/** The power of a role by itself: the first way that is certain, else the first that is open. */
export const ownPower = (one: ReachRole, facts: ReachFacts): OwnPower => {
  const administration = administrationOf(one);
  if (administration.verdict === 'certain') return { administration };
  const ways = [
    ...waysTo(withEverything(one, facts), one, [...selfWays, versionWay]),
    ...waysPastBoundary(one, facts),
    ...wayByTags(one, facts),
  ];
  if (!ways.some(isCertain)) ways.push(...waysTo(withEverything(withoutPolicies(one), facts), one, newPrincipalWays));
  const self = ways.find(isCertain) ?? ways[0];
  return { administration, ...(self ? { self } : {}) };
};

const isCertain = ({ depends }: WayTaken): boolean => depends === undefined;

/** The ways of a role that make it another one, as far as that one is an administrator. */
const waysTo = (made: ReachRole, one: ReachRole, ways: readonly Way[]): WayTaken[] => {
  const begun = ways.flatMap(way => beginWay(way, one) ?? []);
  if (begun.length === 0) return [];
  const after = administrationOf(made);
  if (after.verdict === 'no') return [];
  return begun.map(way => dependingOn(takeAlone(way), after.verdict === 'open' ? after.because : undefined));
};

/** Without its boundary the role is an administrator, or makes itself one. */
const waysPastBoundary = (one: ReachRole, facts: ReachFacts): readonly WayTaken[] => {
  if (one.held.boundary === undefined) return [];
  const begun = boundaryWays.flatMap(way => beginWay(way, one) ?? []);
  if (begun.length === 0) return [];
  const { administration, self } = ownPower(withoutBoundary(one, facts), facts);
  if (administration.verdict === 'no' && self === undefined) return [];
  const doubt =
    administration.verdict === 'certain'
      ? undefined
      : administration.verdict === 'open'
        ? administration.because
        : self?.depends;
  return begun.map(way => {
    const taken = takeAlone(way);
    const then = administration.verdict === 'certain' ? [] : (self?.steps ?? []);
    return dependingOn({ ...taken, steps: [...taken.steps, ...then] }, doubt);
  });
};

/** With other tags of its own the role is an administrator, or makes itself one. */
const wayByTags = (one: ReachRole, facts: ReachFacts): readonly WayTaken[] => {
  const made = retagged(one, facts);
  if (made === undefined) return [];
  const { administration, self } = ownPower(made.role, facts);
  if (administration.verdict === 'no' && self === undefined) return [];
  const open = made.steps.flatMap(step => (step.verdict === 'open' ? [step.depends] : []));
  const doubts = [...open, ...doubtOf({ administration, ...(self ? { self } : {}) })];
  const shown = made.steps.flatMap(step => (step.verdict !== 'refused' && step.shown ? [step.shown] : []));
  const then = administration.verdict === 'certain' ? [administration.shown] : (self?.steps ?? []);
  return [dependingOn({ way: 'tag-self', steps: [...shown, ...then] }, onceEach(doubts))];
};

/** Why it is open whether a role is an administrator or makes itself one. */
const doubtOf = ({ administration, self }: OwnPower): readonly string[] => {
  if (administration.verdict === 'certain') return [];
  if (self?.depends === undefined && self !== undefined) return [];
  return administration.verdict === 'open' ? [administration.because] : [self?.depends ?? ''];
};

const dependingOn = (taken: WayTaken, doubt: string | undefined): WayTaken =>
  doubt === undefined
    ? taken
    : { ...taken, depends: taken.depends === undefined ? doubt : `${taken.depends}; ${doubt}` };

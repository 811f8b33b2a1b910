/** Facts of which one section was lost, whole or in part: each way to lose it, by the path of the section. */

import type { Facts } from '../../lib/facts/facts.ts';
import { parseArn } from '../../lib/model/arn.ts';
import { type Collected, type ReadFailure, unavailable, withGaps } from '../../lib/model/collected.ts';
import { given } from '../../lib/text/given.ts';

const denied: ReadFailure = { kind: 'denied', operation: 'read', message: '403' };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isRead = (value: unknown): value is Extract<Collected<unknown>, { readonly status: 'complete' }> =>
  isObject(value) && value.status === 'complete' && 'value' in value;

/** The ways in which a section may be lost: all of it; every entry of a list, or one of the first. */
const losses = (value: unknown, reason: ReadFailure): readonly Collected<unknown>[] => {
  const gaps = [{ what: 'page 1', reason }] as const;
  if (!Array.isArray(value))
    return isObject(value) && Array.isArray(value.events)
      ? [unavailable(reason), withGaps({ ...value, events: [] }, gaps)]
      : [unavailable(reason)];
  const withoutOne = value.length < 2 ? [] : value.slice(0, 3).map((_, at) => withGaps(value.toSpliced(at, 1), gaps));
  return [unavailable(reason), withGaps([], gaps), ...withoutOne];
};

/** A value with one of the sections in it lost, wherever that stands: each with its path. */
const poorer = (value: unknown, reason: ReadFailure, path = ''): readonly (readonly [string, unknown])[] => {
  if (!isObject(value)) return [];
  const here = isRead(value) ? losses(value.value, reason).map(lost => [`${path} ${lost.status}`, lost] as const) : [];
  // A bundle of the webhook that cannot be decoded is a fact of its own.
  const within = Object.entries(value)
    .filter(([key]) => key !== 'caCertificates')
    .flatMap(([key, part]) =>
      poorer(part, reason, `${path}.${key}`).map(
        ([name, lost]) =>
          [name, Array.isArray(value) ? value.with(Number(key), lost) : { ...value, [key]: lost }] as const,
      ),
    );
  return [...here, ...within];
};

/** The index of the fleet where another account of it was not read, or a part of that. */
const poorerFleets = (
  { fleet, snapshot }: Facts,
  reason: ReadFailure,
): readonly (readonly [string, Facts['fleet']])[] => {
  const ids = [...fleet.accounts, ...fleet.clusters, ...fleet.providers].map(({ accountId }) => accountId);
  return [...new Set(ids.filter(accountId => accountId !== snapshot.accountId))].flatMap(accountId => {
    const isOther = (one: { readonly arn: string }): boolean => parseArn(one.arn)?.accountId !== accountId;
    const roles = {
      roles: fleet.roles.filter(isOther),
      ...given({ callers: fleet.callers?.filter(isOther), targets: fleet.targets?.filter(isOther) }),
    };
    const providers = { providers: fleet.providers.filter(isOther) };
    const clusters = { clusters: fleet.clusters.filter(isOther) };
    const accounts = (over: object) => ({
      accounts: fleet.accounts.map(one => (one.accountId === accountId ? { ...one, ...over } : one)),
    });
    const regions = [...new Set(fleet.clusters.filter(one => !isOther(one)).map(({ region }) => region))];
    const gap = (section: 'account' | 'clusters', region?: string) => ({
      accountId,
      section,
      ...given({ region }),
      reason,
    });
    const unlisted = fleet.accounts.filter(one => one.accountId !== accountId);
    return [
      [
        `account ${accountId}`,
        { ...fleet, ...roles, ...providers, ...clusters, accounts: unlisted, gaps: [...fleet.gaps, gap('account')] },
      ],
      [`roles of ${accountId}`, { ...fleet, ...roles, ...accounts({ rolesRead: false }) }],
      [`providers of ${accountId}`, { ...fleet, ...providers, ...accounts({ providersRead: false }) }],
      [
        `clusters of ${accountId}`,
        { ...fleet, ...clusters, gaps: [...fleet.gaps, ...regions.map(region => gap('clusters', region))] },
      ],
    ] as const;
  });
};

/** The facts of a run that lost one section of the account, or an issuer. */
export const poorerFacts = (facts: Facts, reason: ReadFailure = denied): readonly (readonly [string, Facts])[] => [
  ...poorer(facts.snapshot, reason).map(
    ([name, snapshot]) => [name, { ...facts, snapshot: snapshot as Facts['snapshot'] }] as const,
  ),
  ...poorerFleets(facts, reason).map(([name, fleet]) => [name, { ...facts, fleet }] as const),
  ...(Object.keys(facts.issuers).length === 0 ? [] : [['no issuer was probed', { ...facts, issuers: {} }] as const]),
  ...Object.entries(facts.issuers).map(([url, issuer]) => {
    const lost = unavailable<never>(reason);
    const hidden = { ...issuer, host: lost, discovery: lost, keys: lost, fromPrivateNetwork: true };
    return [url, { ...facts, issuers: { ...facts.issuers, [url]: hidden } }] as const;
  }),
];

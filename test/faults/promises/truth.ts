/** The findings of a whole reading of a world: the measure of the table and the messages. */

import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { nameKey } from '../../../lib/history/absent.ts';
import { complete, unavailable, valueOr } from '../../../lib/model/collected.ts';
import type { Finding, Severity } from '../../../lib/model/finding.ts';
import type { AccountSnapshot, FleetIndex } from '../../../lib/model/snapshot.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../../lib/rules/evaluate/evaluation.ts';
import { coveredBy } from '../../../lib/rules/evaluate/waivers.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { type IssuerName, issuerUrls } from '../world/names.ts';
import { readWhole } from '../world/read-account.ts';
import { readIssuer } from '../world/read-issuers.ts';
import { accountOf, type World } from '../world/world.ts';

/** The truth of one account. */
export interface AccountTruth {
  readonly findings: ReadonlyMap<string, Finding>;
  /** `nameKey` of what findings explain. */
  readonly folded: ReadonlySet<string>;
  readonly evaluation: Evaluation;
  /** Severities, by id, of the exposures that the texts of trust policies show where providers, or their details, are not
   *  read, and of the expired waivers that were written for them: it is as open as they are. */
  readonly exposedByText: () => ReadonlyMap<string, readonly Severity[]>;
}

/** By account. */
export type Truth = ReadonlyMap<string, AccountTruth>;

/** The issuers of an account's clusters and providers, registered or not: no issuer of the world is a public one. */
const issuersIn = (world: World, accountId: string): readonly string[] => {
  const { clusters, providers } = accountOf(world, accountId);
  const names = [...Object.values(clusters).map(({ issuer }) => issuer), ...Object.keys(providers)] as IssuerName[];
  return [...new Set(names)].map(name => issuerUrls[name]);
};

const denied = unavailable<never>({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' });

/** The account with its providers unread, and with their details unread. */
const withoutProviders = (snapshot: AccountSnapshot): readonly AccountSnapshot[] => [
  { ...snapshot, providers: denied },
  { ...snapshot, providers: complete(valueOr(snapshot.providers, []).map(one => ({ ...one, detail: denied }))) },
];

/** A world that is judged at some instant, and its audited accounts. */
export interface Judged extends Pick<Run, 'world' | 'startedAt' | 'accounts'> {
  /** The world whose clusters EKS serves the issuers of, where that is another one. */
  readonly served?: World;
  /** Accounts that another reading tells of, too, and the world as that one has it: what either has is in the fleet. */
  readonly either?: Pick<Run, 'world' | 'accounts'>;
  /** The world whose issuers were probed, too: that an issuer without a provider is gone is as true, and shows more. */
  readonly probed?: World;
}

/** The clusters, providers and roles of either reading, as the first one has them. */
const eitherOf = (later: FleetIndex, earlier: FleetIndex): FleetIndex => ({
  ...later,
  clusters: withoutKnown(later.clusters, earlier.clusters, ({ arn, issuer }) => `${arn} ${issuer}`),
  providers: withoutKnown(later.providers, earlier.providers, ({ arn }) => arn),
  roles: withoutKnown(later.roles, earlier.roles, ({ arn }) => arn),
});

const withoutKnown = <T>(first: readonly T[], second: readonly T[], keyOf: (one: T) => string): readonly T[] => {
  const known = new Set(first.map(keyOf));
  return [...first, ...second.filter(one => !known.has(keyOf(one)))];
};

const truthNow = (
  { world, served = world, startedAt: now, accounts: accountIds, either, probed = world }: Judged,
  simulation: Simulation,
): Truth => {
  const { asked } = simulation.options;
  const choices = { ...simulation.choices, waivers: world.waivers };
  const snapshots = new Map(accountIds.map(id => [id, readWhole(world, id, now, asked)]));
  const earlier = (either?.accounts ?? []).map(id => readWhole(either?.world ?? world, id, now, asked));
  const fleet = eitherOf(indexOf(snapshots.values()), indexOf(earlier));
  return new Map(
    [...snapshots].map(([accountId, snapshot]) => {
      const urls = new Set([...issuersIn(world, accountId), ...issuersIn(probed, accountId)]);
      const issuers = Object.fromEntries([...urls].map(url => [url, readIssuer(served, url)]));
      const judge = (read: AccountSnapshot): Evaluation =>
        evaluate({ snapshot: read, fleet, issuers, now, settings: choices.settings }, choices);
      const evaluation = judge(snapshot);
      const exposedByText = (): ReadonlyMap<string, readonly Severity[]> => {
        const told = withoutProviders(snapshot).flatMap(read => judge(read).findings);
        const exposures = told.filter(({ impact }) => impact === 'exposes');
        const waivers = told.filter(each => exposures.some(one => coveredBy(each)?.(one)));
        const byId = Map.groupBy([...exposures, ...waivers], ({ id }) => id);
        return new Map([...byId].map(([id, same]) => [id, same.map(({ severity }) => severity)]));
      };
      const { findings } = evaluation;
      const folded = new Set(findings.flatMap(({ explains }) => explains.map(nameKey)));
      return [
        accountId,
        { evaluation, folded, exposedByText, findings: new Map(findings.map(each => [each.id, each])) },
      ];
    }),
  );
};

/** Truths of one schedule: the same world on the same day is judged once. All dates of the worlds, and all thresholds
 *  that the rules count from them, are at midnight UTC or relative to the run. */
export const truths = (): ((judged: Judged, simulation: Simulation) => Truth) => {
  const known = new Map<string, Truth>();
  return (judged, simulation) => {
    const { world, served, startedAt, accounts, either, probed } = judged;
    const key = `${startedAt.slice(0, 10)} ${accounts.join()} ${JSON.stringify([world, served, either, probed])}`;
    const truth = known.get(key) ?? truthNow(judged, simulation);
    known.set(key, truth);
    return truth;
  };
};

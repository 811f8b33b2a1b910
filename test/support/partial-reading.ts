/**
 * Random parts of a world: what a run reads when some of its calls fail. Only what a collector can fail to read is lost;
 * what was read is as it is.
 */

import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { IssuerFacts } from '../../lib/model/issuer.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import type { AccountSnapshot, RegionSnapshot } from '../../lib/model/snapshot.ts';
import { someFacts } from './example-world.ts';
import { otherAccount } from './faulty-policies.ts';
import type { World } from './partial-worlds.ts';
import { fc } from './properties.ts';

/** The fate of one section: `0` it is read; else it is lost, or read in part. Drawn one after the other. */
export type Fate = 0 | 1 | 2 | 3;
export const fates: fc.Arbitrary<readonly Fate[]> = fc
  .record({
    at: fc.uniqueArray(fc.nat({ max: 90 }), { minLength: 1, maxLength: 12 }),
    as: fc.array(fc.constantFrom<Fate>(1, 2, 3), { minLength: 12, maxLength: 12 }),
  })
  .map(({ at, as }) => {
    const drawn: Fate[] = Array.from({ length: 91 }, () => 0);
    for (const [index, place] of at.entries()) drawn[place] = as[index] ?? 1;
    return drawn;
  });

const reason = { kind: 'timed-out', operation: 'read', message: 'no answer' } as const;

/** Deals out the fates, one a section, in one fixed order. */
const dealer = (drawn: readonly Fate[]) => {
  let next = 0;
  const draw = (): Fate => drawn[next++ % Math.max(1, drawn.length)] ?? 0;
  return {
    draw,
    whole: <T>(section: Collected<T>): Collected<T> => {
      const fate = draw();
      return fate === 0 || section.status === 'unavailable' ? section : unavailable(reason);
    },
    list: <T>(section: Collected<readonly T[]>): Collected<readonly T[]> => {
      const fate = draw();
      if (fate === 0 || section.status !== 'complete') return section;
      if (fate === 1) return unavailable(reason);
      return withGaps(
        section.value.filter((_, index) => index % 2 === fate - 2),
        [{ what: `page ${fate}`, reason }],
      );
    },
  };
};

type Dealer = ReturnType<typeof dealer>;

const within = <T>(section: Collected<T>, lose: (value: T) => T): Collected<T> =>
  section.status === 'unavailable' ? section : { ...section, value: lose(section.value) };

const insidePart = (deal: Dealer, inside: KubernetesFacts): KubernetesFacts => ({
  version: deal.whole(inside.version),
  namespaces: deal.list(inside.namespaces),
  serviceAccounts: deal.list(inside.serviceAccounts),
  pods: deal.list(inside.pods),
  webhook: deal.whole(inside.webhook),
  issuer: deal.whole(inside.issuer),
});

const clusterPart = (deal: Dealer, one: ClusterSnapshot): ClusterSnapshot => ({
  cluster: one.cluster,
  kubernetes: within(deal.whole(one.kubernetes), inside => insidePart(deal, inside)),
  podIdentity: deal.list(one.podIdentity),
  addons: deal.list(one.addons),
});

const regionPart = (deal: Dealer, { region, clusters }: RegionSnapshot): RegionSnapshot => ({
  region,
  clusters: within(deal.list(clusters), list => list.map(one => clusterPart(deal, one))),
});

const snapshotPart = (deal: Dealer, snapshot: AccountSnapshot): AccountSnapshot => ({
  ...snapshot,
  regions: snapshot.regions.map(one => regionPart(deal, one)),
  providers: within(deal.list(snapshot.providers), list =>
    list.map(one => ({ ...one, detail: deal.whole(one.detail) })),
  ),
  roles: within(deal.list(snapshot.roles), list => list.map(one => ({ ...one, detail: deal.whole(one.detail) }))),
  quotas: deal.whole(snapshot.quotas),
  runtime: runtimePart(deal, snapshot.runtime),
});

const runtimePart = (deal: Dealer, runtime: AccountSnapshot['runtime']): AccountSnapshot['runtime'] => {
  if (runtime.status !== 'complete') return runtime;
  const part = deal.list(complete(runtime.value.events));
  if (part.status === 'complete') return runtime;
  if (part.status === 'unavailable') return part;
  return withGaps({ ...runtime.value, events: part.value }, part.gaps);
};

/** An issuer that does not answer from a private network says nothing; from elsewhere that is a fact of its own. */
const issuerPart = (deal: Dealer, issuer: IssuerFacts): IssuerFacts => {
  if (deal.draw() === 0) return issuer;
  const lost = {
    host: unavailable<never>(reason),
    discovery: unavailable<never>(reason),
    keys: unavailable<never>(reason),
  };
  return { ...issuer, ...lost, fromPrivateNetwork: true };
};

/** The reading of a world by a run: everything for no fates. */
export const factsFrom = ({ snapshot, neighbour: beside, issuers }: World, drawn: readonly Fate[]): Facts => {
  const deal = dealer(drawn);
  const read = snapshotPart(deal, snapshot);
  const isBesideRead = deal.draw() === 0;
  const { schemaVersion: _version, ...rest } = read;
  return someFacts({
    ...rest,
    fleet: indexOf(isBesideRead ? [read, beside] : [read], isBesideRead ? [] : [otherAccount]),
    issuers: deal.draw() === 1 ? [] : issuers.map(issuer => issuerPart(deal, issuer)),
    settings: { inCluster: true },
  });
};

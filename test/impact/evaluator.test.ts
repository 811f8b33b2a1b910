import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { clusterImpact } from '../../lib/impact/cluster-impact.ts';
import type { SafeToDelete } from '../../lib/impact/impact.ts';
import { placesIn } from '../../lib/impact/places.ts';
import { providerImpact } from '../../lib/impact/provider-impact.ts';
import { roleImpact } from '../../lib/impact/role-impact.ts';
import { serviceAccountImpact } from '../../lib/impact/service-account-impact.ts';
import { complete, unavailable, valueOr } from '../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { used } from '../support/impact-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

/**
 * Two accounts with a cluster each, all of it read: who depends on what is decided here once more, from the names alone. A
 * service account is `cluster namespace/name`.
 */
const accounts = ['111122223333', '444455556666'] as const;
const clusters = ['shop', 'pay'] as const;
const names = ['a/x', 'a/y', 'b/x'] as const;
type ClusterName = (typeof clusters)[number];
type Who = `${ClusterName} ${(typeof names)[number]}`;
const everyone = clusters.flatMap(cluster => names.map((name): Who => `${cluster} ${name}`));
const issuerOf = (cluster: string) =>
  `https://oidc.eks.eu-west-1.amazonaws.com/id/${(cluster === 'shop' ? '5' : 'A').repeat(32)}`;

interface TrustedRole {
  readonly account: number;
  readonly trusts: readonly Who[];
}
interface World {
  /** `cluster account`: providers that there are. */
  readonly providers: readonly string[];
  readonly roles: readonly TrustedRole[];
  /** Service accounts that there are, and the role in the annotation by its place in `roles`; null: none. */
  readonly annotated: Readonly<Record<string, number | null>>;
  /** Service accounts that a pod runs with. */
  readonly running: readonly Who[];
}

const worlds: fc.Arbitrary<World> = fc.record({
  providers: fc.subarray(clusters.flatMap(cluster => [`${cluster} 0`, `${cluster} 1`])),
  roles: fc.array(
    fc.record({ account: fc.nat({ max: 1 }), trusts: fc.subarray(everyone, { minLength: 1, maxLength: 3 }) }),
    { minLength: 1, maxLength: 3 },
  ),
  annotated: fc.dictionary(fc.constantFrom(...everyone), fc.option(fc.nat({ max: 2 })), { noNullPrototype: true }),
  running: fc.subarray(everyone, { maxLength: 3 }),
});

const arnOf = ({ roles }: World, at: number): string =>
  `arn:aws:iam::${accounts[roles[at]?.account ?? 0]}:role/role-${at}`;
const policyOf = ({ account, trusts }: TrustedRole): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: trusts.flatMap(who => {
      const [cluster = '', name = ''] = who.split(' ');
      const subject = `system:serviceaccount:${name.replace('/', ':')}`;
      return JSON.parse(aTrustPolicy({ accountId: accounts[account] ?? '', issuer: issuerOf(cluster), subject }))
        .Statement;
    }),
  });

const factsOf = (world: World): readonly Facts[] => {
  const parts = accounts.map((accountId, account) => {
    const name = clusters[account] ?? '';
    const own = Object.keys(world.annotated).filter(who => who.startsWith(`${name} `));
    const serviceAccounts = own.map(who => {
      const [namespace = '', bare = ''] = (who.split(' ')[1] ?? '').split('/');
      const role = world.annotated[who];
      const annotations: Record<string, string> =
        role === null || role === undefined ? {} : { 'eks.amazonaws.com/role-arn': arnOf(world, role) };
      return aServiceAccount({ namespace, name: bare, annotations });
    });
    const pods = world.running
      .filter(who => who.startsWith(`${name} `))
      .map(who => {
        const [namespace = '', bare = ''] = (who.split(' ')[1] ?? '').split('/');
        const containers = [aContainer({ awsVariables: [], irsaEnvironment: {} })];
        return aPod({ namespace, name: `${bare}-0`, serviceAccount: bare, containers });
      });
    const cluster = aCluster({
      ...{ accountId, name, arn: `arn:aws:eks:eu-west-1:${accountId}:cluster/${name}`, issuer: issuerOf(name) },
    });
    const inside = { serviceAccounts: complete(serviceAccounts), pods: complete(pods), workloads: complete([]) };
    return {
      accountId,
      providers: complete(
        clusters
          .filter(one => world.providers.includes(`${one} ${account}`))
          .map(one => aProvider({ accountId, issuer: issuerOf(one) })),
      ),
      roles: complete(
        world.roles.flatMap((role, at) =>
          role.account === account
            ? [aRole({ ...used(), name: `role-${at}`, arn: arnOf(world, at), trustPolicy: policyOf(role) })]
            : [],
        ),
      ),
      regions: [{ region: 'eu-west-1', clusters: complete([aReadCluster(inside, { cluster })]) }],
    };
  });
  const gone = unavailable<never>({ kind: 'not-found', operation: 'GET', message: '404' });
  const each = parts.map(part =>
    someFacts({ ...part, issuers: clusters.map(one => anIssuer({ url: issuerOf(one), discovery: gone })) }),
  );
  const fleet = indexOf(each.map(({ snapshot }) => snapshot));
  return each.map(facts => ({ ...facts, fleet }));
};

/** Decided from the names. */
const simple = (world: World) => {
  const { roles, annotated, running, providers } = world;
  const accepts = (at: number, who: Who): boolean =>
    roles[at]?.trusts.includes(who) === true && providers.includes(`${who.split(' ')[0]} ${roles[at]?.account}`);
  const all = roles.map((_, at) => at);
  const there = [...new Set([...Object.keys(annotated), ...running])] as Who[];
  const has = (at: number, who: Who): boolean => annotated[who] === at && accepts(at, who);
  const mayAsk = (at: number, who: Who): boolean => there.includes(who) && accepts(at, who) && annotated[who] !== at;
  const isRefused = (at: number, who: Who): boolean => annotated[who] === at && !accepts(at, who);
  const namesProvider = (at: number, cluster: string, account: number): boolean =>
    roles[at]?.account === account && roles[at]?.trusts.some(who => who.startsWith(`${cluster} `)) === true;
  const answer = (isNo: boolean, isOpen: boolean): SafeToDelete => (isNo ? 'no' : isOpen ? 'not known' : 'yes');
  const on = (cluster: string) => everyone.filter(who => who.startsWith(`${cluster} `));
  return {
    role: (at: number) =>
      answer(
        everyone.some(who => has(at, who)),
        everyone.some(who => mayAsk(at, who) || isRefused(at, who)),
      ),
    provider: (cluster: string, account: number) => {
      const own = all.filter(at => namesProvider(at, cluster, account));
      return answer(
        own.some(at => on(cluster).some(who => has(at, who))),
        own.some(at => on(cluster).some(who => mayAsk(at, who) || isRefused(at, who))),
      );
    },
    cluster: (cluster: string) => {
      const who = on(cluster);
      // Of a role whose account has no provider of the cluster nobody of it is refused: the policy names what is not there.
      const own = all.filter(
        at =>
          namesProvider(at, cluster, roles[at]?.account ?? 0) && providers.includes(`${cluster} ${roles[at]?.account}`),
      );
      return answer(
        running.some(one => who.includes(one)) || all.some(at => who.some(one => has(at, one))),
        own.some(at => who.some(one => mayAsk(at, one) || isRefused(at, one))),
      );
    },
    serviceAccount: (who: Who) =>
      answer(
        running.includes(who) || all.some(at => has(at, who)),
        all.some(at => mayAsk(at, who)),
      ),
  };
};

test('each answer is the one that follows from who is there, who is named and who is trusted', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(worlds, world => {
      const all = factsOf(world);
      const expected = simple(world);
      const got: string[] = [];
      const wanted: string[] = [];
      const compare = (what: string, is: SafeToDelete, should: SafeToDelete): void => {
        seen.add(`${what.split(' ')[0]} ${should}`);
        got.push(`${what}: ${is}`);
        wanted.push(`${what}: ${should}`);
      };
      for (const [account, facts] of all.entries()) {
        for (const role of valueOr(facts.snapshot.roles, [])) {
          const at = Number(role.name.slice('role-'.length));
          compare(`role ${at}`, roleImpact(role, facts, all, { allRegions: true }).safeToDelete, expected.role(at));
        }
        for (const provider of valueOr(facts.snapshot.providers, [])) {
          const cluster = clusters.find(one => provider.arn.endsWith(issuerOf(one).slice(-32))) ?? '';
          const { safeToDelete } = providerImpact(provider, facts, all);
          compare(`provider ${cluster} ${account}`, safeToDelete, expected.provider(cluster, account));
        }
      }
      for (const place of placesIn(all)) {
        const { name } = place.snapshot.cluster;
        compare(`cluster ${name}`, clusterImpact(place, all).safeToDelete, expected.cluster(name));
        const { kubernetes } = place.snapshot;
        for (const one of kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, [])) {
          const who = `${name} ${one.namespace}/${one.name}` as Who;
          compare(who, serviceAccountImpact(one, place, all).safeToDelete, expected.serviceAccount(who));
        }
      }
      expect(got).toEqual(wanted);
    }),
    { numRuns: casesOf(60) },
  );
  for (const kind of ['role', 'provider', 'cluster', 'shop', 'pay'])
    for (const answer of ['yes', 'no', 'not known']) expect(seen).toContain(`${kind} ${answer}`);
});

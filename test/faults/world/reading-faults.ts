/** The reading of a run when some calls fail: only what a collector can lose is lost, and it says so. */
import { ThrottledError, TransientError } from '../../../lib/kit/errors.ts';
import type { ClusterInside } from '../../../lib/model/cluster.ts';
import { type Collected, type Gap, type ReadFailure, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { type Random, shareOf } from '../random.ts';
import { type IssuerName, issuerNames, issuerUrls, type RegionName, regionNames } from './names.ts';
import { type Asked, readOutside } from './read-account.ts';
import { readInside } from './read-inside.ts';
import { readIssuer } from './read-issuers.ts';
import type { World } from './world.ts';

const kinds = ['denied', 'throttled', 'timed-out', 'unreachable', 'invalid'] as const;
const parts = ['version', 'namespaces', 'serviceAccounts', 'pods', 'webhook', 'issuer'] as const;
const types = [
  'assume',
  'providers',
  'detail',
  'detail',
  'roles',
  'roles',
  'roleDetails',
  'clusters',
  'clusters',
  'k8s',
  'k8s',
  'k8sPart',
  'k8sPart',
  'k8sPart',
  'k8sPart',
  'podIdentity',
  'runtime',
  'runtime',
  'issuerThrottled',
  'issuerPrivate',
  'collectThrows',
  'clusterThrows',
  'probeThrows',
] as const;

/** One call that fails in a run, wherever it is made. */
export interface ReadingFault {
  /** `secondLook`: a list that lacks something cannot be read again. */
  readonly type: (typeof types)[number] | 'secondLook';
  readonly kind: (typeof kinds)[number];
  /** Decides which of several items are hit. */
  readonly salt: number;
  readonly account: string;
  readonly cluster?: string | undefined;
  readonly region: RegionName;
  readonly section: (typeof parts)[number];
  readonly mode: 'none' | 'some';
  readonly issuer: IssuerName;
  /** Repeats fail too, and for a reason that nobody has foreseen. */
  readonly permanent: boolean;
}

const isInside = (type: ReadingFault['type']): boolean =>
  type.startsWith('k8s') || type === 'podIdentity' || type === 'clusterThrows';

/** Some faults, at most five; those that a configuration makes impossible are left out. */
export const drawFaults = (random: Random, world: World, asked: Asked): readonly ReadingFault[] => {
  const accounts = Object.keys(world.accounts);
  const clusters = Object.entries(world.accounts).flatMap(([accountId, account]) =>
    Object.values(account.clusters).map(({ name }) => ({ accountId, name })),
  );
  const count = 1 + random.int(5);
  return Array.from({ length: count }).flatMap((): ReadingFault[] => {
    const account = random.pick(accounts);
    const kind = random.pick(kinds);
    const salt = random.int(1e9);
    const cluster = clusters.length > 0 ? random.pick(clusters) : undefined;
    const type = random.pick(types);
    if (isInside(type) && (cluster === undefined || !asked.inCluster)) return [];
    if (type === 'roleDetails' && !asked.roleDetails) return [];
    if (type === 'runtime' && !asked.cloudTrail) return [];
    return [
      {
        ...{ type, kind, salt },
        account: isInside(type) && cluster !== undefined ? cluster.accountId : account,
        cluster: cluster?.name,
        region: random.pick(regionNames),
        section: random.pick(parts),
        mode: random.pick(['none', 'some', 'some'] as const),
        issuer: random.pick(issuerNames),
        permanent: random.chance(0.5),
      },
    ];
  });
};

const reasonOf = ({ kind }: ReadingFault, operation: string): ReadFailure => ({
  kind,
  operation,
  message: `${kind} here`,
});

/** A list of which some items are lost, or all. */
const lose = <T>(
  section: Collected<readonly T[]>,
  fault: ReadingFault,
  operation: string,
  name: (item: T) => string,
): Collected<readonly T[]> => {
  if (section.status !== 'complete') return section;
  const reason = reasonOf(fault, operation);
  if (fault.mode === 'none') return unavailable(reason);
  const isKept = (item: T): boolean => shareOf(fault.salt, name(item)) < 0.5;
  const lost = section.value.filter(item => !isKept(item));
  return withGaps(section.value.filter(isKept), [{ what: lost.map(name).join(), reason }]);
};

/** A list of which everything after some page is lost, or all. */
const cut = <T>(section: Collected<readonly T[]>, fault: ReadingFault, operation: string): Collected<readonly T[]> => {
  if (section.status !== 'complete') return section;
  const reason = reasonOf(fault, operation);
  if (fault.mode === 'none') return unavailable(reason);
  const kept = section.value.slice(0, Math.floor(section.value.length * shareOf(fault.salt, 'cut')));
  return withGaps(kept, [{ what: `from entry ${kept.length + 1} on`, reason }]);
};

/** Items whose detail is lost, in a list that was read. */
const loseDetails = <T extends { readonly arn: string; readonly detail: Collected<unknown> }>(
  section: Collected<readonly T[]>,
  fault: ReadingFault,
  operation: string,
  gapsOf: (lost: readonly T[], reason: ReadFailure) => readonly Gap[],
): Collected<readonly T[]> => {
  if (section.status === 'unavailable') return section;
  const reason = reasonOf(fault, operation);
  const list = section.value.map(item =>
    fault.mode === 'none' || shareOf(fault.salt, item.arn) < 0.5 ? { ...item, detail: unavailable(reason) } : item,
  );
  const lost = list.filter(({ detail }) => detail.status === 'unavailable');
  return withGaps(list, [...(section.status === 'partial' ? section.gaps : []), ...gapsOf(lost, reason)]);
};

const withoutEntry = (snapshot: AccountSnapshot, fault: ReadingFault, asked: Asked): AccountSnapshot => {
  const reason = { kind: fault.kind, operation: 'sts:AssumeRole', message: 'no way in' };
  return {
    ...snapshot,
    providers: unavailable(reason),
    roles: unavailable(reason),
    regions: snapshot.regions.map(({ region }) => ({ region, clusters: unavailable(reason) })),
    runtime: asked.cloudTrail ? unavailable(reason) : snapshot.runtime,
  };
};

const withoutEvents = ({ runtime }: AccountSnapshot, fault: ReadingFault): AccountSnapshot['runtime'] => {
  if (runtime.status !== 'complete') return runtime;
  const events = cut({ status: 'complete', value: runtime.value.events }, fault, 'cloudtrail:LookupEvents');
  if (events.status === 'unavailable') return events;
  return withGaps({ ...runtime.value, events: events.value }, events.status === 'partial' ? events.gaps : []);
};

const hit = (snapshot: AccountSnapshot, fault: ReadingFault, asked: Asked): AccountSnapshot => {
  switch (fault.type) {
    case 'assume':
      return withoutEntry(snapshot, fault, asked);
    case 'providers':
      return { ...snapshot, providers: unavailable(reasonOf(fault, 'iam:ListOpenIDConnectProviders')) };
    case 'detail':
      return {
        ...snapshot,
        providers: loseDetails(snapshot.providers, fault, 'iam:GetOpenIDConnectProvider', (lost, reason) =>
          lost.map(({ arn }) => ({ what: arn, reason })),
        ),
      };
    case 'roles':
      return { ...snapshot, roles: cut(snapshot.roles, fault, 'iam:ListRoles') };
    case 'roleDetails':
      return {
        ...snapshot,
        roles: loseDetails(snapshot.roles, fault, 'iam:GetAccountAuthorizationDetails', (_lost, reason) => [
          { what: 'details of roles', reason },
        ]),
      };
    case 'clusters':
      return {
        ...snapshot,
        regions: snapshot.regions.map(({ region, clusters }) =>
          region === fault.region
            ? { region, clusters: lose(clusters, fault, 'eks:ListClusters', ({ cluster }) => cluster.name) }
            : { region, clusters },
        ),
      };
    case 'runtime':
      return { ...snapshot, runtime: withoutEvents(snapshot, fault) };
    default:
      return snapshot;
  }
};

const isOfDetails = ({ type }: ReadingFault): boolean => type === 'detail' || type === 'roleDetails';

/** An account as it is read under faults, but for those of details, which are read once the lists are. */
export const readAccountUnder = (
  world: World,
  accountId: string,
  now: string,
  asked: Asked,
  faults: readonly ReadingFault[],
): AccountSnapshot =>
  faults
    .filter(fault => fault.account === accountId && !isOfDetails(fault))
    .reduce((snapshot, fault) => hit(snapshot, fault, asked), readOutside(world, accountId, now, asked));

/** The list of an account, with the details that faults leave. */
export const readDetailsUnder = (
  listed: AccountSnapshot,
  asked: Asked,
  faults: readonly ReadingFault[],
): AccountSnapshot =>
  faults
    .filter(fault => fault.account === listed.accountId && isOfDetails(fault))
    .reduce((snapshot, fault) => hit(snapshot, fault, asked), listed);

const losePart = ({ kubernetes, ...identities }: ClusterInside, fault: ReadingFault): ClusterInside => {
  if (kubernetes.status !== 'complete') return { kubernetes, ...identities };
  const { section } = fault;
  const facts = kubernetes.value;
  const part: Collected<unknown> = facts[section];
  const operation = `list ${section}`;
  const left =
    part.status === 'complete' && Array.isArray(part.value)
      ? lose<{ readonly name: string }>({ status: 'complete', value: part.value }, fault, operation, ({ name }) => name)
      : part.status === 'complete'
        ? unavailable(reasonOf(fault, operation))
        : part;
  return { kubernetes: { status: 'complete', value: { ...facts, [section]: left } }, ...identities };
};

const hitInside = (inside: ClusterInside, fault: ReadingFault): ClusterInside => {
  if (fault.type === 'k8s') return { ...inside, kubernetes: unavailable(reasonOf(fault, 'get /version')) };
  if (fault.type === 'k8sPart') return losePart(inside, fault);
  if (fault.type !== 'podIdentity') return inside;
  const operation = 'eks:ListPodIdentityAssociations';
  return { ...inside, podIdentity: lose(inside.podIdentity, fault, operation, item => JSON.stringify(item)) };
};

/** The inside of a cluster as it is read under faults. */
export const readInsideUnder = (
  world: World,
  accountId: string,
  name: string,
  faults: readonly ReadingFault[],
): ClusterInside =>
  faults
    .filter(({ account, cluster }) => account === accountId && cluster === name)
    .reduce(hitInside, readInside(world, accountId, name));

const hitIssuer = (facts: IssuerFacts, { type, issuer, region, salt }: ReadingFault): IssuerFacts => {
  const { url } = facts;
  if (type === 'issuerThrottled' && issuerUrls[issuer] === url) {
    const reason = { kind: 'throttled', operation: 'GET discovery', message: 'HTTP 429' } as const;
    return { ...facts, discovery: unavailable(reason), keys: unavailable({ ...reason, kind: 'not-asked-for' }) };
  }
  if (type === 'issuerPrivate' && (url.includes(`.${region}.`) || salt % 3 === 0)) {
    const reason = { kind: 'unreachable', operation: 'TLS', message: 'no address' } as const;
    const unseen = unavailable<never>({ ...reason, kind: 'not-asked-for' });
    return { url, host: unavailable(reason), discovery: unseen, keys: unseen, fromPrivateNetwork: true };
  }
  return facts;
};

/** The issuers as they are seen under faults. */
export const readIssuersUnder = (
  world: World,
  urls: readonly string[],
  faults: readonly ReadingFault[],
): Readonly<Record<string, IssuerFacts>> =>
  Object.fromEntries(urls.map(url => [url, faults.reduce(hitIssuer, readIssuer(world, url))]));

/** Throws where a fault makes a whole reader fail; half of them fail for good. */
export const failReader = (
  faults: readonly ReadingFault[],
  type: ReadingFault['type'],
  isMeant: (fault: ReadingFault) => boolean,
): void => {
  const fault = faults.find(each => each.type === type && isMeant(each));
  if (fault === undefined) return;
  if (fault.permanent) throw new Error('unforeseen');
  throw fault.kind === 'throttled' ? new ThrottledError('slow down') : new TransientError('no answer');
};

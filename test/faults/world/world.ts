/** The world that is audited, as plain JSON: small, whole, and made to change between runs. */
import type { Waiver } from '../../../lib/rules/evaluate/waivers.ts';
import type { Random } from '../random.ts';
import {
  accountIds,
  clustersOf,
  type IssuerName,
  issuerNames,
  issuersOf,
  otherAccount,
  type RegionName,
  regionNames,
  roleArn,
  roleNames,
  serviceAccountNames,
} from './names.ts';
import { type TrustPolicyName, trustPolicyNames } from './trust-policies.ts';

export const audienceLists = {
  sts: ['sts.amazonaws.com'],
  plus: ['sts.amazonaws.com', 'vault'],
  vault: ['vault'],
  none: [],
  left: ['sts.amazonaws.com', 'left-over', 'third'],
} as const;
export const thumbprintLists = {
  root: ['06b25927c42a721631c1efd9431e648fa62e1e39'],
  leaf: ['1'.repeat(40)],
  wrong: ['ab'.repeat(20)],
  both: ['06b25927c42a721631c1efd9431e648fa62e1e39', 'ab'.repeat(20)],
} as const;
const webhooks = ['ok', 'ok', 'ok', 'absent', 'selective', 'objects', 'badCa', 'service', 'fail'] as const;
const chains = ['public', 'public', 'public', 'private', 'expiring20', 'expiring5', 'rotated'] as const;
const discoveries = [
  'valid',
  'valid',
  'valid',
  'valid',
  'wrongIssuer',
  'notFound',
  'otherHost',
  'noKeys',
  'slow',
] as const;
const pods = ['ok', 'ok', 'ok', 'bare', 'stale', 'half', 'keys', 'podIdentity', 'two'] as const;
const statuses = ['ACTIVE', 'ACTIVE', 'UPDATING', 'CREATING', 'DELETING', 'FAILED'] as const;
export type WebhookState = (typeof webhooks)[number];
export type ChainState = (typeof chains)[number];
export type DiscoveryState = (typeof discoveries)[number];
export type PodState = (typeof pods)[number];

export interface WorldRole {
  readonly policy: TrustPolicyName;
  readonly issuer: IssuerName;
  readonly admin: boolean;
  readonly used?: 'recent' | 'old' | undefined;
}
export interface WorldProvider {
  readonly audiences: keyof typeof audienceLists;
  readonly thumbprints: keyof typeof thumbprintLists;
}
export interface WorldCluster {
  readonly name: string;
  readonly region: RegionName;
  readonly issuer: IssuerName;
  status: string;
  readonly accounts: Record<string, Readonly<Record<string, string>>>;
  readonly pods: Record<string, PodState>;
  webhook: WebhookState;
  associated: string[];
  extraNs: boolean;
}
export interface WorldEvents {
  readonly role: string;
  readonly sa: string;
  readonly region: RegionName;
  readonly ok: number;
  readonly failed: number;
  readonly agent: string;
  readonly method: string;
  readonly issuer: IssuerName;
}
export interface WorldAccount {
  readonly providers: Partial<Record<IssuerName, WorldProvider>>;
  readonly roles: Record<string, WorldRole>;
  readonly clusters: Record<string, WorldCluster>;
  events: WorldEvents[];
}
export interface World {
  readonly accounts: Record<string, WorldAccount>;
  readonly issuers: Record<IssuerName, { discovery: DiscoveryState }>;
  readonly chains: Record<RegionName | 'own', ChainState>;
  /** Those of the configuration: they come and go as anything else does. */
  waivers: readonly Waiver[];
}

/** The account of a world. Throws for one that it does not have. */
export const accountOf = (world: World, accountId: string): WorldAccount => {
  const account = world.accounts[accountId];
  if (account === undefined) throw new Error(`the world has no account ${accountId}`);
  return account;
};

const issuersIn = (accountId: string): readonly IssuerName[] => issuersOf[accountId] ?? [];
const specsOf = (accountId: string) => clustersOf[accountId] ?? [];

const aRole = (random: Random, issuers: readonly IssuerName[]): WorldRole => ({
  policy: random.chance(0.35) ? 'exact' : random.pick(trustPolicyNames),
  issuer: random.pick(issuers),
  admin: random.chance(0.2),
  used: random.pick([undefined, 'recent', 'old'] as const),
});

const keyNames = Object.keys as <K extends string>(value: Readonly<Record<K, unknown>>) => readonly K[];

const aProvider = (random: Random): WorldProvider => ({
  audiences: random.chance(0.6) ? 'sts' : random.pick(keyNames(audienceLists)),
  thumbprints: random.chance(0.6) ? 'root' : random.pick(keyNames(thumbprintLists)),
});

const annotated = 'eks.amazonaws.com/role-arn';

const annotationsOf = (random: Random, accountId: string, name: string): Readonly<Record<string, string>> => {
  const isRole = roleNames.some(role => role === name);
  const same = () => ({ [annotated]: roleArn(accountId, isRole ? name : 'cart') });
  const cart = roleArn(accountId, 'cart');
  return random.pick([
    same(),
    same(),
    { [annotated]: roleArn(accountId, random.pick(roleNames)) },
    { [annotated]: roleArn(accountId, 'no-such') },
    { [annotated]: roleArn(otherAccount(accountId), random.pick(roleNames)) },
    { [annotated]: 'arn:aws:iam:111122223333:role/x' },
    { 'eks.amazonaws.com/role_arn': cart },
    { [annotated]: cart, 'eks.amazonaws.com/audience': random.pick(['vault', 'third']) },
    {
      [annotated]: cart,
      'eks.amazonaws.com/token-expiration': '10',
      'eks.amazonaws.com/sts-regional-endpoints': 'maybe',
    },
  ]);
};

const aCluster = (
  random: Random,
  accountId: string,
  [name, region, issuer]: readonly [string, RegionName, IssuerName],
): WorldCluster => {
  const accounts: WorldCluster['accounts'] = {};
  const running: WorldCluster['pods'] = {};
  for (const serviceAccount of random.some(serviceAccountNames, 0.6)) {
    accounts[serviceAccount] = annotationsOf(random, accountId, serviceAccount);
    if (random.chance(0.7)) running[serviceAccount] = random.pick(pods);
  }
  if (random.chance(0.3)) running.ghost = 'ok';
  const webhook = random.pick(webhooks);
  const associated = random.some(serviceAccountNames, 0.1);
  return {
    ...{ name, region, issuer, status: 'ACTIVE', accounts, pods: running, webhook, associated },
    extraNs: random.chance(0.3),
  };
};

const someEvents = (random: Random, accountId: string): WorldEvents[] =>
  random
    .some(roleNames, 0.5)
    .flatMap(role =>
      random
        .some(['cart', 'ledger', 'mailer'], 0.6)
        .map(sa => ({
          role,
          sa,
          region: random.pick(regionNames),
          ok: random.int(4),
          failed: random.chance(0.5) ? random.int(5) + 1 : 0,
          agent: random.pick(['aws-sdk-java/1.11.600', 'aws-sdk-go-v2/1.30', 'Boto3/1.9.0']),
          method: random.pick(['IAMTrustStore', 'Thumbprint']),
          issuer: random.pick(issuersIn(accountId)),
        })),
    );

const byKey = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map(key => [key, value(key)])) as Record<K, V>;

/** A world to begin with. */
export const makeWorld = (random: Random, accounts: readonly string[], waivers: readonly Waiver[]): World => ({
  waivers,
  accounts: byKey(accounts, accountId => ({
    providers: byKey(random.some(issuersIn(accountId), 0.75), () => aProvider(random)),
    roles: byKey(random.some(roleNames, 0.8), () => aRole(random, issuersIn(accountId))),
    clusters: Object.fromEntries(
      specsOf(accountId)
        .filter(() => random.chance(0.9))
        .map(spec => [spec[0], aCluster(random, accountId, spec)]),
    ),
    events: someEvents(random, accountId),
  })),
  issuers: byKey(issuerNames, () => ({ discovery: random.chance(0.7) ? 'valid' : random.pick(discoveries) })),
  chains: { 'eu-west-1': random.pick(chains), 'us-east-1': random.pick(chains), own: random.pick(chains) },
});

const changes = [
  'provider',
  'provider',
  'role',
  'role',
  'role',
  'sa',
  'sa',
  'pod',
  'pod',
  'webhook',
  'cluster',
  'events',
  'issuer',
  'chain',
  'associated',
  'ns',
] as const;

/** Puts something under a key, or takes away what is there with the chance `p`. */
const replace = <V>(random: Random, record: Record<string, V>, key: string, p: number, make: () => V): void => {
  if (record[key] !== undefined && random.chance(p)) delete record[key];
  else record[key] = make();
};

const changeCluster = (random: Random, world: World, accountId: string): string => {
  const own = specsOf(accountId).length > 0;
  const owner = own ? accountId : accountIds[0];
  const spec = random.pick(specsOf(owner));
  const account = world.accounts[owner];
  if (account === undefined) return 'nothing';
  const [name] = spec;
  const known = account.clusters[name];
  if (known !== undefined && random.chance(0.5)) delete account.clusters[name];
  else if (known === undefined) account.clusters[name] = aCluster(random, owner, spec);
  else known.status = random.pick(statuses);
  return `${owner} cluster ${name}`;
};

const changeInside = (random: Random, cluster: WorldCluster, accountId: string, kind: string): string => {
  const { name } = cluster;
  if (kind === 'sa') {
    const sa = random.pick(serviceAccountNames);
    replace(random, cluster.accounts, sa, 0.4, () => annotationsOf(random, accountId, sa));
    return `${name} service account ${sa}`;
  }
  if (kind === 'pod') {
    const sa = random.pick(serviceAccountNames);
    replace(random, cluster.pods, sa, 0.4, () => random.pick(pods));
    return `${name} pods of ${sa}`;
  }
  if (kind === 'webhook') cluster.webhook = random.pick(webhooks);
  else if (kind === 'associated') cluster.associated = random.some(serviceAccountNames, 0.2);
  else cluster.extraNs = !cluster.extraNs;
  return `${name} ${kind}`;
};

/** Makes one small change of the world; says what it was. */
export const mutate = (random: Random, world: World): string => {
  const accountId = random.pick(Object.keys(world.accounts));
  const account = accountOf(world, accountId);
  const kind = random.pick(changes);
  if (kind === 'provider') {
    const issuer = random.pick(issuersIn(accountId));
    replace(random, account.providers as Record<string, WorldProvider>, issuer, 0.5, () => aProvider(random));
    return `${accountId} provider ${issuer}`;
  }
  if (kind === 'role') {
    const role = random.pick(roleNames);
    replace(random, account.roles, role, 0.3, () => aRole(random, issuersIn(accountId)));
    return `${accountId} role ${role}`;
  }
  if (kind === 'cluster') return changeCluster(random, world, accountId);
  if (kind === 'events') {
    account.events = someEvents(random, accountId);
    return `${accountId} events`;
  }
  if (kind === 'issuer') {
    const issuer = random.pick(issuerNames);
    world.issuers[issuer].discovery = random.pick(discoveries);
    return `issuer ${issuer}`;
  }
  if (kind === 'chain') {
    const host = random.pick(keyNames(world.chains));
    world.chains[host] = random.pick(chains);
    return `chain ${host}`;
  }
  const clusters = Object.values(account.clusters);
  return clusters.length === 0 ? 'nothing' : changeInside(random, random.pick(clusters), accountId, kind);
};

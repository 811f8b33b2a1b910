/** Forms of the clusters of several accounts, of a role that they share, and of what was not read. */
import type { AuditSettings, Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import type { Provider, Role } from '../../../lib/model/account.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { FleetIndex, IndexedCluster } from '../../../lib/model/snapshot.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, exampleIssuer, someFacts } from '../example-world.ts';
import { aGap, denied } from '../in-cluster-world.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

type Json = Readonly<Record<string, unknown>>;

interface Parts {
  readonly second?: Partial<IndexedCluster> | 'here' | 'absent';
  readonly tags?: readonly [first: string | undefined, second: string | undefined];
  readonly statements?: readonly Json[];
  readonly providers?: Collected<readonly Provider[]>;
  readonly settings?: Partial<AuditSettings>;
  readonly fleet?: (fleet: FleetIndex) => FleetIndex;
  readonly annotation?: string;
  readonly role?: Partial<Role>;
}

const forms = formsOf<Parts>();
const secondIssuer = exampleIssuer.replace('5C1D', '7777');
const elsewhere = '444455556666';
const host = (issuer: string): string => issuer.slice('https://'.length);
const trusting = (issuer: string, tests: Json = {}, over: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider({ issuer }).arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringEquals: {
      [`${host(issuer)}:sub`]: 'system:serviceaccount:checkout:cart',
      [`${host(issuer)}:aud`]: 'sts.amazonaws.com',
    },
    ...tests,
  },
  ...over,
});
const both = [trusting(exampleIssuer), trusting(secondIssuer)];
const detail = { attachedPolicyArns: [], isAdministrator: false, tags: {} };

/** The forms of each part. */
export const fleetForms: Forms<Parts> = {
  statements: forms('statements', {
    'trusts both': both,
    'trusts the first': both.slice(0, 1),
    'trusts the second': both.slice(1),
    'trusts the second by address': [
      trusting(exampleIssuer),
      trusting(secondIssuer, { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
    ],
    'denies the second': [...both, trusting(secondIssuer, {}, { Effect: 'Deny' })],
    'trusts both in one statement': [
      trusting(
        exampleIssuer,
        {},
        { Principal: { Federated: [exampleIssuer, secondIssuer].map(issuer => aProvider({ issuer }).arn) } },
      ),
    ],
    'tests a key of both': [
      trusting(exampleIssuer, { StringLike: { [`${host(secondIssuer)}:sub`]: 'system:serviceaccount:*' } }),
    ],
    'trusts the provider of another account': [
      trusting(
        exampleIssuer,
        {},
        { Principal: { Federated: aProvider({ accountId: elsewhere, issuer: secondIssuer }).arn } },
      ),
      ...both,
    ],
    'trusts nobody': [],
  }),
  second: forms('second', {
    'a second cluster': 'here',
    'a second cluster of another account': { accountId: elsewhere },
    'a second cluster of the same name': { accountId: elsewhere, name: 'shop', region: 'us-east-1' },
    'no second cluster': 'absent',
    'a second cluster of another issuer': { issuer: secondIssuer.replace('7777', '8888') },
    'a second cluster without issuer': { issuer: '' },
  }),
  tags: forms('tags', {
    'prod and test': ['prod', 'test'],
    'prod twice': ['prod', 'prod'],
    'no tag on the second': ['prod', undefined],
    'no tags': [undefined, undefined],
  }),
  providers: forms('providers', {
    'two providers': complete([aProvider(), aProvider({ issuer: secondIssuer })]),
    'one provider': complete([aProvider()]),
    'a tagged provider': complete([
      aProvider(),
      aProvider({
        issuer: secondIssuer,
        detail: complete({
          url: host(secondIssuer),
          audiences: ['sts.amazonaws.com'],
          thumbprints: [],
          tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
        }),
      }),
    ]),
    'no provider': complete([]),
    'providers refused': unavailable(denied),
    'providers in part': withGaps([aProvider()], [aGap('iam:ListOpenIDConnectProviders')]),
  }),
  settings: forms('settings', {
    'no environments': {},
    'environments by tag': { environments: { tag: 'env', accounts: {} } },
    'environments by tag and account': {
      environments: { tag: 'env', accounts: { '111122223333': 'prod', [elsewhere]: 'staging' } },
    },
  }),
  fleet: forms('fleet', {
    'all read': fleet => fleet,
    'a part of a fleet': fleet => ({ ...fleet, clusterCount: 40 }),
    'an account unread': fleet => ({
      ...fleet,
      gaps: [...fleet.gaps, { accountId: elsewhere, section: 'account', reason: denied }],
    }),
    'clusters of a region unread': fleet => ({
      ...fleet,
      gaps: [...fleet.gaps, { accountId: elsewhere, section: 'clusters', region: 'eu-west-1', reason: denied }],
    }),
    'another account with roles': fleet => ({
      ...fleet,
      accounts: [...fleet.accounts, { accountId: elsewhere, rolesRead: true, providersRead: true }],
      roles: [
        ...fleet.roles,
        { arn: aRole().arn.replace('111122223333', elsewhere), trustPolicy: aRole().trustPolicy },
      ],
    }),
    'another account without its lists': fleet => ({
      ...fleet,
      accounts: [...fleet.accounts, { accountId: elsewhere, rolesRead: false, providersRead: false }],
    }),
    'another account with a provider': fleet => ({
      ...fleet,
      accounts: [...fleet.accounts, { accountId: elsewhere, rolesRead: true, providersRead: true }],
      providers: [...fleet.providers, { accountId: elsewhere, arn: aProvider({ accountId: elsewhere }).arn }],
      roles: [
        ...fleet.roles,
        {
          arn: aRole().arn.replace('111122223333', elsewhere),
          trustPolicy: aRole().trustPolicy.replace('111122223333', elsewhere),
        },
      ],
    }),
  }),
  annotation: forms('annotation', {
    'its role': aRole().arn,
    'a role of another account': aRole().arn.replace('111122223333', elsewhere),
    'another role of another account': `${aRole().arn.replace('111122223333', elsewhere)}s`,
    'a role of a third account': aRole().arn.replace('111122223333', '777788889999'),
  }),
  role: forms('role', {
    'details not asked for': {},
    'details of eksctl': {
      detail: complete({
        ...detail,
        tags: { 'alpha.eksctl.io/cluster-name': 'second' },
        lastUsedAt: '2026-10-31T00:00:00Z',
      }),
    },
    'an administrator': { detail: complete({ ...detail, isAdministrator: true }) },
    'details refused': { detail: unavailable(denied) },
  }),
};

/** A world of these forms. */
export const fleetWorld = (of: Parts): Facts => {
  const [firstTag, secondTag] = of.tags ?? [];
  const tagged = (tag: string | undefined) => ({ tags: tag === undefined ? {} : { env: tag } });
  const isHere = of.second === 'here';
  const second = aCluster({ name: 'second', issuer: secondIssuer, ...tagged(secondTag) });
  const facts = someFacts({
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete([
            aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': of.annotation ?? aRole().arn } }),
          ]),
        },
        { cluster: aCluster(tagged(firstTag)) },
      ),
      ...(isHere ? [aReadCluster({}, { cluster: second })] : []),
    ]),
    roles: complete([
      aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: of.statements ?? [] }), ...of.role }),
    ]),
    providers: of.providers ?? complete([]),
    issuers: [exampleIssuer, secondIssuer].map(url => anIssuer({ url, fromPrivateNetwork: of.second === 'absent' })),
    settings: of.settings ?? {},
  });
  const index = indexOf([facts.snapshot], [], of.settings?.environments?.tag);
  const other: readonly IndexedCluster[] =
    typeof of.second === 'object'
      ? [
          {
            arn: second.arn,
            name: second.name,
            region: second.region,
            accountId: second.accountId,
            issuer: secondIssuer,
            ...(secondTag === undefined ? {} : { environment: secondTag }),
            ...of.second,
          },
        ]
      : [];
  const fleet = { ...index, clusters: [...index.clusters, ...other] };
  return { ...facts, fleet: of.fleet?.(fleet) ?? fleet };
};

/**
 * Worlds for the door, drawn with other accounts, names, regions and partitions than any fixture: an account of an organization with
 * its auditor, and a member, each with a cluster, so that every kind of call is made. Nothing of the product is imported.
 */

import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../../sandbox/world/build.ts';
import {
  aNamespaceDocument,
  anAccountDocument,
  aWebhookDocument,
} from '../../../sandbox/world/kubernetes-documents.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import type { World, WorldAccount, WorldIssuer } from '../../../sandbox/world/world.ts';
import { randomOf } from '../../faults/random.ts';

/** Where a world lies. */
export interface DrawnPlace {
  readonly partition: string;
  readonly region: string;
  readonly home: string;
  readonly member: string;
  readonly organizationId: string;
  readonly unit: string;
  readonly word: string;
}

const regions = [
  ['aws', 'eu-west-3'],
  ['aws', 'ap-northeast-2'],
  ['aws', 'sa-east-1'],
  ['aws', 'us-east-2'],
  ['aws-us-gov', 'us-gov-west-1'],
] as const;
const words = ['plum', 'quarry', 'tarn', 'vetch', 'osier'];

/** The place of a seed. */
export const drawnPlace = (seed: number): DrawnPlace => {
  const random = randomOf(seed);
  const account = (): string => String(100_000_000_000 + random.int(900_000) * 1_000_003);
  const [partition, region] = random.pick(regions);
  const token = (length: number): string => Array.from({ length }, () => random.int(36).toString(36)).join('');
  return {
    ...{ partition, region, home: account(), member: account() },
    ...{ organizationId: 'o-sandbox000', unit: `ou-${token(4)}-${token(8)}`, word: random.pick(words) },
  };
};

/** The issuers of the two clusters. */
export const drawnIssuers = ({ region, home, member }: DrawnPlace): readonly [WorldIssuer, WorldIssuer] => {
  const server = (account: string): WorldIssuer => ({
    url: `https://oidc.eks.${region}.amazonaws.com/id/${(`${account}ABCDEF0123`.repeat(2)).slice(0, 32)}`,
    ...{ chain: 'public', discovery: 'valid' },
  });
  return [server(home), server(member)];
};

/** A policy of AWS that roles have: another one in each account, as a function remembers those that it has read. */
const usage = (partition: string, accountId: string): string =>
  `arn:${partition}:iam::aws:policy/ReadOnly${accountId.slice(0, 3)}`;

/** The world of a place. */
export const drawnWorld = (
  place: DrawnPlace,
  thumbprints: (issuer: string) => { readonly root: string },
  now: string,
): World => {
  const [own, other] = drawnIssuers(place);
  const accounts = [accountOf(place, place.home, own.url, thumbprints, now)];
  const member = accountOf(place, place.member, other.url, thumbprints, now);
  // Pods of the first account have a role of the member: facts go from one account to the other.
  const far = JSON.stringify(trust(place.member, own.url, exactly(place.word, 'far')));
  member.providers.push(aWorldProvider(own.url, [thumbprints(own.url).root]));
  member.roles.push(aWorldRole(`${place.word}-far`, far.replaceAll('arn:aws:', `arn:${place.partition}:`)));
  accounts.push(member);
  const inside = (accountId: string, issuer: string): [string, KubernetesWorld] => [
    `arn:${place.partition}:eks:${place.region}:${accountId}:cluster/${place.word}`,
    {
      ...{ version: 'v1.34.9', issuer, pods: [], webhooks: [aWebhookDocument()] },
      namespaces: ['default', place.word].map(name => aNamespaceDocument(name)),
      serviceAccounts: [
        anAccountDocument(place.word, 'app', {
          role: `arn:${place.partition}:iam::${accountId}:role/${place.word}-app`,
        }),
      ],
    },
  ];
  return {
    accounts,
    issuers: [own, other],
    kubernetes: new Map([inside(place.home, own.url), inside(place.member, other.url)]),
    faults: [],
    awsPolicies: Object.fromEntries(accounts.map(({ accountId }) => [usage(place.partition, accountId), readOnly])),
    organization: {
      rootId: 'r-abcd',
      units: [{ id: place.unit, name: place.word, parentId: 'r-abcd' }],
      parents: { [place.member]: place.unit, [place.home]: place.unit },
      suspended: [],
      controlPolicies: [{ id: 'p-1234abcd', name: 'resources', content: keepOrganization, targets: [place.unit] }],
      servicePolicies: [
        { id: 'p-5678efgh', name: 'services', content: denyLeaving, targets: ['r-abcd', place.unit, place.home] },
      ],
    },
  };
};

const readOnly = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';
const keepOrganization =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"*"}]}';
const denyLeaving =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}';

const accountOf = (
  { partition, region, word }: DrawnPlace,
  accountId: string,
  issuer: string,
  thumbprints: (issuer: string) => { readonly root: string },
  now: string,
): WorldAccount => {
  const inPartition = (policy: object): string => JSON.stringify(policy).replaceAll('arn:aws:', `arn:${partition}:`);
  const roleArn = `arn:${partition}:iam::${accountId}:role/${word}-app`;
  return anAccount(accountId, word, {
    partition,
    providers: [aWorldProvider(issuer, [thumbprints(issuer).root], { audiences: ['sts.amazonaws.com'] })],
    clusters: [
      aWorldCluster(word, region, issuer, {
        associations: [{ id: 'a-0123456789abcdefg', namespace: word, serviceAccount: 'job', roleArn }],
        addons: [{ name: 'vpc-cni', serviceAccountRoleArn: roleArn }],
        accessEntries: [
          { principalArn: roleArn, kubernetesGroups: ['readers'], username: 'reader', type: 'STANDARD', policies: [] },
        ],
      }),
    ],
    roles: [
      aWorldRole(`${word}-app`, inPartition(trust(accountId, issuer, exactly(word, 'app'))), {
        attachedPolicyArns: [usage(partition, accountId)],
        calledServices: { s3: now, sqs: null },
        lastUsedAt: now,
      }),
      // Longer than four fifths of the quota: the account is asked for its own.
      aWorldRole(`${word}-long`, inPartition(trust(accountId, issuer, longList(word)))),
      aWorldRole(`${word}-open`, inPartition(trust(accountId, issuer, { StringEquals: { aud: 'sts.amazonaws.com' } }))),
    ],
  });
};

const longList = (word: string) => ({
  StringEquals: {
    aud: 'sts.amazonaws.com',
    sub: Array.from({ length: 40 }, (_, at) => `system:serviceaccount:${word}:account-${at}`),
  },
});

/** A megabyte in every text of every answer: no run fails, no step takes much longer, and what was cut is said. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { readAddons } from '../../lib/collect/eks/read-addons.ts';
import { takePod } from '../../lib/collect/kubernetes/parse-pod.ts';
import { takeNamespace, takeServiceAccount } from '../../lib/collect/kubernetes/parse-service-account.ts';
import { parseWebhook } from '../../lib/collect/kubernetes/parse-webhook.ts';
import { readPodIdentity } from '../../lib/collect/pod-identity/read-pod-identity.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount, region } from '../support/aws-world.ts';
import { aRun } from '../support/drift-builders.ts';
import { aPodObject, aServiceAccountObject, aWebhookObject, inflated, roleKey } from '../support/inflated-objects.ts';

const megabyte = 1024 * 1024;
const at = '2026-11-01T06:00:00.000Z';
const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C5C';
const roleArn = `arn:aws:iam::${mainAccount}:role/cart`;
const providerArn = `arn:aws:iam::${mainAccount}:oidc-provider/${issuer}`;

/** Makes the texts of an answer so long; `0`: leaves them as they are. */
const answersOf = (length: number) => {
  const t = (text: string): string => text.padEnd(length, 'x');
  const policy = (subject: string): string =>
    encodeURIComponent(
      JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: providerArn },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${issuer}:sub`]: subject } },
          },
        ],
      }),
    );
  const tag = `<member><Key>${t('k')}</Key><Value>${t('v')}</Value></member>`;
  const trust = policy(t('system:serviceaccount:checkout:cart'));
  const role = `<Arn>${t(roleArn)}</Arn><RoleName>${t('cart')}</RoleName><Path>${t('/')}</Path><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument>`;
  const iam: Readonly<Record<string, string>> = {
    ListRoles: `<Roles><member>${role}</member></Roles><IsTruncated>false</IsTruncated>`,
    ListAccountAliases: `<AccountAliases><member>${t('shop')}</member></AccountAliases>`,
    ListOpenIDConnectProviders: `<OpenIDConnectProviderList><member><Arn>${t(providerArn)}</Arn></member></OpenIDConnectProviderList>`,
    GetOpenIDConnectProvider: `<Url>${t(issuer)}</Url><ClientIDList><member>${t('sts.amazonaws.com')}</member></ClientIDList><ThumbprintList><member>${t('a')}</member></ThumbprintList><Tags>${tag}</Tags>`,
    GetAccountAuthorizationDetails: `<RoleDetailList><member>${role}<AttachedManagedPolicies><member><PolicyArn>${t('arn:aws:iam::aws:policy/A')}</PolicyArn></member></AttachedManagedPolicies><RolePolicyList><member><PolicyDocument>${policy(t('x'))}</PolicyDocument></member></RolePolicyList><Tags>${tag}</Tags></member></RoleDetailList><IsTruncated>false</IsTruncated>`,
  };
  const cluster = {
    ...inflatedBy(length, {
      ...{ arn: `arn:aws:eks:${region}:${mainAccount}:cluster/shop`, name: 'shop', status: 'ACTIVE', version: '1.34' },
      endpoint: 'https://shop.eks.example',
      identity: { oidc: { issuer: `https://${issuer}` } },
      accessConfig: { authenticationMode: 'API' },
      kubernetesNetworkConfig: { ipFamily: 'ipv4' },
      tags: { team: 'shop' },
    }),
  };
  const event = inflatedBy(length, {
    ...{ requestParameters: { roleArn }, userIdentity: { userName: 'system:serviceaccount:checkout:cart' } },
    ...{ errorCode: 'AccessDenied', errorMessage: 'Not authorized', userAgent: 'aws-sdk-go/1.1', awsRegion: region },
    responseElements: { provider: providerArn, subjectFromWebIdentityToken: 's' },
    additionalEventData: { identityProviderConnectionVerificationMethod: 'IAMTrustStore' },
    eventID: 'e',
  });
  const events = [
    { ...event, eventName: 'AssumeRoleWithWebIdentity', eventTime: '2026-11-01T05:00:00Z' },
    { ...event, eventID: 'short', eventName: 'AssumeRoleWithWebIdentity', eventTime: t('not a time') },
  ];
  const association = { associationId: 'a', namespace: t('n'), serviceAccount: t('s') };
  const addon = inflatedBy(length, { status: 'ACTIVE', serviceAccountRoleArn: roleArn, configurationValues: '{' });
  const eks: readonly (readonly [path: RegExp, answer: object])[] = [
    [/^\/clusters\/[^/]+\/addons\/./, { addon }],
    [/^\/clusters\/[^/]+\/addons/, { addons: ['aws-ebs-csi-driver', t('other')] }],
    [
      /^\/clusters\/[^/]+\/pod-identity-associations\/./,
      { association: { roleArn: t(roleArn), targetRoleArn: t('x') } },
    ],
    [/^\/clusters\/[^/]+\/pod-identity-associations/, { associations: [association] }],
    [/^\/clusters\/large-authority/, { cluster: { ...cluster, certificateAuthority: { data: t('LS0t') } } }],
    [/^\/clusters\/./, { cluster }],
    [/^\/clusters/, { clusters: [t('shop'), 'large-authority'] }],
  ];
  return ({ body, path }: { readonly body: string; readonly path: string }): string => {
    const action = /Action=(\w+)/.exec(body)?.[1];
    if (action !== undefined)
      return `<${action}Response><${action}Result>${iam[action] ?? ''}</${action}Result></${action}Response>`;
    const found = eks.find(([pattern]) => pattern.test(path));
    if (found !== undefined) return JSON.stringify(found[1]);
    return JSON.stringify({
      Events: events.map(each => ({ EventId: each.eventID, CloudTrailEvent: JSON.stringify(each) })),
    });
  };
};

const inflatedBy = <T>(length: number, value: T): T => (length === 0 ? value : (inflated(value, length) as T));

/** The inside of the cluster out of objects whose texts are so long. */
const insideOf = (length: number): KubernetesFacts => {
  const kept = <T>(taken: { readonly keep: T } | object): readonly T[] => ('keep' in taken ? [taken.keep as T] : []);
  const keys = new Set([roleKey]);
  const account = inflatedBy(length, aServiceAccountObject);
  const configuration = inflatedBy(length, aWebhookObject);
  return {
    version: complete('v1.34.9'),
    issuer: complete(`https://${issuer}`),
    namespaces: complete(kept(takeNamespace(keys)(account))),
    serviceAccounts: complete(kept(takeServiceAccount(account))),
    pods: complete(kept(takePod(keys)(inflatedBy(length, aPodObject)))),
    webhook: complete(parseWebhook({ ...configuration, metadata: { name: 'pod-identity-webhook' } })),
  };
};

const readWorld = (length: number): Promise<AccountSnapshot> =>
  against(answersOf(length), async clients => {
    const clock = { now: () => Date.parse(at), sleep: async () => undefined };
    const cloudTrail = { lookbackMinutes: 60, maxCalls: 1 };
    const reader = awsAccountReader(clients, { roleDetails: true, accountAlias: true, cloudTrail, clock });
    const snapshot = await reader.read({ accountId: mainAccount, regions: [region] }, at);
    const podIdentity = await readPodIdentity(clients.eks(region), 'shop');
    const addons = await readAddons(clients.eks(region), 'shop');
    return {
      ...snapshot,
      regions: snapshot.regions.map(each => ({
        ...each,
        clusters:
          each.clusters.status === 'unavailable'
            ? each.clusters
            : {
                ...each.clusters,
                value: each.clusters.value.map(one => ({
                  ...one,
                  ...{ podIdentity, addons, kubernetes: complete(insideOf(length)) },
                })),
              },
      })),
    };
  });

const factsOf = (snapshot: AccountSnapshot): Facts => ({
  ...{ snapshot, fleet: indexOf([snapshot]), issuers: {}, now: at },
  settings: { registeredIssuers: [], inCluster: true, unusedAfterDays: 90 },
});

const evaluateAll = (snapshot: AccountSnapshot) => evaluate(factsOf(snapshot), { rules: catalog });

/** Milliseconds of processor time of the quickest of some repeats: others use the machine too. */
const quickest = (work: () => unknown): number => {
  const times = Array.from({ length: 7 }, () => {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  });
  return Math.min(...times);
};

describe('an account with a megabyte in every text', () => {
  let usual: AccountSnapshot;
  let large: AccountSnapshot;
  beforeAll(async () => {
    usual = await readWorld(0);
    large = await readWorld(megabyte);
  });

  test('is read, and the snapshot has the same sections', () => {
    const statuses = ({ providers, roles, runtime, regions }: AccountSnapshot) => [
      ...[providers.status, roles.status, runtime.status],
      ...regions.map(({ clusters }) => (clusters.status === 'unavailable' ? 'none' : clusters.value.length > 0)),
    ];
    expect(statuses(large)).toEqual(statuses(usual));
  });

  test('is small once it is read, and says what was cut', () => {
    const { roles, ...rest } = large;
    expect(JSON.stringify(rest).length).toBeLessThan(150_000);
    expect(JSON.stringify(roles).length).toBeLessThan(1_000_000);
    // A certificate authority that is cut would be another one: its cluster is a gap.
    expect(JSON.stringify(large.regions)).toContain('the answer for large-authority is no cluster');
    expect(JSON.stringify(rest).match(/…\(cut: 1048576 characters/g)?.length).toBeGreaterThan(20);
  });

  test('makes findings that fit into an item and an event, each step in about its usual time', () => {
    const run = (snapshot: AccountSnapshot) => reconcile(nothingKnown, evaluateAll(snapshot), aRun(1));
    const { transitions } = run(large);
    expect(transitions.length).toBeGreaterThan(3);
    for (const transition of transitions) expect(Buffer.byteLength(JSON.stringify(transition))).toBeLessThan(100_000);
    expect(evaluateAll(large).gaps.filter(({ section }) => section === 'rule')).toEqual([]);
    for (const step of [(one: AccountSnapshot) => indexOf([one]), evaluateAll, run])
      expect(quickest(() => step(large))).toBeLessThan(2 * quickest(() => step(usual)) + 100);
  });
});

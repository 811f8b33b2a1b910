/** One account with as many roles and clusters as a large one has, for the time that each step takes. Nothing of the product is imported. */
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../../sandbox/world/build.ts';
import {
  aNamespaceDocument,
  anAccountDocument,
  aWebhookDocument,
} from '../../../sandbox/world/kubernetes-documents.ts';
import type { WorldIssuer } from '../../../sandbox/world/world.ts';
import type { DoorScenario } from './played-scenario.ts';

export const roleCount = 1_500;
export const clusterCount = 20;
/** Calls of roles of the last hours: 60 pages of 50. */
const eventCount = 3_000;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

const issuersOf: DoorScenario['issuers'] = ({ region, home }) =>
  numbers(clusterCount).map(
    (at): WorldIssuer => ({
      url: `https://oidc.eks.${region}.amazonaws.com/id/${String(at).padStart(2, '0')}${home}ABCDEF0123456789AB`,
      ...{ chain: 'public', discovery: 'valid' },
    }),
  );

/** The world and its issuers. Every tenth role has a finding. */
export const largeScenario: DoorScenario = {
  issuers: issuersOf,
  world: (place, thumbprints, now) => {
    const { partition, region, home, word } = place;
    const issuers = issuersOf(place);
    const usage = `arn:${partition}:iam::aws:policy/AmazonS3ReadOnlyAccess`;
    const urlOf = (at: number): string => issuers[at % clusterCount]?.url ?? '';
    const roleName = (at: number): string => `${word}-app-${at}`;
    const trustOf = (at: number): string =>
      JSON.stringify(
        trust(
          home,
          urlOf(at),
          at % 10 === 0 ? { StringEquals: { aud: 'sts.amazonaws.com' } } : exactly(word, `app-${at}`),
        ),
      ).replaceAll('arn:aws:', `arn:${partition}:`);
    const clusterName = (at: number): string => `${word}-${at}`;
    return {
      accounts: [
        anAccount(home, word, {
          partition,
          providers: issuers.map(({ url }) => aWorldProvider(url, [thumbprints(url).root])),
          clusters: issuers.map(({ url }, at) =>
            aWorldCluster(clusterName(at), region, url, { addons: [{ name: 'vpc-cni' }] }),
          ),
          roles: numbers(roleCount).map(at =>
            aWorldRole(roleName(at), trustOf(at), {
              ...{ attachedPolicyArns: [usage], calledServices: { s3: now, sqs: null }, lastUsedAt: now },
            }),
          ),
          events: numbers(eventCount).map(at => ({
            region,
            time: new Date(Date.parse(now) - at * 10_000).toISOString(),
            record: {
              ...{ eventVersion: '1.11', eventSource: 'sts.amazonaws.com', eventName: 'AssumeRoleWithWebIdentity' },
              ...{ awsRegion: region, eventTime: new Date(Date.parse(now) - at * 10_000).toISOString() },
              userIdentity: {
                ...{ type: 'WebIdentityUser', userName: `system:serviceaccount:${word}:app-${at}` },
                identityProvider: `arn:${partition}:iam::${home}:oidc-provider/${urlOf(at).slice('https://'.length)}`,
              },
              requestParameters: { roleArn: `arn:${partition}:iam::${home}:role/${roleName(at % roleCount)}` },
              ...{ sourceIPAddress: '192.0.2.7', userAgent: 'aws-sdk', eventID: crypto.randomUUID() },
              ...{ recipientAccountId: home, eventType: 'AwsApiCall', readOnly: true, managementEvent: true },
            },
          })),
        }),
      ],
      issuers: [...issuers],
      kubernetes: new Map(
        issuers.map(({ url }, cluster) => [
          `arn:${partition}:eks:${region}:${home}:cluster/${clusterName(cluster)}`,
          {
            ...{ version: 'v1.34.9', issuer: url, pods: [], webhooks: [aWebhookDocument()] },
            namespaces: ['default', word].map(name => aNamespaceDocument(name)),
            serviceAccounts: numbers(roleCount)
              .filter(at => at % clusterCount === cluster)
              .map(at =>
                anAccountDocument(word, `app-${at}`, { role: `arn:${partition}:iam::${home}:role/${roleName(at)}` }),
              ),
          },
        ]),
      ),
      faults: [],
      awsPolicies: {
        [usage]: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}',
      },
    };
  },
};

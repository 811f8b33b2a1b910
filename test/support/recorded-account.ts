import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { aCluster, aProvider, aRole, aSnapshot, aTrustPolicy, someFacts } from './example-world.ts';
import { recordedFacts } from './recorded-kubernetes.ts';

/** Issuer of the recorded API server. */
const recordedIssuer = 'https://oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';
const accountId = '111122223333';
const otherId = '444455556666';
const now = '2026-11-24T23:40:00.000Z';

/** A role that trusts exactly these accounts of the recorded cluster. Made up: recordings have no IAM. */
const roleFor = (arn: string, accounts: readonly string[], audience = 'sts.amazonaws.com') => {
  const hostPath = recordedIssuer.replace('https://', '');
  const id = arn.split(':')[4] ?? accountId;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return aRole({
    arn,
    name,
    trustPolicy: aTrustPolicy({
      issuer: recordedIssuer,
      accountId: id,
      condition: {
        StringEquals: {
          [`${hostPath}:aud`]: audience,
          [`${hostPath}:sub`]: accounts.map(account => `system:serviceaccount:${account.replace('/', ':')}`),
        },
      },
    }),
  });
};

const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

const roles = [
  roleFor(role('app-good'), ['team-a/good', 'team-b/good']),
  roleFor(role('app-options'), ['team-a/good-options'], 'my-audience'),
  roleFor(role('service/team-a/app.x+y=z,w@v_u-t'), ['team-a/good-path']),
  roleFor(role('late'), ['team-a/late']),
  roleFor(role('new'), ['team-a/rotated']),
  roleFor(role('no-automount'), ['team-a/no-automount']),
  roleFor(role('never-used'), ['team-a/no-pods']),
  roleFor(role('windows'), ['team-a/windows']),
  roleFor(role('both'), ['team-b/podid-and-irsa']),
  roleFor(role('on-default-sa'), ['kube-system/default']),
];

const associations = ['podid-only', 'podid-and-irsa'].map((serviceAccount, index) => ({
  id: `a-000000000000000${index}`,
  namespace: 'team-b',
  serviceAccount,
  roleArn: role(`pod-identity-${index}`),
}));

/** The recorded cluster in an account whose roles and providers are as its annotations want them: what is then found lies
 *  in the recordings alone. */
export const recordedAccount = async (
  over: {
    readonly kubernetes?: Partial<KubernetesFacts>;
    readonly cluster?: Partial<Cluster>;
  } & Partial<AccountSnapshot> = {},
): Promise<Facts> => {
  const { kubernetes: inside, cluster, ...rest } = over;
  const kubernetes = await recordedFacts(inside);
  const webhook = kubernetes.webhook.status === 'complete' ? kubernetes.webhook.value : undefined;
  const bundle = webhook?.webhooks[0]?.caCertificates;
  const snapshot = {
    takenAt: now,
    providers: complete([aProvider({ issuer: recordedIssuer, audiences: ['sts.amazonaws.com', 'my-audience'] })]),
    roles: complete(roles),
    regions: [
      {
        region: 'us-east-1',
        clusters: complete([
          {
            cluster: aCluster({
              region: 'us-east-1',
              name: 'recorded',
              issuer: recordedIssuer,
              caCertificates: bundle?.status === 'complete' ? bundle.value : [],
              ...cluster,
            }),
            kubernetes: complete(kubernetes),
            podIdentity: complete(associations),
            addons: complete([]),
          },
        ]),
      },
    ],
    ...rest,
  };
  const other = aSnapshot({
    accountId: otherId,
    providers: complete([aProvider({ issuer: recordedIssuer, accountId: otherId })]),
    roles: complete([roleFor(`arn:aws:iam::${otherId}:role/other-account`, ['team-a/cross-account'])]),
    regions: [],
  });
  const facts = someFacts({ ...snapshot, now });
  return { ...facts, fleet: indexOf([facts.snapshot, other]) };
};

/** Accounts of a synthetic fleet, of real size: each is the same account under another id and with other issuers. */
import { type AccountSnapshot, complete, type IssuerFacts, type ReadInside } from '../../lib/model.ts';
import { aReadCluster, aServiceAccount } from '../../test/support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
} from '../../test/support/example-world.ts';

/** The size of each account. */
export interface AccountSize {
  readonly clusters: number;
  readonly roles: number;
  readonly inCluster: boolean;
}

/** Roles of which one has something wrong; one in three is for service accounts. */
const wrongOneIn = 15;
const irsaOneIn = 3;
const serviceAccounts = 200;

export const accountIdOf = (number: number): string => String(100_000_000_000 + number);

/** The issuer of a cluster: the account's id stands in the unique part, as hexadecimal digits. */
const issuerOf = (accountId: string, cluster: number): string =>
  `https://oidc.eks.eu-west-1.amazonaws.com/id/${accountId}${String(cluster).padStart(20, 'A')}`;

/** The reading of an account without the insides of its clusters. */
export const snapshotOf = (accountId: string, { clusters, roles }: AccountSize): AccountSnapshot => {
  const numbers = Array.from({ length: clusters }, (_, cluster) => cluster);
  return aSnapshot({
    accountId,
    providers: complete(numbers.map(cluster => aProvider({ issuer: issuerOf(accountId, cluster), accountId }))),
    roles: complete(Array.from({ length: roles }, (_, role) => roleOf(accountId, role, clusters))),
    clusters: complete(
      numbers.map(cluster =>
        aClusterSnapshot({
          cluster: aCluster({
            name: `prod-${cluster}`,
            accountId,
            arn: `arn:aws:eks:eu-west-1:${accountId}:cluster/prod-${cluster}`,
            issuer: issuerOf(accountId, cluster),
            certificateAuthority: 'L'.repeat(1476),
          }),
        }),
      ),
    ),
  });
};

const roleOf = (accountId: string, role: number, clusters: number) => {
  const name = `team-${role % 40}-service-role-${role}`;
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  if (role % irsaOneIn !== 0 || clusters === 0) return aRole({ name, arn, trustPolicy: lambdaTrust });
  const issuer = issuerOf(accountId, role % clusters);
  const subject = `system:serviceaccount:team-${role % 40}:app-${role}`;
  const open = { StringEquals: { [`${issuer.slice(8)}:aud`]: 'sts.amazonaws.com' } };
  const trust = role % wrongOneIn === 0 ? { issuer, accountId, condition: open } : { issuer, accountId, subject };
  return aRole({ name, arn, trustPolicy: aTrustPolicy(trust) });
};

const lambdaTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** The inside of a cluster: many service accounts, of which those of its roles name them. */
export const insideOf = (accountId: string, cluster: number, { clusters, roles }: AccountSize): ReadInside => {
  const mine = Array.from({ length: roles }, (_, role) => role).filter(
    role => role % irsaOneIn === 0 && role % clusters === cluster,
  );
  const named = mine.map(role =>
    aServiceAccount({
      namespace: `team-${role % 40}`,
      name: `app-${role}`,
      annotations: {
        'eks.amazonaws.com/role-arn': `arn:aws:iam::${accountId}:role/team-${role % 40}-service-role-${role}`,
      },
    }),
  );
  const others = Array.from({ length: Math.max(0, serviceAccounts - named.length) }, (_, at) =>
    aServiceAccount({ namespace: `team-${at % 40}`, name: `other-${at}`, annotations: {} }),
  );
  const namespaces = Array.from({ length: 40 }, (_, at) => ({
    ...{ name: `team-${at}`, labels: { 'kubernetes.io/metadata.name': `team-${at}` }, terminating: false },
  }));
  const { kubernetes, podIdentity, addons } = aReadCluster({
    serviceAccounts: complete([...named, ...others]),
    namespaces: complete(namespaces),
    issuer: complete(issuerOf(accountId, cluster)),
  });
  return { kubernetes, podIdentity, addons };
};

/** The answer of a probe of an issuer. */
export const probedIssuer = (url: string): IssuerFacts => anIssuer({ url });

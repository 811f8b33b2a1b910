/** Names in the worlds of the schedules. All are made up. */

export const accountIds = ['111122223333', '444455556666', '777788889999'] as const;
const [first, second] = accountIds;

const eksIssuer = (region: string, id: string): string =>
  `https://oidc.eks.${region}.amazonaws.com/id/${id.repeat(32).slice(0, 32)}`;

/** Issuers by a short name. `dead` and `ghost` have no cluster anywhere; `own` is self-hosted. */
export const issuerUrls = {
  shop: eksIssuer('eu-west-1', '5C'),
  stock: eksIssuer('us-east-1', 'B2'),
  far: eksIssuer('eu-west-1', '9D'),
  lab: eksIssuer('us-east-1', 'E4'),
  dead: eksIssuer('eu-west-1', '00'),
  ghost: eksIssuer('us-east-1', '11'),
  own: 'https://oidc.example.org/self-hosted',
} as const;
export type IssuerName = keyof typeof issuerUrls;
export const issuerNames = ['shop', 'stock', 'far', 'lab', 'dead', 'ghost', 'own'] as const;

export const regionNames = ['eu-west-1', 'us-east-1'] as const;
export type RegionName = (typeof regionNames)[number];

export const audience = 'sts.amazonaws.com';
/** Thumbprint of the root that the issuers of EKS lead to. */
export const rootThumbprint = '06b25927c42a721631c1efd9431e648fa62e1e39';

export const hostOf = (url: string): string => url.replace('https://', '');
export const providerArn = (accountId: string, url: string): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${hostOf(url)}`;
export const roleArn = (accountId: string, name: string): string => `arn:aws:iam::${accountId}:role/${name}`;
export const subjectOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;
/** Another account than this one. */
export const otherAccount = (accountId: string): string => (accountId === first ? second : first);

export const roleNames = ['cart', 'ledger', 'mailer', 'batch', 'web'] as const;
export const serviceAccountNames = ['cart', 'ledger', 'mailer', 'batch', 'web', 'default'] as const;

/** The clusters that an account may have. */
export const clustersOf: Readonly<Record<string, readonly (readonly [string, RegionName, IssuerName])[]>> = {
  [accountIds[0]]: [
    ['shop', 'eu-west-1', 'shop'],
    ['stock', 'us-east-1', 'stock'],
  ],
  [accountIds[1]]: [
    ['far', 'eu-west-1', 'far'],
    ['lab', 'us-east-1', 'lab'],
  ],
  [accountIds[2]]: [],
};

/** The issuers whose providers an account may have. */
export const issuersOf: Readonly<Record<string, readonly IssuerName[]>> = {
  [accountIds[0]]: ['shop', 'stock', 'dead', 'own', 'far'],
  [accountIds[1]]: ['far', 'lab', 'shop', 'own'],
  [accountIds[2]]: ['shop', 'own'],
};

/** The only certificate of the clusters' own authority. */
export const clusterAuthority = {
  subject: 'CN=kubernetes',
  sha256: 'c'.repeat(64),
  notBefore: '2026-01-10T09:00:00.000Z',
  notAfter: '2036-01-08T09:00:00.000Z',
};

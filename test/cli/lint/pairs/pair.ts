/** A role and the service account that it is for, in a world with accounts, names and issuers of its own; and what a person may
 *  get wrong in it. */
import type { Random } from '../../../faults/random.ts';

/** A role's trust policy, and the request of a service account. */
export interface Pair {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Without scheme. */
  readonly issuer: string;
  readonly roleName: string;
  /** The role's trust policy. */
  readonly provider: string;
  readonly keyPrefix: string;
  readonly operator: 'StringEquals' | 'StringLike';
  /** Absent where the policy tests no subject. */
  readonly subject?: string;
  readonly audience: string;
  readonly principalType: 'Federated' | 'AWS';
  /** The service account. */
  readonly namespace: string;
  readonly name: string;
  readonly roleArn: string;
  /** The name in the key of its annotation. */
  readonly keyName: string;
}

const regions: readonly (readonly [string, string, string])[] = [
  ['aws', 'eu-north-1', 'amazonaws.com'],
  ['aws', 'ap-southeast-4', 'amazonaws.com'],
  ['aws', 'us-west-2', 'amazonaws.com'],
  ['aws-cn', 'cn-northwest-1', 'amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-east-1', 'amazonaws.com'],
];

const letters = 'abcdefghijklmnopqrstuvwxyz';

const many = (random: Random, count: number, from: string): string =>
  Array.from({ length: count }, () => random.pick([...from])).join('');

/** A name that Kubernetes and IAM take. */
export const nameIn = (random: Random): string =>
  `${many(random, 3 + random.int(6), letters)}${random.pick(['', '-x', '-1', '-api'])}`;

/** 12 digits. */
const accountIn = (random: Random): string => `${1 + random.int(9)}${many(random, 11, '0123456789')}`;

/** A host and path that an EKS issuer may have. */
const issuerIn = (random: Random, region: string, suffix: string): string =>
  `oidc.eks.${region}.${suffix}/id/${many(random, 32, '0123456789ABCDEF')}`;

/** A sound pair. */
export const soundPair = (random: Random): Pair => {
  const [partition, region, suffix] = random.pick(regions);
  const account = accountIn(random);
  const issuer = issuerIn(random, region, suffix);
  const [namespace, name, roleName] = [nameIn(random), nameIn(random), nameIn(random)];
  return {
    ...{ partition, account, region, issuer, roleName, namespace, name },
    provider: `arn:${partition}:iam::${account}:oidc-provider/${issuer}`,
    keyPrefix: issuer,
    operator: random.pick(['StringEquals', 'StringEquals', 'StringLike'] as const),
    subject: `system:serviceaccount:${namespace}:${name}`,
    audience: 'sts.amazonaws.com',
    principalType: 'Federated',
    roleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
    keyName: 'role-arn',
  };
};

const suffixOf = ({ issuer }: Pair): string => issuer.replace(/^oidc\.eks\.[^.]+\./, '').replace(/\/.*$/, '');

/** Each single mistake, by its name. `side` is the file that it is in. */
export const mistakes: Readonly<
  Record<string, { readonly side: 'policy' | 'account' | 'both'; readonly make: (pair: Pair, random: Random) => Pair }>
> = {
  'another namespace': {
    side: 'both',
    make: (pair, random) => ({ ...pair, subject: `system:serviceaccount:${nameIn(random)}q:${pair.name}` }),
  },
  'another name': {
    side: 'both',
    make: (pair, random) => ({ ...pair, subject: `system:serviceaccount:${pair.namespace}:${nameIn(random)}q` }),
  },
  'a wildcard that is compared as text': {
    side: 'policy',
    make: pair => ({ ...pair, operator: 'StringEquals', subject: `system:serviceaccount:${pair.namespace}:*` }),
  },
  'every namespace': {
    side: 'policy',
    make: pair => ({ ...pair, operator: 'StringLike', subject: `system:serviceaccount:*:${pair.name}` }),
  },
  'every subject': { side: 'policy', make: pair => ({ ...pair, operator: 'StringLike', subject: '*' }) },
  'no subject': { side: 'policy', make: ({ subject: _gone, ...pair }) => pair },
  'another audience': { side: 'both', make: pair => ({ ...pair, audience: 'sts.amazon.com' }) },
  'a key of another issuer': {
    side: 'policy',
    make: (pair, random) => ({ ...pair, keyPrefix: issuerIn(random, pair.region, suffixOf(pair)) }),
  },
  'https:// in the provider': {
    side: 'policy',
    make: pair => ({ ...pair, provider: pair.provider.replace('oidc-provider/', 'oidc-provider/https://') }),
  },
  'https:// in the key': { side: 'policy', make: pair => ({ ...pair, keyPrefix: `https://${pair.issuer}` }) },
  'oidc_provider/': {
    side: 'policy',
    make: pair => ({ ...pair, provider: pair.provider.replace('oidc-provider/', 'oidc_provider/') }),
  },
  'a principal that is no provider': {
    side: 'policy',
    make: pair => ({ ...pair, provider: `arn:${pair.partition}:eks:${pair.region}:${pair.account}:cluster/c` }),
  },
  'a principal that is the issuer': { side: 'policy', make: pair => ({ ...pair, provider: pair.issuer }) },
  'a provider with an account of 11 digits': {
    side: 'policy',
    make: pair => ({ ...pair, provider: pair.provider.replace(pair.account, pair.account.slice(1)) }),
  },
  'a provider with a colon too few': {
    side: 'policy',
    make: pair => ({ ...pair, provider: pair.provider.replace('iam::', 'iam:') }),
  },
  'a provider of another partition': {
    side: 'policy',
    make: pair => ({
      ...pair,
      provider: pair.provider.replace(/^arn:[^:]+/, `arn:${pair.partition === 'aws-cn' ? 'aws' : 'aws-cn'}`),
    }),
  },
  'anyone of AWS': { side: 'policy', make: pair => ({ ...pair, principalType: 'AWS', provider: '*' }) },
  'a mistyped key': {
    side: 'account',
    make: (pair, random) => ({
      ...pair,
      keyName: random.pick(['role_arn', 'rolearn', 'role-arns', 'role-am', 'Role-Arn']),
    }),
  },
  'an ARN with an account of 11 digits': {
    side: 'account',
    make: pair => ({ ...pair, roleArn: pair.roleArn.replace(pair.account, pair.account.slice(1)) }),
  },
  'an ARN with a colon too few': {
    side: 'account',
    make: pair => ({ ...pair, roleArn: pair.roleArn.replace('iam::', 'iam:') }),
  },
  'an ARN of a policy': {
    side: 'account',
    make: pair => ({ ...pair, roleArn: pair.roleArn.replace('role/', 'policy/') }),
  },
  'an ARN of another account': {
    side: 'both',
    make: (pair, random) => ({ ...pair, roleArn: pair.roleArn.replace(pair.account, accountIn(random)) }),
  },
  'an ARN of another partition': {
    side: 'both',
    make: pair => ({
      ...pair,
      roleArn: pair.roleArn.replace(/^arn:[^:]+/, `arn:${pair.partition === 'aws-us-gov' ? 'aws' : 'aws-us-gov'}`),
    }),
  },
  'an ARN of another role': { side: 'both', make: pair => ({ ...pair, roleArn: `${pair.roleArn}q` }) },
};

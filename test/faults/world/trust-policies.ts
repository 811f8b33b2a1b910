import { audience, hostOf, issuerUrls, otherAccount, providerArn, subjectOf } from './names.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Special {
  readonly principals?: string | readonly string[];
  readonly action?: string;
}

const statement = (accountId: string, url: string, condition?: Condition, special: Special = {}): object => ({
  Effect: 'Allow',
  Principal: { Federated: special.principals ?? providerArn(accountId, url) },
  Action: special.action ?? 'sts:AssumeRoleWithWebIdentity',
  ...(condition === undefined ? {} : { Condition: condition }),
});

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const tests = (
  url: string,
  subject: string | readonly string[],
  operator = 'StringEquals',
  wanted?: string | null,
) => ({
  [operator]: {
    [`${hostOf(url)}:sub`]: subject,
    ...(wanted === null ? {} : { [`${hostOf(url)}:aud`]: wanted ?? audience }),
  },
});

const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };

const { dead, ghost, stock } = issuerUrls;
const own = (name: string): string => subjectOf('checkout', name);

/** Trust policies by name: each for an account, an issuer and the role's own name. */
export const trustPolicies = {
  exact: (id: string, url: string, role: string) => policy(statement(id, url, tests(url, own(role)))),
  otherNs: (id: string, url: string, role: string) =>
    policy(statement(id, url, tests(url, subjectOf('old-shop', role)))),
  noAud: (id: string, url: string, role: string) =>
    policy(statement(id, url, tests(url, own(role), 'StringEquals', null))),
  anyNs: (id: string, url: string) => policy(statement(id, url, tests(url, subjectOf('*', 'cart'), 'StringLike'))),
  ns: (id: string, url: string) => policy(statement(id, url, tests(url, own('*'), 'StringLike'))),
  open: (id: string, url: string) => policy(statement(id, url, { StringEquals: { [`${hostOf(url)}:aud`]: audience } })),
  noCond: (id: string, url: string) => policy(statement(id, url)),
  literal: (id: string, url: string) => policy(statement(id, url, tests(url, own('*')))),
  malformed: (id: string, url: string) => policy(statement(id, url, tests(url, subjectOf('Checkout', 'cart')))),
  vacuous: (id: string, url: string) =>
    policy(statement(id, url, { 'ForAllValues:StringEquals': { [`${hostOf(url)}:sub`]: own('cart') } })),
  vault: (id: string, url: string, role: string) =>
    policy(statement(id, url, tests(url, own(role), 'StringEquals', 'vault'))),
  action: (id: string, url: string, role: string) =>
    policy(statement(id, url, tests(url, own(role)), { action: 'sts:AssumeRole' })),
  crossed: (id: string, url: string, role: string) => policy(statement(id, url, tests(ghost, own(role)))),
  two: (id: string, url: string, role: string) =>
    policy(statement(id, url, tests(url, own(role))), statement(id, dead, tests(dead, own(role)))),
  three: (id: string, url: string, role: string) =>
    policy(
      statement(
        id,
        url,
        tests(url, [own('*'), subjectOf('*', role), subjectOf('gone', 'x'), own('nobody')], 'StringLike'),
      ),
      statement(id, ghost, tests(ghost, own(role))),
    ),
  principals: (id: string, url: string, role: string) =>
    policy(
      statement(id, url, tests(url, own(role)), {
        principals: [providerArn(id, url), providerArn(id, stock), providerArn(id, ghost)],
      }),
    ),
  mixed: (id: string, url: string, role: string) => policy(statement(id, url, tests(url, own(role))), ec2),
  everyone: () => policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' }),
  foreign: (id: string, url: string, role: string) => policy(statement(otherAccount(id), url, tests(url, own(role)))),
  doubtful: (id: string, url: string, role: string) =>
    policy(statement(id, url, { ...tests(url, own(role)), IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })),
  broken: () => '{"Version":',
  ec2: () => policy(ec2),
} as const;
export type TrustPolicyName = keyof typeof trustPolicies;
export const trustPolicyNames = Object.keys(trustPolicies) as readonly TrustPolicyName[];

/**
 * How long the trust core takes: everyone who may assume 5,000 roles, of 2,000 service accounts and all other principals; all pairs alone; the same at ×1,
 * ×4 and ×16 of both; decisions a second. Prints one JSON object. Policies are synthetic: nine in ten roles name exact
 * subjects, one in ten has a pattern, as in the collected public policies.
 */

import {
  type AccountName,
  assumersAmong,
  compilePolicy,
  decide,
  everyoneIn,
  type Policy,
  parsePolicy,
  type TrustContext,
  zoneOf,
} from '../lib/policy.ts';

const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const context: TrustContext = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  issuer: `https://${host}`,
  audience: 'sts.amazonaws.com',
};

/** The principals beside pods of the roles, in turn, each with names of its own. */
const others = (index: number): readonly object[] => [
  { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::111122223333:role/deploy-${index}` }, Action: 'sts:AssumeRole' },
  {
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': `repo:acme/app-${index}:*` } },
  },
  { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
];

const textOf = (index: number, namespaces: number, isMixed = false): string => {
  const subject = `system:serviceaccount:team-${index % namespaces}:app-${Math.floor(index / namespaces)}`;
  const pattern = index % 20 === 0 ? `system:serviceaccount:team-${index % namespaces}:*` : `${subject}*`;
  const isPattern = index % 10 === 0;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', ...(isPattern ? {} : { [`${host}:sub`]: subject }) },
          ...(isPattern ? { StringLike: { [`${host}:sub`]: pattern } } : {}),
        },
      },
      ...(isMixed ? [others(index)[Math.floor(index / 10) % 3]] : []),
    ],
  });
};

/** `cpuSeconds` is the time of the processor, which other programs do not change. */
const seconds = <T>(run: () => T): { readonly value: T; readonly seconds: number; readonly cpuSeconds: number } => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const value = run();
  const { user, system } = process.cpuUsage(used);
  return {
    value,
    seconds: Number(((performance.now() - began) / 1000).toFixed(4)),
    cpuSeconds: Number(((user + system) / 1e6).toFixed(4)),
  };
};

const load = (texts: readonly string[]): readonly Policy[] =>
  texts.flatMap(text => {
    const parsed = parsePolicy(text);
    return parsed.ok ? [parsed.policy] : [];
  });

const allPairs = (policies: readonly Policy[], accounts: readonly AccountName[]): number => {
  let pairs = 0;
  for (const policy of policies) pairs += assumersAmong(compilePolicy(policy, context), accounts).length;
  return pairs;
};

const accountsOf = (count: number, namespaces: number): readonly AccountName[] =>
  Array.from({ length: count }, (_, index) => ({
    namespace: `team-${index % namespaces}`,
    name: `app-${Math.floor(index / namespaces)}`,
  }));

const measure = (roles: number, accounts: number) => {
  const namespaces = Math.max(1, Math.round(accounts / 20));
  const texts = Array.from({ length: roles }, (_, index) => textOf(index, namespaces));
  const loaded = seconds(() => load(texts));
  const answered = seconds(() => allPairs(loaded.value, accountsOf(accounts, namespaces)));
  return { roles, accounts, loadSeconds: loaded.seconds, allPairsSeconds: answered.seconds, grantFix: answered.value };
};

const decisions = (): number => {
  const [policy] = load([textOf(1, 100)]);
  const request = { ...context, subject: 'system:serviceaccount:team-1:app-0' };
  const count = 200_000;
  const took = seconds(() => {
    for (let at = 0; at < count && policy; at += 1) decide(policy, request);
  });
  return Math.round(count / took.seconds);
};

/** One policy, ×1, ×4 and ×16 in size: tests with more values. */
const bySize = (factor: number) => {
  const values = Array.from({ length: 50 * factor }, (_, at) => `system:serviceaccount:team-${at}:app`);
  const text = textOf(1, 100).replace(/"system:serviceaccount:[^"]*"/, JSON.stringify(values));
  const rounds = 200;
  const took = seconds(() => {
    for (let at = 0; at < rounds; at += 1) for (const policy of load([text])) compilePolicy(policy, context);
  });
  return { factor, characters: text.length, microsecondsEach: Math.round((took.seconds / rounds) * 1e6) };
};

/** Everyone who may assume each role, and which of the accounts: pods as a set, and every other principal. One role in ten has
 *  a principal beside its pods: a role of the account, a GitHub repository, or EKS Pod Identity. */
const everyone = (roles: number, accounts: number) => {
  const namespaces = Math.max(1, Math.round(accounts / 20));
  const policies = load(Array.from({ length: roles }, (_, index) => textOf(index, namespaces, index % 10 === 3)));
  const pods = accountsOf(accounts, namespaces);
  const zone = zoneOf(['111122223333']);
  const asked = { ...context, zone, isCluster: (issuer: string) => issuer === host, audiencesOf: () => undefined };
  const answered = seconds(() => {
    let told = 0;
    for (const policy of policies)
      told += assumersAmong(compilePolicy(policy, context), pods).length + everyoneIn(policy, asked).length;
    return told;
  });
  const { cpuSeconds, value: told } = answered;
  return { roles, accounts, seconds: answered.seconds, cpuSeconds, told };
};

measure(500, 200);
everyone(500, 200);
const result = {
  everyone: everyone(5000, 2000),
  allPairs: measure(5000, 2000),
  scale: [measure(1250, 2000), measure(5000, 2000), measure(20_000, 2000)],
  policySize: [1, 4, 16].map(bySize),
  decisionsPerSecond: decisions(),
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);

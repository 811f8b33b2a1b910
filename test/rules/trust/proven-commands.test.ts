import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, exampleIssuer } from '../../support/example-world.ts';
import { optionOf } from '../../support/step-options.ts';
import { aud, exact, findingsIn, host, policy, provider, statement, sub, worldOf } from './judge.ts';

/** Commands are given only where they are proven to add one service account with one audience at most. */
const other = host.replace('5C1D', '0000');
const slip = provider.replace(/F$/, 'E');
const foreign = provider.replace('111122223333', '444455556666');
const audience = { [aud]: 'sts.amazonaws.com' };
const where = (condition: unknown, over: Record<string, unknown> = {}): string =>
  policy(statement({ Condition: condition, ...over }));
const first = (facts: Facts, ruleId: string): Finding => {
  const found = findingsIn(facts).find(finding => finding.ruleId === ruleId);
  if (!found) throw new Error(`${ruleId} says nothing`);
  return found;
};

describe('a fix that would open a closed role is no command, but a choice', () => {
  const star = 'system:serviceaccount:*';
  test.each<[string, string, string]>([
    [
      'trust-key-issuer-mismatch',
      'a wildcard subject',
      where({ StringLike: { [`https://${sub}`]: star }, StringEquals: audience }),
    ],
    [
      'trust-key-issuer-mismatch',
      'a wrong :aud and no :sub',
      where({ StringEquals: { [`https://${aud}`]: 'sts.amazonaws.com' } }),
    ],
    [
      'trust-key-issuer-mismatch',
      'two exact subjects',
      where({ StringEquals: { [`${other}:sub`]: [exact, `${exact}-2`], ...audience } }),
    ],
    ['trust-key-issuer-mismatch', 'a wildcard subject under :aud', where({ StringLike: { [aud]: star } })],
    [
      'trust-provider-foreign',
      'no condition',
      policy(statement({ Principal: { Federated: foreign }, Condition: undefined })),
    ],
    [
      'trust-provider-missing',
      'a wildcard subject',
      where({ StringLike: { [sub]: star } }, { Principal: { Federated: slip } }),
    ],
    [
      'trust-provider-missing',
      'no condition',
      policy(statement({ Principal: { Federated: slip }, Condition: undefined })),
    ],
    [
      'trust-audience-impossible',
      'a wildcard subject',
      where({ StringEquals: { [aud]: 'sts.amazonaws.com.cn' }, StringLike: { [sub]: star } }),
    ],
    ['trust-action-wrong', 'no test on the subject', where({ StringEquals: audience }, { Action: 'sts:AssumeRole' })],
    [
      'trust-subject-literal-wildcard',
      'a pattern',
      where({ StringEquals: { [sub]: 'system:serviceaccount:checkout:cart-*', ...audience } }),
    ],
  ])('%s: %s', (ruleId, _, text) => {
    const { fix } = first(worldOf(text), ruleId);
    expect(fix.commands.filter(command => command.startsWith('aws '))).toEqual([]);
    expect(fix.choice).toBeDefined();
    expect(JSON.stringify([fix.terraform, fix.cdk])).not.toContain(star);
  });

  test.each<[string, string]>([
    ['trust-key-issuer-mismatch', where({ StringEquals: { [`https://${sub}`]: exact, ...audience } })],
    ['trust-provider-foreign', policy(statement({ Principal: { Federated: foreign } }))],
    ['trust-provider-missing', policy(statement({ Principal: { Federated: slip } }))],
    ['trust-audience-impossible', where({ StringEquals: { [aud]: 'sts.amazonaws.com.cn', [sub]: exact } })],
    ['trust-action-wrong', policy(statement({ Action: 'sts:AssumeRole' }))],
  ])('%s: with one exact subject it is a command that says who gains', (ruleId, text) => {
    const { fix } = first(worldOf(text), ruleId);
    expect(fix.commands.some(command => command.includes('update-assume-role-policy'))).toBe(true);
    expect(fix.choice).toContain('service account checkout/cart of cluster shop');
  });

  test('a subject that any of two audiences could use is a choice', () => {
    const over = { providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]) };
    const text = where({ StringEquals: { [`https://${sub}`]: exact } });
    expect(first(worldOf(text, over), 'trust-key-issuer-mismatch').fix.commands).toEqual([]);
    expect(first(worldOf(text), 'trust-key-issuer-mismatch').fix.commands).toHaveLength(1);
  });
});

describe('creating a provider', () => {
  const none = { providers: complete([]) };

  test('is a choice where the role itself is open', () => {
    const { fix } = first(worldOf(where({ StringEquals: audience }), none), 'trust-provider-missing');
    expect(fix.commands).toEqual([]);
  });

  test('is a choice where another role would be open, and names that role', () => {
    const roles = complete([
      aRole({ trustPolicy: policy(statement()) }),
      aRole({
        name: 'wide',
        arn: 'arn:aws:iam::111122223333:role/wide',
        trustPolicy: where({ StringEquals: audience }),
      }),
    ]);
    const findings = findingsIn(worldOf('', { ...none, roles })).filter(
      ({ ruleId }) => ruleId === 'trust-provider-missing',
    );
    expect(findings.map(({ fix }) => fix.commands)).toEqual([[], []]);
    expect(findings.find(({ roleArn }) => roleArn?.endsWith('checkout-cart'))?.fix.choice).toContain('open wide');
  });

  test('says so where the account has no room for it', () => {
    const over = {
      providers: complete(
        Array.from({ length: 100 }, (_, at) =>
          aProvider({ issuer: exampleIssuer.replace('5C1D', `9${String(at).padStart(3, '0')}`) }),
        ),
      ),
      quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    };
    const { fix } = first(worldOf(policy(statement()), over), 'trust-provider-missing');
    expect(fix.commands).toEqual([]);
    expect(fix.choice).toContain('the quota is 100');
  });
});

describe('a policy that would exceed the quota of its length', () => {
  // Splitting off the AWS principal repeats the condition.
  const many = Array.from({ length: 40 }, (_, at) => `${exact}-${at}`);
  const text = where(
    { StringEquals: { [sub]: many } },
    { Principal: { Federated: provider, AWS: 'arn:aws:iam::111122223333:role/person' } },
  );
  test.each([
    ['is a choice that says so, by the quota of the account', { trustPolicyLength: 2048 }, 0, 'the quota is 2048'],
    ['is a command where the quota was raised', { trustPolicyLength: 8192 }, 1, 'another audience'],
    ['says when IAM refuses it where the quota was not read', {}, 1, 'the default quota of 2048'],
  ])('%s', (_, quotas, commands, words) => {
    const { fix } = first(worldOf(text, { quotas: complete(quotas) }), 'trust-audience-unchecked');
    expect(fix.commands).toHaveLength(commands);
    expect(fix.choice).toContain(words);
  });
});

test('a subject of a namespace that is missing in one of two clusters is removed for that cluster alone', () => {
  const second = exampleIssuer.replace('5C1D', '7777');
  const secondHost = second.slice('https://'.length);
  const values = [exact, 'system:serviceaccount:kube-system:dns'];
  const text = policy(
    statement({
      Principal: { Federated: [provider, aProvider({ issuer: second }).arn] },
      Condition: { StringEqualsIfExists: { [sub]: values, [`${secondHost}:sub`]: values } },
    }),
  );
  const inside = (...names: readonly string[]) => ({
    namespaces: complete(names.map(name => ({ name, labels: {}, terminating: false }))),
    serviceAccounts: complete([aServiceAccount({ namespace: 'kube-system', name: 'dns' }), aServiceAccount()]),
    pods: complete([]),
  });
  const cluster = { ...aReadCluster().cluster, ...aCluster({ name: 'blue', issuer: second }) };
  const facts = worldOf(text, {
    providers: complete([aProvider(), aProvider({ issuer: second })]),
    clusters: complete([
      aReadCluster(inside('checkout', 'kube-system')),
      aReadCluster(inside('kube-system'), { cluster }),
    ]),
  });
  const found = findingsIn(facts).filter(({ ruleId }) => ruleId === 'trust-subject-unknown-namespace');
  expect(found.map(({ issuer }) => issuer)).toEqual([second]);
  const after = JSON.parse(found[0]?.fix.steps?.map(step => optionOf(step, '--policy-document'))[0] ?? '');
  expect(after.Statement[0].Condition.StringEqualsIfExists).toEqual({
    [sub]: values,
    [`${secondHost}:sub`]: 'system:serviceaccount:kube-system:dns',
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { complete } from '../../../../lib/core/model/collected.ts';
import { aReadCluster, aServiceAccount } from '../../../../lib/core/rules/example-cluster.ts';
import { aRole, exampleIssuer } from '../../../../lib/core/rules/example-world.ts';
import { parsePolicy } from '../../../../lib/core/trust/policy/parse-policy.ts';
import { setContains, setMayContain, subjectsOf } from '../../../../lib/core/trust/sets/subject-set.ts';
import { aud, exact, findingsIn, judge, policy, provider, statement, sub, worldOf } from './judge.ts';

/** The words of a command as a POSIX shell reads them. */
const wordsOf = (command: string): readonly string[] => {
  const program = command.replace(/^aws /, '');
  return execFileSync('sh', ['-c', `for word in ${program}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
};

/** The trust policy that a command would set. */
const policyIn = (command: string): string => {
  const words = wordsOf(command);
  return words[words.indexOf('--policy-document') + 1] ?? '';
};

const where = (condition: unknown): string => policy(statement({ Condition: condition }));
const context = { roleArn: aRole().arn, issuer: exampleIssuer, audience: 'sts.amazonaws.com' };
const cluster = { clusters: complete([aReadCluster()]) };

describe('a pasted fix resolves its finding and opens nothing else', () => {
  test.each<[string, string]>([
    ['trust-any-subject', where({ StringEquals: { [aud]: 'sts.amazonaws.com' } })],
    [
      'trust-any-namespace',
      where({ StringLike: { [sub]: 'system:serviceaccount:*:cart' }, StringEquals: { [aud]: 'sts.amazonaws.com' } }),
    ],
    [
      'trust-any-service-account-in-namespace',
      where({ StringLike: { [sub]: 'system:serviceaccount:checkout:*', [aud]: 'sts.*' } }),
    ],
    [
      'trust-subject-pattern-broad',
      where({ StringLike: { [sub]: ['system:serviceaccount:checkout:ca*'], [aud]: 'sts.*' } }),
    ],
    [
      'trust-condition-vacuous',
      where({ StringEquals: { [sub]: exact }, 'ForAllValues:StringLike': { [`https://${aud}`]: 'sts.amazonaws.com' } }),
    ],
    ['trust-audience-unchecked', where({ StringEquals: { [sub]: exact } })],
    ['trust-subject-malformed', where({ StringEquals: { [sub]: ` ${exact}`, [aud]: 'sts.amazonaws.com' } })],
    ['trust-key-issuer-mismatch', where({ StringEquals: { [`https://${sub}`]: exact, [aud]: 'sts.amazonaws.com' } })],
    ['trust-audience-impossible', where({ StringLike: { [aud]: '*.cn', [sub]: exact } })],
    ['trust-action-wrong', policy(statement({ Action: ['sts:AssumeRole', 'sts:TagSession'] }))],
    ['trust-provider-missing', policy(statement({ Principal: { Federated: provider.replace(/F$/, 'E') } }))],
    [
      'trust-provider-foreign',
      policy(statement({ Principal: { Federated: provider.replace('111122223333', '444455556666') } })),
    ],
    [
      'trust-subject-unknown-service-account',
      where({ StringEquals: { [sub]: 'system:serviceaccount:checkout:carts', [aud]: 'sts.amazonaws.com' } }),
    ],
    [
      'trust-subject-unknown-namespace',
      where({ StringEquals: { [sub]: [exact, 'system:serviceaccount:gone:cart'], [aud]: 'sts.amazonaws.com' } }),
    ],
    [
      'role-trust-mixed',
      policy(statement(), { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    ],
  ])('%s', (ruleId, trustPolicy) => {
    const found = findingsIn(worldOf(trustPolicy, cluster)).find(finding => finding.ruleId === ruleId);
    const command = found?.fix.commands.at(-1) ?? '';
    expect(command).toMatch(/^aws iam update-assume-role-policy --role-name checkout-cart --policy-document '/);
    const fixed = policyIn(command);
    expect(judge(worldOf(fixed, cluster)).filter(one => !one.startsWith('trust-audience-unchecked'))).toEqual([]);
    const parsed = parsePolicy(fixed);
    expect(parsed.ok && subjectsOf(parsed.policy, context)).toMatchObject({ kind: 'list', subjects: [exact] });
  });

  test('two issuers ANDed are split, each with its own test', () => {
    const second = provider.replace('5C1D', '7777');
    const secondSub = sub.replace('5C1D', '7777');
    const trustPolicy = policy(
      statement({
        Principal: { Federated: [provider, second] },
        Condition: { StringEquals: { [sub]: exact, [secondSub]: exact } },
      }),
    );
    const found = findingsIn(worldOf(trustPolicy))
      .flatMap(finding => finding.fix.commands)
      .find(command => command.includes('"Federated":"'));
    const fixed: { Statement: { Principal: unknown; Condition: unknown }[] } = JSON.parse(policyIn(found ?? ''));
    expect(fixed.Statement.map(one => [one.Principal, one.Condition])).toEqual([
      [{ Federated: provider }, { StringEquals: { [sub]: exact } }],
      [{ Federated: second }, { StringEquals: { [secondSub]: exact } }],
    ]);
  });

  test('a role without a provider gets the command that makes it', () => {
    const facts = worldOf(policy(statement()), { providers: complete([]) });
    const found = findingsIn(facts).find(finding => finding.ruleId === 'trust-provider-missing');
    expect(found?.fix.commands).toEqual([
      `aws iam create-open-id-connect-provider --url ${exampleIssuer} --client-id-list sts.amazonaws.com`,
    ]);
  });
});

describe('hostile names', () => {
  test.each(["a'; rm -rf ~; '", '$(id)', '`id`', '--role-name', 'a b'])('%j stays one word', name => {
    const roles = complete([aRole({ name, trustPolicy: where({ StringEquals: { [sub]: exact } }) })]);
    const [command = ''] = findingsIn(worldOf('', { roles })).flatMap(finding => finding.fix.commands);
    const words = wordsOf(command);
    // A name that begins with a hyphen would be read as an option: it stands behind an equals sign.
    if (name.startsWith('-')) expect(words).toContain(`--role-name=${name}`);
    else expect(words[words.indexOf('--role-name') + 1]).toBe(name);
    expect(JSON.parse(words.at(-1) ?? '')).toHaveProperty('Statement');
  });
});

test('no fix of an exposure widens, whatever the policy', () => {
  const values = [
    'system:serviceaccount:*',
    'system:serviceaccount:checkout:*',
    'system:serviceaccount:*:cart',
    exact,
    'system:serviceaccount:a?:b*',
    '*',
  ];
  const operators = [
    'StringEquals',
    'StringLike',
    'StringNotEquals',
    'StringNotLike',
    'ForAllValues:StringLike',
    'StringLikeIfExists',
  ];
  const condition = fc.dictionary(
    fc.constantFrom(...operators),
    fc.dictionary(
      fc.constantFrom(sub, aud, sub.replace('5C1D', '0000')),
      fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
      { maxKeys: 2 },
    ),
    { maxKeys: 3 },
  );
  const accounts = ['cart', 'pay', 'b'].flatMap(name =>
    ['checkout', 'ab', 'shop'].map(namespace => aServiceAccount({ namespace, name })),
  );
  const world = { clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]) };
  let fixes = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('Allow', 'Allow', 'Deny'), condition), { minLength: 1, maxLength: 3 }),
      parts => {
        const text = policy(...parts.map(([Effect, Condition]) => statement({ Effect, Condition })));
        const before = parsePolicy(text);
        for (const finding of findingsIn(worldOf(text, world))) {
          if (!/^trust-any|pattern-broad$/.test(finding.ruleId)) continue;
          for (const command of finding.fix.commands.filter(one => one.startsWith('aws iam update'))) {
            fixes += 1;
            const after = parsePolicy(command.slice(command.indexOf("'") + 1, -1));
            for (const { namespace, name } of accounts) {
              const subject = `system:serviceaccount:${namespace}:${name}`;
              const was = before.ok && setMayContain(subjectsOf(before.policy, context), subject);
              const is = after.ok && setContains(subjectsOf(after.policy, context), subject);
              expect(is && !was).toBe(false);
            }
          }
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(fixes).toBeGreaterThan(20);
});

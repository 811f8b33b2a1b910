import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { subjectsOf } from '../../../lib/policy/who/subject-set.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleIssuer } from '../../support/example-world.ts';
import { aud, exact, findingsIn, judge, policy, provider, statement, sub, worldOf } from './judge.ts';

/** The words that a POSIX shell hands to aws, which is of the right account, and behind them the standard input. */
const wordsOf = (command: string): readonly string[] => {
  const aws = `aws() { [ "$1" = sts ] && echo 111122223333 && return; for word in "$@"; do printf '%s\\0' "$word"; done; cat; }`;
  return execFileSync('sh', ['-c', `${aws}\n${command}`], { encoding: 'utf8', input: '' }).split('\0');
};

/** The trust policy that a command would set. */
const policyIn = (command: string): string => wordsOf(command).at(-1) ?? '';

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
    expect(command).toMatch(
      / && aws iam update-assume-role-policy --role-name checkout-cart --policy-document file:\/\/\/dev\/stdin <<'JSON'\n/,
    );
    const after = policyIn(command);
    expect(judge(worldOf(after, cluster)).filter(one => !one.startsWith('trust-audience-unchecked'))).toEqual([]);
    const parsed = parsePolicy(after);
    expect(parsed.ok && subjectsOf(parsed.policy, context)).toMatchObject({ kind: 'list', subjects: [exact] });
  });

  test('a role without a provider gets the command that makes it', () => {
    const facts = worldOf(policy(statement()), { providers: complete([]) });
    const found = findingsIn(facts).find(finding => finding.ruleId === 'trust-provider-missing');
    expect(found?.fix.commands).toEqual([
      `[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] && aws iam create-open-id-connect-provider --url ${exampleIssuer} --client-id-list sts.amazonaws.com`,
    ]);
  });
});

describe('hostile names', () => {
  test.each(["a'; rm -rf ~; '", '$(id)', '`id`', 'a b'])('%j is no name of IAM: no command is made of it', name => {
    const roles = complete([aRole({ name, trustPolicy: where({ StringEquals: { [sub]: exact } }) })]);
    const fixes = findingsIn(worldOf('', { roles })).map(({ fix }) => fix);
    expect(fixes.length).toBeGreaterThan(0);
    for (const { commands, choice } of fixes) {
      expect(commands).toEqual([]);
      expect(choice).toContain('a name that AWS or Kubernetes does not have');
    }
  });

  test.each(['--role-name', '-x', '--'])('%j stays one word', name => {
    const roles = complete([aRole({ name, trustPolicy: where({ StringEquals: { [sub]: exact } }) })]);
    const [command = ''] = findingsIn(worldOf('', { roles })).flatMap(finding => finding.fix.commands);
    const words = wordsOf(command);
    // A name that begins with a hyphen would be read as an option: it stands behind an equals sign.
    expect(words).toContain(`--role-name=${name}`);
    expect(JSON.parse(words.at(-1) ?? '')).toHaveProperty('Statement');
  });
});

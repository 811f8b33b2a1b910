import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lintRules } from '../../../lib/cli/lint/read-files.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { golden } from '../../support/golden.ts';
import { overPolicies } from '../../support/shared-policies.ts';
import { runLint } from './run-lint.ts';

const all = ['trust.json', 'plan.json', 'template.yaml', 'placeholders.json'];
const places = (out: string): readonly string[] =>
  JSON.parse(out).findings.map(
    (one: { file: string; line: number; column: number; owner: string; ruleId: string }) =>
      `${one.file}:${one.line}:${one.column} ${one.owner} ${one.ruleId}`,
  );
/** The text of a sample at a place that was reported. */
const textAt = (file: string, line: number, column: number): string =>
  readFileSync(new URL(`samples/${file}`, import.meta.url), 'utf8')
    .split('\n')
    [line - 1]?.slice(column - 1) ?? '';

describe('findings and their places', () => {
  test('every kind of file is read', async () => {
    const { code, out, err } = await runLint(['--json', ...all]);
    expect(code).toBe(1);
    expect(places(out)).toEqual([
      'plan.json:9:35 aws_iam_role.star trust-subject-literal-wildcard',
      'plan.json:16:49 module.irsa.module.inner.aws_iam_role.this[0] trust-action-wrong',
      'plan.json:18:49 module.irsa.module.inner.aws_iam_role.cut trust-policy-unparseable',
      'template.yaml:29:99 AWS::IAM::Role Open trust-any-namespace',
      'template.yaml:38:44 AWS::IAM::Role Text trust-key-issuer-mismatch',
      'trust.json:12:87  trust-subject-malformed',
    ]);
    expect(err).toContain('not checked: plan.json');
    expect(err).toContain('aws_iam_role.later: the trust policy is known only after apply');
    expect(out).not.toMatch(/policy-under-lint|some-value-|aws_iam_role\.gone/);
  });

  test('a place points at the value', () => {
    expect(textAt('trust.json', 12, 87)).toMatch(/^"system:serviceaccount:Checkout:cart"/);
    expect(textAt('template.yaml', 29, 99)).toMatch(/^\[":", \[system/);
    expect(textAt('plan.json', 9, 35)).toMatch(/^"\{\\"Version/);
  });

  test('standard input, a role that the AWS CLI printed and a single statement give the same finding', async () => {
    const text = readFileSync(new URL('samples/trust.json', import.meta.url), 'utf8');
    const document: { Statement: [unknown] } = JSON.parse(text);
    for (const input of [
      text,
      `\ufeff${text}`,
      JSON.stringify({ Role: { RoleName: 'cart', AssumeRolePolicyDocument: document } }),
      JSON.stringify(document.Statement[0]),
      `---\nStatement:\n  - ${JSON.stringify(document.Statement[0])}\n---\nStatement: []\n`,
      `---\nStatement: [{Effect: Allow, Action: "*", Resource: "*"}]\n---\nStatement:\n  - ${JSON.stringify(document.Statement[0])}\n`,
    ])
      expect((await runLint(['--json', '-'], input)).out).toContain('trust-subject-malformed');
  });

  test('a policy of placeholders has no findings', async () => {
    expect(await runLint(['--min-severity', 'info', 'placeholders.json'])).toEqual({
      code: 0,
      out: 'no findings in 1 trust policy in 1 file\n',
      err: '',
    });
  });
});

describe('options', () => {
  test.each([
    [['trust.json'], 1],
    [['trust.json', '--fail-on', 'critical'], 0],
    [['trust.json', '--fail-on', 'never'], 0],
    [['trust.json', '--rule', 'trust-any-subject'], 0],
    [['trust.json', '--min-severity', 'critical'], 0],
    [['trust.json', '--min-severity', 'critical', '--fail-on', 'high'], 1],
    [['placeholders.json'], 0],
  ])('%j exits with %i', async (args, expected) => {
    expect((await runLint(args)).code).toBe(expected);
  });

  test('a finding that fails the run is always printed', async () => {
    expect((await runLint(['trust.json', '--min-severity', 'critical', '--fail-on', 'high'])).out).toContain(
      'trust-subject-malformed',
    );
  });

  test('lint runs all trust rules that need only the text of a policy', () => {
    const left = trustRules.filter(rule => !lintRules.includes(rule)).map(rule => rule.id);
    expect(left.filter(id => id.startsWith('trust-')).sort()).toEqual([
      'trust-audience-impossible',
      'trust-subject-unknown-namespace',
      'trust-subject-unknown-service-account',
    ]);
  });
});

describe('what could not be checked', () => {
  const open = JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Federated: '<P>' }, Action: 'sts:*' } });

  test('the last line counts policies and files that were not checked', async () => {
    expect((await runLint(['-', 'no-such-file.json', 'nor-this.json'], open)).out).toBe(
      'no findings in 1 trust policy in 1 file; 1 not checked; 2 files not checked\n',
    );
  });

  test.each(['json', 'sarif', 'github', 'junit'])('%s output contains it', async format => {
    expect((await runLint(['--format', format, '-'], open)).out).toContain('the provider is a placeholder');
  });
});

describe('golden outputs', () => {
  test.each(['table', 'json', 'sarif', 'github', 'junit'])('%s output is as stored', async format => {
    const { out } = await runLint(['--format', format, 'trust.json', 'template.yaml']);
    golden(`lint/${format}.txt`, out.replace(/"(toolVersion|semanticVersion)": "[^"]+"/g, '"$1": "…"'));
  });
});

/** A template of a role for the first of many providers, whose URLs each refer to the next. */
const providers = (count: number, url: (next: number) => string): string =>
  JSON.stringify({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Statement: { Principal: { Federated: { Ref: 'P0' } } } } },
      },
      ...Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `P${at}`,
          { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: { 'Fn::Sub': url(at + 1) } } },
        ]),
      ),
    },
  });

describe('bad input gives one sentence with the place, and exit code 2', () => {
  test.each<[string, string, RegExp]>([
    ['empty', '', /^irsa-auditor: -:1:1: the file is empty\n$/],
    ['white space', ' \n', /the file is empty/],
    ['cut off', '{"Statement": [', /-:1:16: not valid JSON: expected a JSON value, got the end of the text/],
    ['a comma too many', '{"Statement": [],}', /-:1:17: not valid JSON: trailing comma before }/],
    ['a comment', '{\n// no\n"Statement": []}', /-:2:1: not valid JSON: .*got a comment/],
    ['another JSON', '{"a": 1}', /-:1:1: no trust policy found/],
    [
      'permissions',
      '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
      /-:1:1: this is a permissions policy, not a trust policy/,
    ],
    [
      'permissions as YAML',
      'Statement: [{Effect: Allow, Action: "*", NotResource: x}]',
      /this is a permissions policy, not a trust policy/,
    ],
    ['a list', '[1]', /no trust policy found/],
    ['a word', 'hello', /no trust policy found/],
    ['broken YAML', 'a: [1\nb: }', /not valid YAML/],
    ['deep JSON', '['.repeat(100_000), /-:1:101: not valid JSON: nested deeper than 100 levels/],
    ['deep YAML', `a: ${'['.repeat(100_000)}`, /nested deeper than 100 levels/],
    ['deep YAML without brackets', `${'- '.repeat(50_000)}x`, /-:1:\d+: nested deeper than 100 levels/],
    ['deep YAML of keys', `${'? '.repeat(20_000)}x`, /-:1:\d+: nested deeper than 100 levels/],
    [
      'deep YAML blocks',
      Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      /nested deeper than 100 levels/,
    ],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, at) => `${name}: &${name} [${`*${'abcdefghij'[at]},`.repeat(10)}]`).join('\n')}\n`,
      /values after alias expansion/,
    ],
    ['an alias without an anchor', 'Statement: *all', /-:1:12: not valid YAML: alias \*all has no anchor/],
    [
      'one long string behind many aliases',
      `text: &text ${'x'.repeat(100_000)}\nStatement:\n${'  - *text\n'.repeat(400)}`,
      /characters after alias expansion/,
    ],
    [
      'references that multiply',
      providers(40, at => `https://x\${P${at}.Arn}\${P${at}.Arn}`),
      /^irsa-auditor: -:\d+:\d+: too large: its functions resolve to more than \d+ characters\n$/,
    ],
    [
      'references that are nested too deep',
      providers(5000, at => `https://x/\${P${at}.Arn}`),
      /-:\d+:\d+: its references are nested deeper than 50 levels/,
    ],
    ['a control character in a string', '{"Statement": "\u001b[31m\u0000"', /^irsa-auditor: [^\u001b\u0000]+\n$/],
  ])('%s', async (_, input, message) => {
    const { code, err } = await runLint(['-'], input);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a file with thousands of aliases is checked within seconds', async () => {
    const anchors = Array.from({ length: 6000 }, (_, at) => `  - &a${at} x\n`);
    const aliases = Array.from({ length: 6000 }, (_, at) => `      - *a${at}\n`);
    const input = `names:\n${anchors.join('')}Statement:\n  - Effect: Allow\n    Principal: {AWS: "*"}\n    Action:\n${aliases.join('')}`;
    const { out, err } = await runLint(['--json', '-'], input);
    expect([JSON.parse(out).policies, err]).toEqual([1, '']);
  });

  test.each<[readonly string[], RegExp]>([
    [['no-such-file.json'], /no-such-file\.json: file not found/],
    [[], /name at least one file/],
    [['trust.json', '--rule', 'nope'], /--rule: unknown rule "nope"; known: trust-policy-unparseable/],
    [['trust.json', '--format', 'xml'], /Allowed choices are table, json, sarif, github, junit/],
  ])('%j', async (args, message) => {
    const { code, err } = await runLint(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('the other files are checked all the same', async () => {
    const { code, out } = await runLint(['no-such-file.json', 'trust.json']);
    expect(code).toBe(2);
    expect(out).toContain('trust-subject-malformed');
  });
});

overPolicies('real policies', ({ folder, documents, isCollected }) => {
  test('none crashes, and the counts are the ones that were reviewed', async () => {
    const files = documents.map(name => join(folder, 'documents', name));
    const { out, err } = await runLint(['--json', '--min-severity', 'info', ...files]);
    const report: { policies: number; findings: { ruleId: string }[]; undecided: unknown[]; errors: string[] } =
      JSON.parse(out);
    const counts: Record<string, number> = {};
    for (const { ruleId } of report.findings) counts[ruleId] = (counts[ruleId] ?? 0) + 1;
    expect(err).not.toContain('unexpected');
    expect(files.length).toBeGreaterThan(isCollected ? 250 : 55);
    const sums = { policies: report.policies, undecided: report.undecided.length, errors: report.errors.length };
    const lines = Object.entries({ ...sums, ...counts }).sort();
    golden(`lint/policies-${isCollected ? 'collected' : 'own'}.txt`, `${lines.map(one => one.join(' ')).join('\n')}\n`);
  });
});

describe('patterns that are hard to compare never pass as clean', () => {
  const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
  const subject = `${host}:sub`;
  const hard = ['a', 'b', 'c', 'd'].map((letter, at) => `system:serviceaccount:*${letter}${'?'.repeat(12 + at)}x*`);
  const policyWith = (condition: object): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' }, ...condition },
      },
    });
  test.each([
    [
      'beside an open one',
      { StringLike: { [subject]: ['system:serviceaccount:*:cart', ...hard] } },
      'trust-any-namespace',
    ],
    [
      'as exceptions',
      { StringLike: { [subject]: 'system:serviceaccount:*:cart' }, StringNotLike: { [subject]: hard } },
      'trust-too-complex',
    ],
    [
      'as exceptions of nearly all',
      { StringLike: { [subject]: 'system:serviceaccount:*:*' }, StringNotLike: { [subject]: hard } },
      'trust-too-complex',
    ],
    ['all at once', complexCondition(subject), 'trust-too-complex'],
  ])('%s', async (_, condition, ruleId) => {
    const { code, out } = await runLint(['--json', '-'], policyWith(condition));
    expect(code).toBe(1);
    expect(JSON.parse(out).findings.map((one: { ruleId: string }) => one.ruleId)).toContain(ruleId);
  });
});

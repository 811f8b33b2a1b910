import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lintRules } from '../../../lib/cli/lint/lint-rules.ts';
import { trustRules } from '../../../lib/core/rules/trust/rules.ts';
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

describe('what is found, and where', () => {
  test('in every kind of file', async () => {
    const { code, out, err } = await runLint(['--json', ...all]);
    expect(code).toBe(1);
    expect(places(out)).toEqual([
      'plan.json:9:35 aws_iam_role.star trust-subject-literal-wildcard',
      'plan.json:16:49 module.irsa.module.inner.aws_iam_role.this[0] trust-action-wrong',
      'plan.json:18:49 module.irsa.module.inner.aws_iam_role.cut trust-policy-unparseable',
      'template.yaml:29:99 AWS::IAM::Role Open trust-any-namespace',
      'template.yaml:34:9 AWS::IAM::Role Text trust-key-issuer-mismatch',
      'trust.json:12:87  trust-subject-malformed',
    ]);
    expect(err).toContain('not judged: plan.json');
    expect(err).toContain('aws_iam_role.later: its trust policy is known only after apply');
    expect(out).not.toMatch(/policy-under-lint|some-value-|aws_iam_role\.gone/);
  });

  test('places point at the values', () => {
    expect(textAt('trust.json', 12, 87)).toMatch(/^"system:serviceaccount:Checkout:cart"/);
    expect(textAt('template.yaml', 29, 99)).toMatch(/^\[":", \[system/);
    expect(textAt('plan.json', 9, 35)).toMatch(/^"\{\\"Version/);
  });

  test('the same from standard input, from a role that the AWS CLI printed, and from a statement alone', async () => {
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

  test('nothing on placeholders', async () => {
    expect(await runLint(['--min-severity', 'info', 'placeholders.json'])).toEqual({
      code: 0,
      out: 'no findings in 1 trust policy in 1 file\n',
      err: '',
    });
  });
});

describe('choices', () => {
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

  test('what fails the run is shown', async () => {
    expect((await runLint(['trust.json', '--min-severity', 'critical', '--fail-on', 'high'])).out).toContain(
      'trust-subject-malformed',
    );
  });

  test('the rules are those of trust that need no account', () => {
    const left = trustRules.filter(rule => !lintRules.includes(rule)).map(rule => rule.id);
    expect(left.filter(id => id.startsWith('trust-')).sort()).toEqual([
      'trust-audience-impossible',
      'trust-provider-foreign',
      'trust-subject-unknown-namespace',
      'trust-subject-unknown-service-account',
    ]);
  });
});

describe('what is not judged', () => {
  const open = JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Federated: '<P>' }, Action: 'sts:*' } });

  test('is counted in the last line, as are files of no use', async () => {
    expect((await runLint(['-', 'no-such-file.json', 'nor-this.json'], open)).out).toBe(
      'no findings in 1 trust policy in 1 file; 1 not judged; 2 files of no use\n',
    );
  });

  test.each(['json', 'sarif', 'github', 'junit'])('is said in %s', async format => {
    expect((await runLint(['--format', format, '-'], open)).out).toContain('its provider is a placeholder');
  });
});

describe('golden outputs', () => {
  test.each(['table', 'json', 'sarif', 'github', 'junit'])('%s', async format => {
    const { out } = await runLint(['--format', format, 'trust.json', 'template.yaml']);
    expect(out.replace(/"(toolVersion|semanticVersion)": "[^"]+"/g, '"$1": "…"')).toMatchSnapshot();
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

describe('bad input: one sentence with the place, exit code 2', () => {
  test.each<[string, string, RegExp]>([
    ['empty', '', /^irsa-auditor: -:1:1: it is empty\n$/],
    ['white space', ' \n', /it is empty/],
    ['cut off', '{"Statement": [', /-:1:16: it is not JSON: expected a JSON value, got the end of the text/],
    ['a comma too many', '{"Statement": [],}', /-:1:17: it is not JSON: a comma stands before }/],
    ['a comment', '{\n// no\n"Statement": []}', /-:2:1: it is not JSON: .*got a comment/],
    ['another JSON', '{"a": 1}', /-:1:1: it holds no trust policy/],
    [
      'permissions',
      '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
      /-:1:1: it is no trust policy/,
    ],
    ['permissions as YAML', 'Statement: [{Effect: Allow, Action: "*", NotResource: x}]', /it is no trust policy/],
    ['a list', '[1]', /it holds no trust policy/],
    ['a word', 'hello', /it holds no trust policy/],
    ['broken YAML', 'a: [1\nb: }', /it is not YAML/],
    ['deep JSON', '['.repeat(100_000), /-:1:101: it is not JSON: nested deeper than 100 levels/],
    ['deep YAML', `a: ${'['.repeat(100_000)}`, /nested more than 100 levels/],
    [
      'deep YAML blocks',
      Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      /nested more than 100 levels/,
    ],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, at) => `${name}: &${name} [${`*${'abcdefghij'[at]},`.repeat(10)}]`).join('\n')}\n`,
      /values once its aliases are followed/,
    ],
    ['an alias without an anchor', 'Statement: *all', /-:1:12: it is not YAML \(no anchor for the alias all\)/],
    [
      'one long string behind many aliases',
      `text: &text ${'x'.repeat(100_000)}\nStatement:\n${'  - *text\n'.repeat(400)}`,
      /characters once its aliases are followed/,
    ],
    [
      'references that multiply',
      providers(40, at => `https://x\${P${at}.Arn}\${P${at}.Arn}`),
      /^irsa-auditor: -:\d+:\d+: its functions come to more than \d+ characters\n$/,
    ],
    [
      'references that lead on and on',
      providers(5000, at => `https://x/\${P${at}.Arn}`),
      /-:\d+:\d+: its references lead to one another more than 50 times/,
    ],
    ['a control character in a string', '{"Statement": "\u001b[31m\u0000"', /^irsa-auditor: [^\u001b\u0000]+\n$/],
  ])('%s', async (_, input, message) => {
    const { code, err } = await runLint(['-'], input);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a file of thousands of aliases is judged in a moment', async () => {
    const anchors = Array.from({ length: 6000 }, (_, at) => `  - &a${at} x\n`);
    const aliases = Array.from({ length: 6000 }, (_, at) => `      - *a${at}\n`);
    const input = `names:\n${anchors.join('')}Statement:\n  - Effect: Allow\n    Principal: {AWS: "*"}\n    Action:\n${aliases.join('')}`;
    const { out, err } = await runLint(['--json', '-'], input);
    expect([JSON.parse(out).policies, err]).toEqual([1, '']);
  });

  test.each<[readonly string[], RegExp]>([
    [['no-such-file.json'], /no-such-file\.json: there is no such file/],
    [['.'], /it is a directory/],
    [[], /name at least one file/],
    [['trust.json', '--rule', 'nope'], /lint has no rule nope/],
    [['trust.json', '--format', 'xml'], /Allowed choices are table, json, sarif, github, junit/],
  ])('%j', async (args, message) => {
    const { code, err } = await runLint(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('the other files are judged all the same', async () => {
    const { code, out } = await runLint(['no-such-file.json', 'trust.json']);
    expect(code).toBe(2);
    expect(out).toContain('trust-subject-malformed');
  });
});

const folder = resolve(process.env.IRSA_AUDITOR_POLICIES ?? '../shared/policies', 'documents');
if (!existsSync(folder)) process.stdout.write(`skipped: no real policies in ${folder}\n`);
(existsSync(folder) ? test : test.skip)(
  'real policies: none crashes, and the counts are the ones that were reviewed',
  async () => {
    const files = readdirSync(folder).map(name => join(folder, name));
    const { out, err } = await runLint(['--json', '--min-severity', 'info', ...files]);
    const report: { policies: number; findings: { ruleId: string }[]; undecided: unknown[]; errors: string[] } =
      JSON.parse(out);
    const counts: Record<string, number> = {};
    for (const { ruleId } of report.findings) counts[ruleId] = (counts[ruleId] ?? 0) + 1;
    expect(err).not.toContain('unexpected');
    expect(files.length).toBeGreaterThan(250);
    expect({
      policies: report.policies,
      undecided: report.undecided.length,
      errors: report.errors.length,
      ...counts,
    }).toMatchSnapshot();
  },
);

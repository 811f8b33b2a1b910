import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderJson } from '../../lib/report/formats.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { aFinding, aReport } from '../report/sample-report.ts';
import { runCommand } from '../support/captured-io.ts';
import { aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';

/** Command lines that need no AWS, with the whole answer: text, error and exit code. Words of the catalogue have tests of their own. */

const now = '2026-11-01T06:00:00.000Z';
let folder: string;

const other = `${exampleIssuer.slice(0, -1)}0`;
const statementsOf = (...policies: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: policies.flatMap(policy => JSON.parse(policy).Statement) });
const like = (subject: string): string => aTrustPolicy({ subject }).replace('StringEquals', 'StringLike');
const files: Readonly<Record<string, string>> = {
  'exact.json': aTrustPolicy(),
  'open.json': like('system:serviceaccount:*'),
  'two.json': statementsOf(aTrustPolicy(), aTrustPolicy({ issuer: other })),
  'mixed.json': statementsOf(
    like('system:serviceaccount:checkout:c*'),
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '999988887777', Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  ),
  'doubt.json': aTrustPolicy().replace('StringEquals', 'StringLikeIfExistsOrNot'),
  'stranger.json': aTrustPolicy({ issuer: 'https://oidc.example.test' }),
  'strangers.json': statementsOf(
    aTrustPolicy({ issuer: 'https://a.example.test' }),
    aTrustPolicy({ issuer: 'https://b.example.test' }),
  ),
  'filled.json': aTrustPolicy({ subject: 'system:serviceaccount:${NAMESPACE}:cart' }),
  'none.json': JSON.stringify({ Version: '2012-10-17', Statement: [] }),
  'broken.json': '{"Version":\n"2012-10-17",',
  'rcp.json': JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*' }],
  }),
  'accounts.txt': 'checkout/cart\ncheckout/crate\npay/bill\n',
  'accounts.json': JSON.stringify(['checkout/cart', { namespace: 'pay', name: 'bill' }]),
  'kubectl.json': JSON.stringify({ items: [{ metadata: { namespace: 'checkout', name: 'cart' } }] }),
  'bad-accounts.json': '[1]',
  'half.json': '[',
  'bad-accounts.txt': 'a/b/c',
  'slack.json': JSON.stringify({ minSeverity: 'high', notifications: [{ to: 'slack', secretName: 'irsa/slack' }] }),
  'config.json': JSON.stringify({ trusted: { accounts: ['999988887777'] } }),
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-answers-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const finding = aFinding({ id: 'a'.repeat(32) });
  const others = [
    aFinding({
      id: `ab${'c'.repeat(30)}`,
      ruleId: 'webhook-missing',
      severity: 'critical',
      impact: 'breaks',
      clusterName: 'other',
    }),
    aFinding({ id: 'd'.repeat(32), ruleId: 'role-unused', severity: 'info', impact: 'hygiene' }),
  ];
  writeFileSync(join(folder, 'run.json'), renderJson(aReport({ findings: [finding, ...others] })));
  const fleet = aFleetReport(40, 2);
  const findings = fleet.findings.map((one, at) => ({ ...one, id: String(at).padStart(32, '0') }));
  writeFileSync(join(folder, 'fleet.json'), renderJson({ ...fleet, findings }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `<` names the standard input. */
const answerOf = async (line: string): Promise<string> => {
  const [words = '', stdin] = line.split(' < ');
  const { stdout, stderr, code } = await runCommand(words.split(' ').filter(Boolean), {
    cwd: folder,
    now,
    ...(stdin === undefined ? {} : { stdin: stdin.replaceAll('\\n', '\n') }),
  });
  const clean = (text: string): string => text.replaceAll(folder, 'FOLDER');
  return [
    `$ ${line}`,
    clean(stdout),
    ...(stderr === '' ? [] : [`stderr: ${clean(stderr)}`]),
    `exit code ${code}`,
    '',
  ].join('\n');
};

const sa = '--service-account checkout/cart';
const arn = '--role-arn arn:aws:iam::111122223333:role/checkout-cart';

const lines: Readonly<Record<string, readonly string[]>> = {
  'can-assume': [
    `who-can-assume --policy exact.json ${sa}`,
    `who-can-assume --policy exact.json ${sa} --json`,
    'who-can-assume --policy exact.json --service-account checkout/crate',
    `who-can-assume --policy exact.json --service-account checkout/crate ${arn}`,
    `who-can-assume --policy exact.json --service-account checkout/crate ${arn} --json`,
    'who-can-assume --policy exact.json --service-account checkout/crate --json',
    `who-can-assume --policy exact.json ${sa} --audience vault`,
    `who-can-assume --policy exact.json ${sa} --issuer ${other}`,
    `who-can-assume --policy exact.json ${sa} --issuer ${exampleIssuer.replace('https://', '')}`,
    `who-can-assume --policy exact.json ${sa} --issuer https://oidc.eks.REGION.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`,
    `who-can-assume --policy exact.json ${sa} --issuer http://x`,
    `who-can-assume --policy exact.json ${sa} --role-arn arn:aws:iam::1:role/x`,
    `who-can-assume --policy exact.json ${sa} --control-policy rcp.json`,
    `who-can-assume --policy exact.json ${sa} ${arn} --control-policy rcp.json`,
    `who-can-assume --policy exact.json ${sa} ${arn} --control-policy broken.json`,
    `who-can-assume --policy two.json ${sa}`,
    `who-can-assume --policy two.json ${sa} --issuer ${other}`,
    `who-can-assume --policy doubt.json ${sa}`,
    `who-can-assume --policy stranger.json ${sa}`,
    `who-can-assume --policy strangers.json ${sa}`,
    `who-can-assume --policy filled.json ${sa}`,
    `who-can-assume --policy none.json ${sa}`,
    `who-can-assume --policy broken.json ${sa}`,
    `who-can-assume --policy missing.json ${sa}`,
    `who-can-assume --policy - ${sa} < ${files['exact.json']}`,
    `who-can-assume ${sa}`,
    `who-can-assume --policy exact.json --role x ${sa}`,
    ...['', ' checkout', ' a/b/c', ' /b'].map(
      name => `who-can-assume --policy exact.json${name === '' ? '' : ' --service-account'}${name}`,
    ),
    `who-can-assume --batch < {"id":7,"sub":"system:serviceaccount:checkout:cart","policy":${files['exact.json']}}\\n\\n{"id":"b","sub":"x","policy":${files['exact.json']},"aud":"vault"}\\nx\\n[]\\n{}\\n{"sub":1}\\n{"sub":"x"}\\n{"sub":"x","policy":"{"}\\n{"sub":"x","policy":${files['two.json']}}\\n{"id":[1],"sub":"x","roleArn":"arn","policy":{}}\\n{"sub":"x","issuer":null,"policy":${files['open.json']}}`,
    'who-can-assume --polic x',
    'can-asume',
  ],
  'who-can-assume': [
    'who-can-assume --policy exact.json',
    'who-can-assume --policy exact.json --json',
    'who-can-assume --policy open.json --namespace checkout',
    'who-can-assume --policy mixed.json -n checkout',
    'who-can-assume --policy exact.json -n other --json',
    'who-can-assume --policy mixed.json -n checkout --accounts accounts.txt',
    'who-can-assume --policy doubt.json -n checkout',
    'who-can-assume --policy exact.json -n a/b',
    'who-can-assume --policy open.json',
    'who-can-assume --policy mixed.json',
    'who-can-assume --policy mixed.json --json',
    'who-can-assume --policy mixed.json --config config.json',
    'who-can-assume --policy mixed.json --accounts accounts.txt',
    'who-can-assume --policy mixed.json --accounts accounts.json --json',
    'who-can-assume --policy mixed.json --accounts kubectl.json',
    'who-can-assume --policy mixed.json --accounts bad-accounts.json',
    'who-can-assume --policy mixed.json --accounts bad-accounts.txt',
    'who-can-assume --policy mixed.json --accounts half.json',
    'who-can-assume --policy mixed.json --accounts - < ',
    'who-can-assume --policy two.json',
    'who-can-assume --policy two.json --json',
    'who-can-assume --policy two.json --accounts accounts.txt',
    `who-can-assume --policy two.json --issuer ${other} --accounts accounts.txt`,
    'who-can-assume --policy exact.json --audience vault',
    'who-can-assume --policy doubt.json',
    'who-can-assume --policy stranger.json',
    'who-can-assume --policy none.json',
    `who-can-assume --policy open.json ${arn} --control-policy rcp.json`,
    'who-can-assume --policy exact.json --accounts accounts.txt --context x',
    'who-can-assume --policy exact.json --context x --kubeconfig missing',
    'who-can-assume',
  ],
  report: [
    'report --input run.json --format text',
    'report --input run.json --format text --details',
    'report --input run.json --format text --wide',
    'report --input run.json --format text --group rule',
    'report --input run.json --format text --group x',
    'report --input run.json --format x',
    'report --input run.json --format github --output-file x.txt',
    'report --input missing.json',
    'report --input exact.json',
    'report --input broken.json',
    'report --input run.json --stack x',
    'report --input run.json --bucket x',
    'report --input run.json --port 1',
    'report --input run.json --interval 60',
    'report --serve --port 0',
    'report --serve --port 65536',
    'report --serve --interval 604801',
    'report --serve --interval x',
    'report --serve --input run.json',
    'report --serve --interval 59',
    'report --serve --output-file x',
    'report --serve --format text',
    'report --serve --bucket b',
  ],
  graph: [
    'graph --input fleet.json --cluster prod-a --problems-only',
    'graph --input fleet.json --namespace checkout --problems-only --format dot',
    'graph --input fleet.json --service-account nothing',
    'graph --input fleet.json --cluster prod-x',
    'graph --input fleet.json --namespace nothing',
    'graph --input fleet.json --role nothing',
    'graph --input fleet.json --role arn:aws:iam::111122223333:role/nothing',
    'graph --input fleet.json --format x',
    'graph --input run.json',
    'graph --input fleet.json --cluster prod-a --problems-only --format json --output-file g.json',
    'graph --input exact.json',
  ],
  explain: [
    'explain role-unsued',
    'explain the cat sat on the mat',
    'explain the cat sat on the mat --json',
    'explain aaaa --input run.json',
    'explain ab --input run.json --json',
    'explain a --input run.json',
    'explain ffffffff --input run.json',
    'explain',
  ],
  preview: [
    'notify --preview --input run.json',
    'notify --preview --input run.json --to slack',
    'notify --preview --input run.json --to slack --config config.json',
    'notify --preview --input run.json --config slack.json',
    'notify --preview --input run.json --config slack.json --to teams',
    'notify --preview --input missing.json',
    'notify --preview --config missing.json --input run.json',
    'notify --preview',
  ],
  rules: ['rules role-unsued', 'rules --format x'],
  policy: ['policy', 'policy admission --action x', 'policy admission --name X_Y'],
  lint: [
    'lint exact.json open.json',
    'lint open.json --json',
    'lint open.json --format github',
    'lint open.json --format junit',
    'lint open.json --format x',
    'lint open.json --min-severity critical',
    'lint open.json --min-severity critical --fail-on high',
    'lint open.json --fail-on never',
    'lint open.json --rule role-unused',
    'lint open.json --rule trust-any-subjects',
    'lint open.json --rule trust-audience-unchecked',
    'lint open.json --min-severity x',
    'lint mixed.json --all-roles',
    'lint mixed.json --all-roles --config config.json',
    'lint mixed.json',
    'lint accounts.txt',
    'lint accounts.txt --skip-others --require',
    'lint doubt.json --fail-on-unchecked',
    'lint broken.json',
    'lint missing.json',
    'lint . --exclude *.json',
    'lint - < {}',
    `lint - < ${files['open.json']}`,
    'lint',
  ],
  'usage of the others': [
    'fix --apply --script x',
    'fix --apply',
    'fix xyz',
    'fix --choose 1',
    'fix --choose 0 aaaa',
    'fix --choose x aaaa',
    'fix --choose 1 aaaa bbbb',
    'fix --rule role-unsued',
    'fix --yes',
    'fix --journal x',
    'fix --script x --json',
    'fix --input run.json --table x',
    'fix --input run.json --script run.json',
    'fix --undo x --apply --yes',
    ...[
      '--script y',
      '--input run.json',
      '--table t',
      '--choose 1',
      '--journal j',
      '--json',
      '--rule r',
      '--cluster c',
      '--role r',
      `${sa}`,
    ].map(one => `fix --undo x ${one}`),
    'fix --undo x aaaa --yes',
    'fix --undo x',
    'fix --undo missing --yes',
    'fix --undo run.json --yes',
    'plan',
    'plan replace-cluster',
    'plan replace-cluster a',
    'plan replace-cluster a b --apply',
    'plan replace-cluster a b --apply --script x --yes',
    'plan replace-cluster a b --yes',
    'plan replace-cluster a b --journal j',
    'plan replace-cluster a b --script x --json',
    'plan replace-cluster a b --script x --format terraform',
    'plan replace-cluster a b --account 1',
    'plan replace-cluster a b --finish --unused-for 0',
    'plan replace-cluster a b --finish --unused-for 91',
    'plan replace-cluster a b --unused-for x',
    'plan pod-identity --format x',
    'plan pod-identity --apply',
    'why',
    'why nothing',
    'why pod/x --kubeconfig missing',
    'why thing/x --kubeconfig missing',
    'why a b c --kubeconfig missing',
    'impact',
    'impact thing x',
    'impact service-account x',
    'who-can-become --role x',
    'what-can',
    'paths',
    'reach',
    'reach --to role/x --input run.json',
    'reach --to role/x --input broken.json',
    'reach --to role/x --input exact.json',
    'reach --from x --input fleet.json',
    'scan --min-severity x',
    'scan --impact x',
    'scan --level x',
    'scan --fail-on x',
    'scan --format x',
    'scan --json --format text',
    'scan --baseline missing.json',
    'scan --baseline exact.json',
    'scan --rule role-unsued --cluster-only --kubeconfig missing',
    'scan --cluster-only',
    'scan --cluster-only --region eu-west-1 --kubeconfig missing',
    'scan --issuer https://x',
    'scan --external-id x',
    'scan --region nowhere',
    'scan --config missing.json',
    'scan --config exact.json',
    'scan --profile -x',
    'findings',
    'findings list --status x',
    'findings list --limit 0',
    'findings list --limit x',
    'findings list --min-severity x --table t',
    'findings list --changed-since yesterday --table t --region eu-west-1',
    'findings list --account 1 --table t --region eu-west-1',
    'findings show',
    'findings watch --interval 0',
    'findings waive',
    'findings lists',
    'notify',
    'notify --preview --test',
    'notify --preview --to x',
    'notify --test --config missing.json',
    'notify --test --config config.json',
    'init',
    'init x',
    'doctor --config missing.json',
    'doctor --config exact.json',
    'prove',
    'completion',
    'completion x',
    'cluster-job --kubeconfig x',
    'mcp --x',
    '--version',
    'help scann',
    'scann',
    '--x',
    '',
  ],
};

test.each(Object.entries(lines))(
  '%s',
  async (name, some) => {
    let told = '';
    for (const line of some) told += `${await answerOf(line)}\n`;
    golden(`answers/${name.replaceAll(' ', '-')}.txt`, told);
  },
  120_000,
);

test('a file that is written holds what is printed without it', async () => {
  expect(readFileSync(join(folder, 'x.txt'), 'utf8')).toBe(
    (await runCommand(['report', '--input', 'run.json', '--format', 'github'], { cwd: folder, now })).stdout,
  );
  expect(JSON.parse(readFileSync(join(folder, 'g.json'), 'utf8')).nodes.length).toBeGreaterThan(3);
});

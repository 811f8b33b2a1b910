/** Every command that audits, over two clusters with faults: both outputs whole, the exit code and the files for each option. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { golden } from '../support/golden.ts';
import { type Asked, useKeptRuns } from '../support/kept-runs.ts';
import { inWords } from '../support/shop-and-depot.ts';

const { shop, asking, ask, keep } = useKeptRuns('runs');
const arnOf = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`;
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const at = (name: string): string => `--kubeconfig kubeconfig --context ${arnOf(name)}`;
const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

const noRoles: Asked = { faults: [{ operation: 'iam:ListRoles', kind: 'deny' }] };
const noClusters: Asked = { faults: [{ operation: 'eks:ListClusters', kind: 'deny' }] };
const nothingInside: Asked = { allowed: [] };
const inside = '--in-cluster';

test('scan', async () => {
  await keep('scan', [
    `scan ${inside}`,
    [`scan --config inside.json --min-severity critical`, nothingInside],
    [`scan --min-severity critical`, nothingInside],
    `scan ${inside} --wide`,
    `scan ${inside} --group cluster --min-severity medium`,
    [`scan ${inside} --rule trust-any-subject`, { columns: 80 }],
    [`scan ${inside} --rule trust-any-subject --no-color`, { columns: 80 }],
    [`scan ${inside} --rule trust-any-subject --output-file out.txt`, { columns: 80 }],
    `scan ${inside} --cluster depot`,
    `scan ${inside} --cluster depo`,
    [`scan ${inside} --cluster depo`, noClusters],
    `scan ${inside} --impact exposes`,
    `scan ${inside} --fail-on critical --format csv --output-file -`,
    `scan ${inside} --fail-on critical --format csv --output-file out.csv`,
    `scan ${inside} --finding a485`,
    `scan --finding df57`,
    `scan ${inside} --finding ffff`,
    `scan ${inside} --namespace orders`,
    `scan ${inside} --namespace nowhere`,
    `scan ${inside} --level administrator`,
    `scan --no-in-cluster --namespace nowhere`,
    [`scan ${inside} --min-severity critical`, nothingInside],
    [`scan ${inside} --min-severity medium`, noRoles],
    'explain a485',
    'findings waive a485 --until 2026-12-31 --reason later --owner ops',
  ]);
});

test('a baseline', async () => {
  const { stdout } = await shop.run(['scan', inside, '--json', ...shop.connected()]);
  const report = JSON.parse(stdout);
  const [first, ...others] = report.findings;
  const gone = { ...first, id: 'e'.repeat(32), ruleId: 'webhook-missing', subject: 'gone' };
  const base = { ...report, startedAt: '2026-10-01T06:00:00.000Z', findings: [gone, ...others] };
  const write = () => writeFileSync(join(shop.folder, 'base.json'), JSON.stringify(base));
  const told: string[] = [];
  for (const line of ['', '--wide', '--format csv', '--min-severity critical']) {
    write();
    const words = ['scan', inside, '--baseline', 'base.json', ...line.split(' ').filter(Boolean)];
    const { files: _base, ...answer } = await shop.run([...words, ...shop.connected()]);
    told.push(inWords(words.join(' '), { ...answer, files: {} }));
  }
  golden('runs/baseline.txt', told.join('\n'));
  expect([report.graph.nodes.length, report.access.rows.length, report.roles]).toEqual([21, 4, undefined]);
  const narrowed = JSON.parse(
    (await shop.run(['scan', inside, '--json', '--cluster', 'shop', ...shop.connected()])).stdout,
  );
  const clusters = narrowed.graph.nodes.filter((node: { kind: string }) => node.kind === 'cluster');
  expect([clusters.map((node: { label: string }) => node.label), narrowed.access, narrowed.leftOut]).toEqual([
    ...[['shop'], undefined, 4],
  ]);
  const severe = JSON.parse(
    (await shop.run(['scan', inside, '--json', '--cluster', 'shop', '--min-severity', 'high', ...shop.connected()]))
      .stdout,
  );
  expect([severe.graph, severe.access]).toEqual([undefined, undefined]);
});

test('fix', async () => {
  // A command that asks for no reading is asked as the last scan was.
  await shop.run(['scan', '--region', 'eu-west-1', '--role-details', inside, ...shop.connected()]);
  await keep('fix', [
    `fix ${inside}`,
    `fix ${inside} 9389`,
    `fix 9389`,
    `fix ${inside} 9389 a485 --json`,
    `fix ${inside} 9389 --script fix.sh`,
    `fix ${inside} --rule trust-any-subject`,
    `fix ${inside} --rule trust-any-subject --json`,
    `fix ${inside} --rule role-unused`,
    `fix ${inside} --cluster depot`,
    `fix ${inside} --cluster depo`,
    `fix ${inside} --role open`,
    `fix ${inside} --role ${role('team/open')}`,
    `fix ${inside} --role opne`,
    [`fix ${inside} --role opne`, noRoles],
    `fix ${inside} --service-account orders/refund`,
    `fix ${inside} --service-account orders/refunds`,
    `fix ${inside} --service-account orders/plain`,
    [`fix ${inside} --service-account orders/refunds`, nothingInside],
    `fix --no-in-cluster --service-account orders/refunds`,
    `fix ${inside} ffff`,
  ]);
});

test('plan', async () => {
  await keep('plan', [
    `plan pod-identity ${inside}`,
    `plan pod-identity ${inside} --cluster shop --cluster depot --service-account orders/refund`,
    `plan pod-identity ${inside} --cluster depot`,
    `plan pod-identity ${inside} --cluster depo`,
    `plan pod-identity ${inside} --service-account orders/refunds`,
    [`plan pod-identity ${inside} --service-account orders/refunds`, nothingInside],
    [`plan pod-identity ${inside} --finish --unused-for 3`, { requests: true }],
    `plan replace-cluster shop depot ${inside}`,
    `plan replace-cluster shop depot ${inside} --role refund`,
    [`plan replace-cluster shop depot ${inside} --finish --unused-for 3`, { requests: true }],
    `plan replace-cluster ${issuer} ${arnOf('depot')} ${inside} --format terraform`,
    `plan replace-cluster shop ${arnOf('shop')} ${inside}`,
    `plan replace-cluster shop ${issuer.toLowerCase()} ${inside}`,
    `plan replace-cluster shop shob ${inside}`,
  ]);
});

test('impact', async () => {
  await keep('impact', [
    `impact provider shop ${inside}`,
    `impact provider ${issuer} ${inside} --json`,
    `impact provider ${issuer.toUpperCase()} ${inside}`,
    `impact provider nothing ${inside}`,
    `impact cluster depot ${inside}`,
    `impact cluster ${arnOf('shop')} ${inside}`,
    `impact cluster depo ${inside}`,
    [`impact cluster depo ${inside}`, noClusters],
    `impact role open ${inside}`,
    `impact role crates ${inside}`,
    [`impact role crates ${inside}`, noRoles],
    `impact service-account orders/plain ${inside}`,
    `impact service-account orders/refund ${inside} --cluster shop`,
    `impact service-account orders/refund ${inside} --cluster depot`,
    `impact service-account kube-system/agent ${inside}`,
    `impact service-account kube-system/agent ${inside} --cluster ${arnOf('depot')}`,
    [`impact service-account orders/nobody ${inside}`, nothingInside],
    `impact service-account orders ${inside}`,
  ]);
});

const refused = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
const causes: readonly (readonly [message: string, words: string, asked?: Asked])[] = [
  [refused, `--service-account orders/refund ${inside}`],
  [refused, `--service-account refund --namespace orders ${inside}`],
  [refused, `--service-account orders/plian ${inside}`],
  [refused, `--service-account orders/plian ${inside}`, nothingInside],
  [refused, `--role refund ${inside}`],
  [refused, `--role ${role('crate')} ${inside}`],
  [refused, `--cluster depot ${inside}`],
  [refused, `--cluster depot ${inside}`, noRoles],
  [`${refused} for system:serviceaccount:kube-system:crate`, inside],
  [`${refused} for system:serviceaccount:no:one`, inside],
  [`${refused} for system:serviceaccount:kube-system:crate`, `--service-account orders/refund ${inside}`],
  [`${refused} for system:serviceaccount:kube-system:crate`, `--service-account refund -n orders ${inside}`],
  [refused, `--kubeconfig kubeconfig --context ${arnOf('shop')} --service-account checkout/cart`],
  [refused, `--kubeconfig kubeconfig --context ${arnOf('depot')} --service-account checkout/cart`],
  [refused, `${at('shop')} --context ${arnOf('depot')} --service-account checkout/cart`],
  ['Request ARN is invalid', inside],
  ['the printer is on fire', inside],
  ['the printer is on fire', `--cluster depot ${inside}`],
];

test('explain: the verdict, the findings, and the state of each cause', async () => {
  const told: string[] = [];
  for (const [message, words, asked = {}] of causes) {
    const answer = await asking(['explain', message, ...words.split(' '), '--json'], asked);
    const { here = {}, prove } = JSON.parse(answer.stdout || '{}');
    const { verdict = '', findings = [], causes: states = [], exitCode } = here;
    const shown = [
      ...[verdict, ...findings.map((one: Named) => `  ${one.ruleId} ${one.subject}`)],
      ...states.map(
        (one: Decided) =>
          `  ${one.state}: ${one.text.slice(0, 60)}${one.findings.map(id => ` ${id.slice(0, 8)}`).join('')}${one.seen === undefined ? '' : ` seen: ${JSON.stringify(one.seen)}`}`,
      ),
      `prove: ${prove}; exit code ${exitCode}`,
    ];
    told.push(inWords(`explain ${message} ${words}`, { ...answer, stdout: shown.join('\n') }));
  }
  golden('runs/explain.txt', told.join('\n'));
});
interface Named {
  readonly ruleId: string;
  readonly subject: string;
}
interface Decided {
  readonly state: string;
  readonly text: string;
  readonly findings: readonly string[];
  readonly seen?: unknown;
}

test('report and graph', async () => {
  await keep('report', [
    `report ${inside} --format text --group cluster`,
    [`report ${inside} --format text`, { ...noRoles, columns: 80 }],
    [`report ${inside} --format csv --output-file out.csv`, noClusters],
    `graph ${inside} --role refund`,
    `graph ${inside} --role refunt`,
    [`graph ${inside} --role refunt`, noClusters],
    `graph ${inside} --cluster depot --problems-only --format dot --output-file graph.dot`,
  ]);
});

test('cluster-job', async () => {
  await keep('cluster-job', [
    [`cluster-job --cluster shop ${at('shop')} --policy-report`, { requests: true }],
    [`cluster-job --cluster shop ${at('shop')} --events`, { requests: true }],
    [`cluster-job --cluster depot ${at('depot')} --events`, noRoles],
    [`cluster-job --cluster depot ${at('depot')} --policy-report`, nothingInside],
    `cluster-job --cluster depo ${at('depot')}`,
    `cluster-job --cluster shop ${at('shop')} --pushgateway ftp://x`,
  ]);
});

test('two accounts', async () => {
  const both = `${inside} --config accounts.json`;
  await keep('two-accounts', [
    `scan ${both}`,
    `fix ${both} --rule trust-subject-unknown-service-account --json`,
    `plan replace-cluster shop depot ${both} --account 444455556666`,
    `plan pod-identity ${both}`,
    `plan replace-cluster shop depot ${both} --finish`,
    `impact provider shop ${both}`,
    `impact role far ${both}`,
    `impact provider arn:aws:iam::444455556666:oidc-provider/${issuer.slice(8)} ${both}`,
    `graph ${both} --role farther`,
    `explain Request_ARN_is_invalid --role ${role('far').replace('111122223333', '444455556666')} ${both}`,
    [`scan ${both}`, { faults: [{ operation: 'sts:AssumeRole', kind: 'deny' }] }],
    [`scan ${both}`, { faults: [{ operation: 'iam:ListRoles', kind: 'deny', accountId: '444455556666' }] }],
    `scan ${inside} --role-arn ${role('irsa-auditor-read').replace('111122223333', '444455556666')} --external-id irsa-auditor`,
    `scan ${inside} --role-arn ${role('irsa-auditor-read').replace('111122223333', '444455556666')}`,
  ]);
});

test('clusters alone, without AWS', async () => {
  await keep('cluster-only', [
    `scan --cluster-only ${at('shop')}`,
    `scan --cluster-only ${at('shop')} --context ${arnOf('depot')} --rule service-account-role-arn-malformed`,
    `scan --cluster-only ${at('shop')} --issuer ${issuer}0 --group cluster`,
    [`scan --cluster-only ${at('depot')}`, nothingInside],
    `scan --cluster-only ${at('shop')} --cluster depot`,
  ]);
});

test('a stack and webhooks that are not there', async () => {
  const told: string[] = [];
  for (const line of [
    'doctor --region eu-west-1',
    'doctor --stack other --report',
    'doctor --report --json',
    'notify --test',
    'notify --test --to teams',
    'notify --test --to email',
  ]) {
    told.push((await ask(line, {})).replaceAll(/Node\.js [\d.]+/g, 'Node.js VERSION'));
  }
  golden('runs/doctor.txt', told.join('\n'));
  await keep('deployed', [
    'findings list --stack nothing',
    'findings runs --region eu-west-2',
    'report --serve --stack nothing',
    'report --serve --table nothing',
    'fix --table nothing',
    'explain aaaa --table nothing',
  ]);
});

test('why, prove and the commands on one policy', async () => {
  await keep('one-policy', [
    `why sa/refund -n orders ${at('shop')}`,
    [`why sa/cart -n checkout ${at('shop')}`, { columns: 60 }],
    `why sa/cart -n checkout ${at('shop')} --no-color`,
    `why sa/crate -n kube-system ${at('depot')} --prove`,
    [`why sa/refund -n orders ${at('shop')}`, noRoles],
    [`why sa/cart -n checkout ${at('shop')} --control-policies`, { requests: true }],
    [`why sa/cart -n checkout ${at('shop')} --cloud-trail`, { requests: true }],
    `why sa/cart -n checkout ${at('shop')} --issuer ${issuer}0`,
    [`why sa/cart ${at('shop')}`, { requests: true }],
    [`why serviceaccount/cart -n checkout --prove ${at('shop')}`, { requests: true }],
    [`why serviceaccount/cart -n checkout --prove ${at('shop')} --issuer ${issuer}0`, { requests: true }],
    `why serviceaccount/refund -n orders --prove ${at('shop')} -o json`,
    `who-can-assume --role open --service-account a/b`,
    `who-can-assume --role refund --service-account orders/refund`,
    'who-can-assume --role tagged --service-account checkout/cart',
    'who-can-assume --role tagged',
    `who-can-assume --role refunt --service-account orders/refund`,
    [`who-can-assume --role refunt --service-account orders/refund`, noRoles],
    `who-can-assume --role ${role('open')} --service-account a/b`,
    [`who-can-assume --role open --service-account a/b`, { faults: [{ operation: 'iam:GetRole', kind: 'deny' }] }],
    `who-can-assume --role refund`,
    `who-can-assume --role open --json`,
    `who-can-assume --role open --issuer ${issuer} ${at('shop')}`,
    [`who-can-assume --role open --issuer ${issuer} ${at('shop')}`, nothingInside],
  ]);
});

const reader = `--principal-arn ${role('audit/reader')}`;
test('init cluster', async () => {
  await keep('init', [
    `init cluster --cluster depot ${reader}`,
    `init cluster --cluster depot ${reader} --network --rbac --workloads`,
    `init cluster --cluster depot --principal-arn arn:aws:iam::111122223333:user/ann`,
    `init cluster --cluster depot --principal-arn arn:aws:iam::111122223333:group/x`,
    `init cluster --cluster nothing ${reader}`,
    `init cluster ${reader}`,
    [`init cluster --cluster depot ${reader}`, { env: { KUBECONFIG: join(shop.folder, 'kubeconfig') } }],
    [`init cluster --cluster depot ${reader} --rbac --apply`, { requests: true }],
    [`init cluster --cluster depot ${reader} --apply`, { allowed: [], requests: true }],
    [
      `init cluster --cluster depot ${reader} --apply`,
      { faults: [{ operation: 'eks:CreateAccessEntry', kind: 'deny' }] },
    ],
  ]);
  const [account] = shop.world().accounts;
  for (const cluster of account?.clusters ?? [])
    Object.assign(cluster, { authenticationMode: 'CONFIG_MAP', endpointPublic: false });
  await keep('init-private', [
    `init cluster --cluster depot ${reader}`,
    `init cluster --cluster depot ${reader} --apply`,
  ]);
});

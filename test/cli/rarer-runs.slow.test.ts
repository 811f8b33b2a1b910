/** Commands that audit, where a role is missing, an association names a role, a kubeconfig has the
 *  clusters, or the credentials are those of a profile: both outputs whole, the exit code and the files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, test } from '@jest/globals';
import { allEksRegions } from '../../lib/model/eks-regions.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { aWorldRole } from '../../sandbox/world/build.ts';
import { exampleAccountId, exampleIssuer as issuer } from '../support/example-world.ts';
import { type Asked, useKeptRuns } from '../support/kept-runs.ts';

const { shop, keep } = useKeptRuns('rarer');
const arn = `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop`;
const role = (name: string) => `arn:aws:iam::${exampleAccountId}:role/${name}`;
const at = `--kubeconfig kubeconfig --context ${arn}`;
const inside = '--in-cluster';
beforeAll(() => {
  const { accounts, kubernetes } = shop.world();
  const annotations = { 'eks.amazonaws.com/role-arn': role('ghost') };
  const { serviceAccounts = [], pods = [] } = kubernetes.get(arn) ?? {};
  serviceAccounts.push(
    { metadata: { namespace: 'orders', name: 'ghost', annotations } },
    ...['kube-system', 'checkout'].map(namespace => ({ metadata: { namespace, name: 'twin' } })),
  );
  // A Deployment of another name in namespace orders, beside that of checkout.
  const [cart] = pods;
  if (cart !== undefined)
    pods.push(
      JSON.parse(
        JSON.stringify(cart)
          .replaceAll('"namespace":"checkout"', '"namespace":"orders"')
          .replaceAll('"cart-7', '"carts-7'),
      ),
    );
  const place = { namespace: 'orders', serviceAccount: 'plain' };
  accounts[0]?.clusters
    .find(({ name }) => name === 'shop')
    ?.associations.push({ id: 'a-0123456789abcdef0', ...place, roleArn: role('podded') });
  accounts[0]?.roles.push(
    aWorldRole('podded', {
      Version: '2012-10-17',
      Statement: {
        ...{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' } },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    }),
  );
});

test('a role that is missing, and an association', async () => {
  await keep('rarer', [
    `scan ${inside} --namespace orders`,
    `scan ${inside} --namespace orders --level administrator`,
    `fix ${inside} --role ghost`,
    `fix ${inside} --role ${role('ghost')}`,
    `fix ${inside} --role gost`,
    `impact role ghost ${inside}`,
    `impact service-account orders/plain ${inside}`,
    `why sa/ghost -n orders ${at}`,
    `why sa/plain -n orders ${at}`,
    `explain not_authorized_to_perform_sts:AssumeRoleWithWebIdentity --role ghost ${inside}`,
  ]);
});

const allowed = ['list pods', 'list serviceaccounts', 'list namespaces', 'get mutatingwebhookconfigurations'];
const faults = [{ operation: 'eks:ListClusters', kind: 'deny' }] as const;
const regions = (count: number): string =>
  allEksRegions
    .slice(0, count)
    .map(region => `--region ${region}`)
    .join(' ');
const noRoles = [{ operation: 'iam:ListRoles', kind: 'deny' }] as const;

test('names that nothing has, and what is told of what was not read', async () => {
  const reading = ['list pods', 'list serviceaccounts', 'get mutatingwebhookconfigurations'];
  await keep('rarer-refusals', [
    `fix ${inside} --service-account orders/nobody`,
    [`fix ${inside} --service-account orders/nobody`, { faults: noRoles }],
    [`fix ${inside} --service-account orders/nobody`, { allowed: ['list pods', 'list namespaces'] }],
    `fix ${inside} --role ${role('checkout-cart')}`,
    `fix ${inside} --rule trust-any-subjct`,
    `fix ${inside} --rule role-unused --apply --yes`,
    ...[10, 11, 12].map(count => [`fix --no-in-cluster --rule role-unused ${regions(count)}`, { faults }] as const),
    [`why sa/nobody -n orders ${at}`, { allowed: reading }],
    [`why sa/nobody -n nowhere ${at}`, { allowed: reading }],
    `why sa/nobody -n nowhere ${at}`,
    `why sa/agent -n orders ${at}`,
    `why sa/twin -n orders ${at}`,
    `why deployment/cart -n orders ${at}`,
    `why deployment/cort -n checkout ${at}`,
    ...['0', '1.5', '91'].map(days => `plan pod-identity ${inside} --finish --unused-for ${days}`),
    [`why sa/cart -n checkout ${at} --prove`, { allowed }],
    `why sa/crate -n kube-system ${at.replace('/shop', '/depot')} --prove --format json`,
  ]);
});

test('commands as the person runs them who has a kubeconfig', async () => {
  const env = { KUBECONFIG: join(shop.folder, 'kubeconfig') };
  const asked: Asked = { env };
  await keep('rarer-kubeconfig', [
    [`fix ${inside} --rule trust-any-subject --rule service-account-annotation-mistyped`, asked],
    [`fix ${inside} --rule service-account-annotation-mistyped --json`, asked],
    [`fix ${inside} --rule service-account-annotation-mistyped --script fix.sh`, asked],
    [`scan ${inside} --rule service-account-annotation-mistyped --details`, asked],
    [`plan pod-identity ${inside} --cluster shop --service-account checkout/cart`, asked],
    [`why sa/mail -n orders --context ${arn}`, asked],
    [`why sa/mail -n orders --context ${arn} --format json`, asked],
    [`why sa/cart -n checkout ${at} --issuer ${issuer}0`, { allowed, faults }],
    [`why sa/cart -n checkout ${at} --issuer ${issuer}`, { allowed, faults }],
    [`why sa/cart -n checkout ${at}`, { allowed, faults }],
  ]);
});

test('a resource control policy beside the policy of a role', async () => {
  mkdirSync(join(shop.folder, 'policies'));
  const denial = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity', Resource: role('refund') };
  writeFileSync(
    join(shop.folder, 'policies', 'deny.json'),
    JSON.stringify({ Version: '2012-10-17', Statement: [denial] }),
  );
  const file = '--control-policy policies/deny.json';
  await keep('rarer-control', [
    `who-can-assume --role refund ${file}`,
    `who-can-assume --role open ${file} --json`,
    `who-can-assume --role refund --service-account orders/refunds ${file}`,
    `who-can-assume --role open --service-account orders/refunds ${file}`,
    `who-can-assume --role refund --service-account orders/refunds ${file}s`,
  ]);
});

test('an account that cannot be read, and the cluster of a context that nothing was audited of', async () => {
  const accounts = { from: 'list', accountIds: ['444455556666'] };
  mkdirSync(join(shop.folder, 'accounts'));
  writeFileSync(join(shop.folder, 'accounts', 'other.json'), JSON.stringify({ accounts }));
  const denied: Asked = { faults: [{ operation: 'sts:AssumeRole', kind: 'deny' }] };
  await keep('rarer-account', [
    [`scan ${at} --config accounts/other.json`, denied],
    `scan ${at} --config accounts/other.json`,
    [`scan --no-in-cluster --config accounts/other.json`, denied],
  ]);
});

test('the current context of a kubeconfig, where it is not of EKS', async () => {
  const kubeconfig = join(shop.folder, 'current', 'config');
  mkdirSync(dirname(kubeconfig));
  const usual = JSON.parse(readFileSync(join(shop.folder, 'kubeconfig'), 'utf8'));
  writeFileSync(kubeconfig, JSON.stringify({ ...usual, 'current-context': arn }));
  const asked: Asked = { env: { KUBECONFIG: kubeconfig }, requests: true };
  await keep('rarer-current', [
    ['explain AssumeRoleWithWebIdentity --service-account orders/refund', asked],
    ['explain AssumeRoleWithWebIdentity --role refund', asked],
    ['explain AssumeRoleWithWebIdentity --service-account orders/refund --in-cluster', asked],
    ['scan --rule trust-any-subject', asked],
    ['why serviceaccount/refund -n orders --prove', asked],
    ['why sa/mail -n orders', asked],
  ]);
});

test('the credentials of the profile that is named', async () => {
  const other = sandboxCredentials('444455556666');
  const folder = join(shop.folder, 'aws');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'credentials'),
    `[p]\naws_access_key_id = ${other.accessKeyId}\naws_secret_access_key = ${other.secretAccessKey}\n`,
  );
  const before = { ...process.env };
  delete process.env.AWS_ACCESS_KEY_ID;
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
  try {
    await keep(
      'rarer-profile',
      [
        'scan --no-in-cluster --rule trust-any-subject',
        'fix --no-in-cluster --role far',
        'who-can-assume --role far --service-account checkout/cart',
        'who-can-assume --role far',
        `why sa/cart -n checkout ${at}`,
        `why serviceaccount/cart -n checkout --prove ${at}`,
        `init cluster --cluster nothing --principal-arn ${role('reader')}`,
        'findings list --table t',
        'report --serve --table t --bucket b',
        'doctor --stack s',
        'notify --test --to slack',
        'scan --no-in-cluster',
      ].map((line, number, all) => (number === all.length - 1 ? line : `${line} --profile p`)),
    );
  } finally {
    process.env = before;
  }
});

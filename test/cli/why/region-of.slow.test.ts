/** In which region AWS is asked about a context: each source of it, in the order in which they count. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionOf } from '../../../lib/cli/why/target.ts';

const before = { ...process.env };
beforeAll(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
});
afterAll(() => {
  process.env = before;
});

const arn = (service: string) => `arn:aws:${service}:eu-west-2:111122223333:cluster/shop`;
const asked = (said: string | undefined, name: string, server: string, issuer?: string) =>
  regionOf(
    said === undefined ? {} : { region: said },
    { name: 'x', cluster: { name, server, skipTLSVerify: false } },
    issuer,
  );
const eks = 'https://ABC.gr7.eu-west-3.eks.amazonaws.com';
const issuer = 'https://oidc.eks.eu-north-1.amazonaws.com/id/A';

test.each<readonly [Parameters<typeof asked>, string]>([
  [['eu-west-1', arn('eks'), eks, issuer], 'eu-west-1'],
  [[undefined, arn('eks'), eks, issuer], 'eu-west-2'],
  [[undefined, arn('ecs'), eks, issuer], 'eu-west-3'],
  [[undefined, 'shop', 'https://ABC.cn-north-1.eks.amazonaws.com.cn', issuer], 'cn-north-1'],
  [[undefined, 'shop', 'https://ABC.eks-cluster.us-gov-west-1.eks.api.aws', issuer], 'us-gov-west-1'],
  [[undefined, 'shop', 'https://ABC.eu-west-3.eks.amazonaws.com.example.com', issuer], 'eu-north-1'],
  [[undefined, 'shop', 'no address', issuer.replace('oidc.eks', 'oidc-eks')], 'eu-north-1'],
  [[undefined, 'shop', 'https://127.0.0.1:1', 'https://issuer.example.com'], 'us-east-1'],
  [[undefined, 'shop', 'https://127.0.0.1:1'], 'us-east-1'],
])('%j is %s', async (question, region) => {
  expect(await asked(...question)).toBe(region);
});

test('the region of the environment counts where nothing of the context tells one', async () => {
  process.env.AWS_REGION = 'ap-south-1';
  expect(await asked(undefined, 'shop', 'https://127.0.0.1:1')).toBe('ap-south-1');
  expect(await asked(undefined, arn('eks'), eks)).toBe('eu-west-2');
});

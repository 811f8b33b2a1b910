/** A token that the API server itself accepts is never asked for (Kubernetes, kube-apiserver `--api-audiences`). */
import { expect, test } from '@jest/globals';
import { liveSteps, type ProofParts, type ProofStep } from '../../../lib/cli/prove/prove-steps.ts';

const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const refused = { kind: 'denied', operation: 'create serviceaccounts/token', message: '403: forbidden' } as const;
interface Asked {
  readonly body?: { readonly spec: { readonly audiences: unknown } };
}

/** The steps for an audience, and the audiences of the tokens that were asked for. */
const provedFor = async (audience: string, over: Partial<ProofParts> = {}, reason: object = refused) => {
  const asked: unknown[] = [];
  const send = ({ body }: Asked) => {
    asked.push(body?.spec.audiences);
    return Promise.resolve({ ok: false, reason });
  };
  const steps: ProofStep[] = [];
  const parts = { api: { send }, clients: {}, account: { namespace: 'a', name: 'b' }, issuer, ...over };
  const chain = { roleArn: 'arn:aws:iam::111122223333:role/r', audience };
  for await (const step of liveSteps(parts as unknown as ProofParts, chain)) steps.push(step);
  return { steps, asked };
};

test.each([
  '',
  '  ',
  'kubernetes',
  'Kubernetes.Default',
  'kubernetes.default.svc',
  'https://kubernetes.default.svc',
  'https://kubernetes.default.svc/',
  'https://kubernetes.default.svc:443',
  'kubernetes.default.svc.cluster.local',
  'kubernetes.default.svc.corp.example',
  'api',
  'k3s',
  issuer,
  issuer.replace('https://', ''),
  `${issuer}/`,
  issuer.replace('eu-west-1', 'us-east-1'),
  'https://shop.corp.example:6443',
  'shop.corp.example:6443/',
])('of the audience %j no token leaves the cluster', async audience => {
  const { steps, asked } = await provedFor(audience, { apiUrl: 'https://shop.corp.example:6443' });
  expect(asked).toEqual([]);
  expect(steps).toMatchObject([{ step: 'audience', result: 'failed', rules: ['service-account-audience-refused'] }]);
});

test.each([
  'sts.amazonaws.com',
  'sts.amazonaws.com.cn',
  'kubernetes.example',
  'my-kubernetes',
  'kubernetes.default.example',
  'api.example',
  'https://oidc.corp.example/id/1',
  'https://shop.corp.example',
])('of the audience %j it does', async audience => {
  const { steps, asked } = await provedFor(audience, { apiUrl: 'https://shop.corp.example:6443' });
  expect(asked).toEqual([[audience]]);
  expect(steps).toEqual([{ step: 'token', result: 'unread', text: '403: forbidden' }]);
});

test('one of the two names of the API server is enough, and what a token needs is said', async () => {
  const one = await provedFor('https://a.example', { issuer: 'https://a.example/' });
  const two = await provedFor('https://b.example/', { apiUrl: 'https://b.example' });
  expect([...one.asked, ...two.asked]).toEqual([]);
  const { steps } = await provedFor('x', {}, { ...refused, permission: 'create serviceaccounts/token' });
  expect(steps.map(({ text }) => text)).toEqual(['403: forbidden (needs create serviceaccounts/token)']);
});

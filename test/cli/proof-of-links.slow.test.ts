/** Live links that cannot be looked at, or that break in an odd way: what a person reads of each. */
import { expect, test } from '@jest/globals';
import { liveSteps, type ProofStep } from '../../lib/cli/prove/prove-steps.ts';
import { awsClients } from '../../lib/collect/clients.ts';
import type { KubernetesApi } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount } from '../support/aws-world.ts';

const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const roleArn = `arn:aws:iam::${mainAccount}:role/cart`;
const account = { namespace: 'shop', name: 'cart' };
const session =
  '<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><AssumedRoleUser><Arn>arn:session</Arn></AssumedRoleUser></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>';

/** The steps, and what the cluster was asked for. */
const live = (audience: string, answer: string, timeoutMs?: number) =>
  against(
    () => answer,
    async clients => {
      const asked: string[] = [];
      const api: KubernetesApi = {
        send: async ({ verb, resource }) => {
          asked.push(`${verb} ${resource}`);
          return { ok: true, body: { status: { token: 'eyJ' } } };
        },
        close: () => undefined,
      };
      const apiUrl = 'https://abc.gr7.eu-west-1.eks.amazonaws.com';
      const steps: ProofStep[] = [];
      for await (const step of liveSteps({ api, clients, apiUrl, issuer, account }, { roleArn, audience }))
        steps.push(step);
      return { asked, steps, told: steps.map(({ step, result }) => `${step} ${result}`) };
    },
    ...(timeoutMs === undefined ? [] : ([timeoutMs] as const)),
  );

test.each([
  '',
  ' ',
  issuer,
  `${issuer}/`,
  'https://oidc.eks.us-east-1.amazonaws.com/id/OTHER',
  'https://kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'https://kubernetes.default.svc:443',
  'api',
  'https://abc.gr7.eu-west-1.eks.amazonaws.com',
])('the audience %j is one that opens the cluster: no token is asked for', async audience => {
  const { asked, steps, told } = await live(audience, session);
  expect(told).toEqual(['audience failed']);
  expect(steps[0]).toMatchObject({ text: expect.stringMatching(/so none is asked for/) });
  expect(asked).toEqual([]);
});

test.each(['vault', 'xkubernetes', 'sts.amazonaws.com'])('the audience %j is asked for as it is', async audience => {
  const { asked, steps, told } = await live(audience, session);
  expect(steps[0]?.text).toBe(`the cluster gave a token with audience ${audience}`);
  expect(told).toEqual(['token ok', 'sts ok']);
  expect(asked).toEqual(['create serviceaccounts/token']);
});

test('an answer of STS without a session decides nothing', async () => {
  const { steps } = await live('sts.amazonaws.com', '<x/>');
  expect(steps.at(-1)).toMatchObject({
    step: 'sts',
    result: 'unread',
    text: expect.stringContaining('the answer has no session'),
  });
});

test('what STS does not answer in time is not held against the chain', async () => {
  const throttled =
    '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>';
  const { steps } = await live('sts.amazonaws.com', throttled, 400);
  expect(steps.at(-1)).toMatchObject({ step: 'sts', result: 'unread' });
});

test('a network that does not lead to STS is not held against the chain either', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const clients = awsClients({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials, maxAttempts: 1 });
  const api: KubernetesApi = {
    send: async () => ({ ok: true, body: { status: { token: 'eyJ' } } }),
    close: () => undefined,
  };
  const steps: ProofStep[] = [];
  for await (const step of liveSteps({ api, clients, account }, { roleArn, audience: 'sts.amazonaws.com' }))
    steps.push(step);
  clients.close();
  expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual(['token ok', 'sts unread']);
  expect(steps[1]?.text).toContain('ECONNREFUSED');
});

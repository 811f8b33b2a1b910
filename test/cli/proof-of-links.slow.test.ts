/** Links of a proof that cannot be looked at, or that break in an odd way: what a person reads of each. */
import { describe, expect, test } from '@jest/globals';
import { liveSteps, type ProofStep, proofSteps } from '../../lib/cli/prove/prove-steps.ts';
import { awsClients } from '../../lib/collect/clients.ts';
import type { ApiResult, KubernetesApi } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount } from '../support/aws-world.ts';

const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const now = '2026-11-01T06:00:00.000Z';
const roleArn = `arn:aws:iam::${mainAccount}:role/cart`;
const xml = (operation: string, content: string): string =>
  `<${operation}Response><${operation}Result>${content}</${operation}Result></${operation}Response>`;
const trust = (condition: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: `arn:aws:iam::${mainAccount}:oidc-provider/${issuer.slice(8)}` },
      Condition: condition,
    },
  });
const subject = { StringEquals: { [`${issuer.slice(8)}:sub`]: 'system:serviceaccount:shop:cart' } };

/** Answers of AWS by operation; what is absent is as it should be. */
interface Aws {
  readonly GetCallerIdentity?: string;
  readonly GetRole?: string;
  readonly GetOpenIDConnectProvider?: string;
  readonly AssumeRoleWithWebIdentity?: string;
}
const role = (policy: string, arn = roleArn): string =>
  xml(
    'GetRole',
    `<Role><Arn>${arn}</Arn><AssumeRolePolicyDocument>${encodeURIComponent(policy)}</AssumeRolePolicyDocument></Role>`,
  );
const healthy: Required<Aws> = {
  GetCallerIdentity: xml(
    'GetCallerIdentity',
    `<Account>${mainAccount}</Account><Arn>arn:aws:iam::${mainAccount}:user/me</Arn>`,
  ),
  GetRole: role(trust(subject)),
  GetOpenIDConnectProvider: xml(
    'GetOpenIDConnectProvider',
    '<Url>oidc.example</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>',
  ),
  AssumeRoleWithWebIdentity: xml(
    'AssumeRoleWithWebIdentity',
    '<AssumedRoleUser><Arn>arn:session</Arn></AssumedRoleUser>',
  ),
};
const account = (annotations: Readonly<Record<string, string>>): ApiResult => ({
  ok: true,
  body: { kind: 'ServiceAccount', metadata: { name: 'cart', namespace: 'shop', annotations } },
});
const refused = (kind: 'not-found' | 'denied' | 'timed-out'): ApiResult => ({
  ok: false,
  reason: {
    kind,
    operation: 'get serviceaccounts',
    message: 'no',
    ...(kind === 'denied' ? { permission: 'get it' } : {}),
  },
});

const links = async (
  over: Aws = {},
  inside: {
    readonly account?: ApiResult;
    readonly issuer?: string | undefined;
    readonly token?: ApiResult;
    /** Gets what the cluster is asked for. */
    readonly asked?: string[];
  } = {},
): Promise<readonly ProofStep[]> => {
  const answers: Readonly<Record<string, string>> = { ...healthy, ...over };
  const api: KubernetesApi = {
    send: async ({ verb, resource }) => {
      inside.asked?.push(`${verb} ${resource}`);
      return verb === 'get'
        ? (inside.account ?? account({ 'eks.amazonaws.com/role-arn': roleArn }))
        : (inside.token ?? { ok: true, body: { status: { token: 'eyJ' } } });
    },
    close: () => undefined,
  };
  const known = 'issuer' in inside ? inside.issuer : issuer;
  return against(
    ({ body }) => answers[/Action=(\w+)/.exec(body)?.[1] ?? ''] ?? '',
    async clients => {
      const steps: ProofStep[] = [];
      const apiUrl = 'https://abc.gr7.eu-west-1.eks.amazonaws.com';
      const parts = { api, clients, apiUrl, account: { namespace: 'shop', name: 'cart' } };
      for await (const step of proofSteps({ ...parts, now, ...(known === undefined ? {} : { issuer: known }) }))
        steps.push(step);
      return steps;
    },
  );
};

describe('the annotation', () => {
  test.each<readonly [what: string, answer: ApiResult, result: string, text: string]>([
    ['of no account', refused('not-found'), 'failed', 'service account shop/cart does not exist'],
    ['that may not be read', refused('denied'), 'unread', 'no (needs get it)'],
    ['that did not come', refused('timed-out'), 'unread', 'no'],
    [
      'that is not there',
      account({}),
      'failed',
      'service account shop/cart has no annotation eks.amazonaws.com/role-arn',
    ],
  ])('%s ends the proof', async (_, answer, result, text) => {
    expect(await links({}, { account: answer })).toMatchObject([{ step: 'annotation', result, text }]);
  });
});

describe('a link in AWS', () => {
  test.each<readonly [what: string, over: Aws, step: string, result: string, text: RegExp]>([
    [
      'credentials of another account: STS will tell',
      {
        GetCallerIdentity: xml(
          'GetCallerIdentity',
          '<Account>999999999999</Account><Arn>arn:aws:iam::999999999999:root</Arn>',
        ),
      },
      'role',
      'unread',
      /^the role is in another account than your credentials \(999999999999\): STS will tell$/,
    ],
    ['no credentials that work', { GetCallerIdentity: '<' }, 'role', 'unread', /^not looked at, STS will tell: /],
    ['a role that cannot be read', { GetRole: xml('GetRole', '') }, 'role', 'unread', /without ARN or trust policy/],
    [
      'a role of that name under another path',
      { GetRole: role(trust(subject), `arn:aws:iam::${mainAccount}:role/team/cart`) },
      'role',
      'failed',
      /^the role is .*role\/team\/cart, and the annotation names .*role\/cart$/,
    ],
    ['a provider that cannot be read', { GetOpenIDConnectProvider: '<' }, 'provider', 'unread', /./],
    [
      'a provider without audiences',
      { GetOpenIDConnectProvider: xml('GetOpenIDConnectProvider', '<Url>oidc.example</Url>') },
      'audience',
      'failed',
      /^the provider takes no audience, the token will carry sts\.amazonaws\.com$/,
    ],
    ['a policy that is none', { GetRole: role('{') }, 'trust', 'failed', /^the trust policy cannot be parsed: /],
    [
      'a policy that depends on what nobody knows',
      {
        GetRole: role(
          trust({ ...subject, Bool: { 'aws:SecureTransport': 'true' }, IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } }),
        ),
      },
      'trust',
      'unread',
      /^what the trust policy decides depends on more than is known: /,
    ],
    [
      'an answer of STS without a session',
      { AssumeRoleWithWebIdentity: '<x/>' },
      'sts',
      'unread',
      /the answer has no session/,
    ],
  ])('%s', async (_, over, step, result, text) => {
    expect(await links(over)).toContainEqual(
      expect.objectContaining({ step, result, text: expect.stringMatching(text) }),
    );
  });

  test('an issuer that is not known leaves provider and trust to STS, which has the last word', async () => {
    const steps = await links({}, { issuer: undefined });
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'annotation ok',
      'role ok',
      'provider unread',
      'token ok',
      'sts ok',
    ]);
    expect(steps[2]?.text).toBe('the cluster does not tell its issuer: give --issuer');
  });

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
    const own = account({ 'eks.amazonaws.com/role-arn': roleArn, 'eks.amazonaws.com/audience': audience });
    const asked: string[] = [];
    const steps = await links({}, { account: own, asked });
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual(['annotation ok', 'audience failed']);
    expect(steps[1]).toMatchObject({ text: expect.stringMatching(/so none is asked for/) });
    expect(asked).toEqual(['get serviceaccounts']);
  });

  test('an audience of something else is asked for as it is', async () => {
    const vault = account({ 'eks.amazonaws.com/role-arn': roleArn, 'eks.amazonaws.com/audience': 'vault' });
    const asked: string[] = [];
    const steps = await links({ GetCallerIdentity: '<' }, { account: vault, asked });
    expect(steps.find(({ step }) => step === 'token')?.text).toBe('the cluster gave a token with audience vault');
    expect(asked).toEqual(['get serviceaccounts', 'create serviceaccounts/token']);
  });
});

test('what STS does not answer in time is not held against the chain', async () => {
  const steps = await against(
    () => '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
    async clients => {
      const found: ProofStep[] = [];
      const api: KubernetesApi = {
        send: async ({ verb }) =>
          verb === 'get'
            ? account({ 'eks.amazonaws.com/role-arn': roleArn })
            : { ok: true, body: { status: { token: 'eyJ' } } },
        close: () => undefined,
      };
      for await (const step of proofSteps({ api, clients, account: { namespace: 'shop', name: 'cart' }, now }))
        found.push(step);
      return found;
    },
    400,
  );
  expect(steps.at(-1)).toMatchObject({ step: 'sts', result: 'unread' });
});

test('a network that does not lead to STS is not held against the chain either', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const clients = awsClients({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', credentials, maxAttempts: 1 });
  const api: KubernetesApi = {
    send: async () => ({ ok: true, body: { status: { token: 'eyJ' } } }),
    close: () => undefined,
  };
  const parts = { api, clients, account: { namespace: 'shop', name: 'cart' }, now };
  const steps: ProofStep[] = [];
  for await (const step of liveSteps(parts, { roleArn, audience: 'sts.amazonaws.com' })) steps.push(step);
  clients.close();
  expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual(['token ok', 'sts unread']);
  expect(steps[1]?.text).toContain('ECONNREFUSED');
});

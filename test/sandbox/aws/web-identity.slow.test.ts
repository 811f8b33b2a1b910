/** The sandbox's STS decides a web identity as AWS documents it, error by error (docs/facts.md §C.2). */
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { startAws } from '../../../sandbox/aws/start-aws.ts';
import { signToken } from '../../../sandbox/world/signing-keys.ts';
import type { World } from '../../../sandbox/world/world.ts';
import {
  aWorld,
  aWorldAccount,
  aWorldProvider,
  aWorldRole,
  issuer,
  mainAccount,
  region,
} from '../../support/aws-world.ts';

const now = Math.floor(Date.now() / 1000);
const roleArn = `arn:aws:iam::${mainAccount}:role/checkout-cart`;
const claims = { sub: 'system:serviceaccount:checkout:cart', aud: 'sts.amazonaws.com', iat: now, exp: now + 600 };
const otherIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/OTHER';

const assume = async (token: string, { world = aWorld(), arn = roleArn, seconds = 900 } = {}) => {
  const aws = await startAws(world);
  const client = new STSClient({
    region,
    endpoint: aws.url,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: 'not sent: the call is unsigned' },
  });
  try {
    return await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: arn,
        RoleSessionName: 'test',
        WebIdentityToken: token,
        DurationSeconds: seconds,
      }),
    );
  } finally {
    client.destroy();
    await aws.stop();
  }
};

test('the right service account gets credentials of the role, and CloudTrail an event', async () => {
  const world = aWorld();
  const answer = await assume(signToken(issuer, claims), { world });
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: claims.sub,
    Audience: 'sts.amazonaws.com',
    AssumedRoleUser: { Arn: `arn:aws:sts::${mainAccount}:assumed-role/checkout-cart/test` },
    Credentials: { Expiration: expect.any(Date) },
  });
  expect(world.accounts[0]?.events).toMatchObject([
    // An unsigned call does not say its region: as with the global endpoint.
    { region: 'us-east-1', record: { requestParameters: { roleArn } } },
  ]);
  expect(JSON.stringify(world.accounts[0]?.events)).not.toContain(answer.Credentials?.SecretAccessKey);
});

describe('everyone else is refused in the words of STS', () => {
  const withProvider = (over: Parameters<typeof aWorldProvider>[0]): World =>
    aWorld({ accounts: [aWorldAccount({ providers: [aWorldProvider(over)] })] });
  const tampered = (): string => {
    const [head, , signature] = signToken(issuer, claims).split('.');
    const body = Buffer.from(JSON.stringify({ ...claims, iss: issuer, sub: 'system:serviceaccount:checkout:admin' }));
    return `${head}.${body.toString('base64url')}.${signature}`;
  };
  const brokenIssuer = (): World => aWorld({ issuers: [{ url: issuer, chain: 'public', discovery: 'unreachable' }] });
  const literalWildcard = (): World =>
    aWorld({
      accounts: [
        aWorldAccount({
          roles: [aWorldRole({ trustPolicy: aWorldRole().trustPolicy.replace('checkout:cart', 'checkout:*') })],
        }),
      ],
    });

  test.each<[string, string, string, () => Promise<unknown>]>([
    [
      'another account',
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      () => assume(signToken(issuer, { ...claims, sub: 'system:serviceaccount:checkout:till' })),
    ],
    [
      'a wildcard under StringEquals',
      'AccessDenied',
      'Not authorized',
      () => assume(signToken(issuer, claims), { world: literalWildcard() }),
    ],
    [
      'a role that is not there',
      'AccessDenied',
      'Not authorized',
      () => assume(signToken(issuer, claims), { arn: `${roleArn}-2` }),
    ],
    [
      'no provider',
      'InvalidIdentityTokenException',
      `No OpenIDConnect provider found in your account for ${issuer}`,
      () => assume(signToken(issuer, claims), { world: withProvider({ url: otherIssuer.slice(8) }) }),
    ],
    [
      'a provider without the audience',
      'InvalidIdentityTokenException',
      'Incorrect token audience',
      () => assume(signToken(issuer, claims), { world: withProvider({ audiences: ['sts.amazonaws.com.cn'] }) }),
    ],
    [
      'an issuer whose keys cannot be had',
      'InvalidIdentityTokenException',
      "Couldn't retrieve verification key",
      () => assume(signToken(issuer, claims), { world: brokenIssuer() }),
    ],
    ['a changed token', 'InvalidIdentityTokenException', 'signature', () => assume(tampered())],
    ['no token', 'InvalidIdentityTokenException', 'The ID Token provided is not a valid JWT', () => assume('text')],
    [
      'an expired token',
      'ExpiredTokenException',
      `must be before the expiration date/time${now - 400}`,
      () => assume(signToken(issuer, { ...claims, exp: now - 400 })),
    ],
    [
      'a malformed ARN',
      'ValidationError',
      'Request ARN is invalid',
      () => assume(signToken(issuer, claims), { arn: 'arn:aws:iam:111122223333:role/cart' }),
    ],
    [
      'too long a session',
      'ValidationError',
      'exceeds the MaxSessionDuration',
      () => assume(signToken(issuer, claims), { seconds: 7200 }),
    ],
  ])('%s', async (_, name, message, call) => {
    await expect(call()).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('within five minutes after its end a token still counts', async () => {
    await expect(assume(signToken(issuer, { ...claims, exp: now - 200 }))).resolves.toHaveProperty('Credentials');
  });

  test('a refusal by the trust policy is recorded with the words that CloudTrail has', async () => {
    const world = literalWildcard();
    await expect(assume(signToken(issuer, claims), { world })).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(world.accounts[0]?.events).toMatchObject([
      { record: { errorCode: 'AccessDenied', errorMessage: 'An unknown error occurred', responseElements: null } },
    ]);
  });
});

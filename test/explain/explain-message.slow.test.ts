import { describe, expect, test } from '@jest/globals';
import { explainMessage, maxText } from '../../lib/explain/explain-message.ts';
import { fc } from '../support/properties.ts';
import { sample } from '../support/sample.ts';

const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

/** The forms in which SDKs show one answer of STS. Wording of the frames: docs/facts.md §C.3 and the SDKs' own errors. */
const forms: Readonly<Record<string, (code: string, message: string) => string>> = {
  botocore: (code, message) =>
    `botocore.exceptions.ClientError: An error occurred (${code}) when calling the AssumeRoleWithWebIdentity operation: ${message}`,
  'Go v1': (code, message) =>
    `WebIdentityErr: failed to retrieve credentials\ncaused by: ${code}: ${message}\n\tstatus code: 400, request id: 0f3c1a`,
  'Go v2': (code, message) =>
    `operation error S3: ListBuckets, get identity: get credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0f3c, api error ${code}: ${message}`,
  'Java v1': (code, message) =>
    `com.amazonaws.services.securitytoken.model.AWSSecurityTokenServiceException: ${message} (Service: AWSSecurityTokenService; Status Code: 400; Error Code: ${code}; Request ID: 0f3c)`,
  'Java v2': (code, message) =>
    `software.amazon.awssdk.services.sts.model.StsException: ${message} (Service: Sts, Status Code: 400, Request ID: 0f3c)\n\tat software.amazon.awssdk.core.internal.http.CombinedResponseHandler (${code})`,
  'JavaScript v3': (code, message) =>
    `${code}: ${message}\n    at throwDefaultError (/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:388:20) {\n  '$fault': 'client',\n  Code: '${code}'\n}`,
  '.NET': (code, message) =>
    `Amazon.SecurityToken.AmazonSecurityTokenServiceException: ${message}\n ---> Amazon.Runtime.Internal.HttpErrorResponseException (${code})`,
  'XML of STS': (code, message) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.replaceAll("'", '&apos;')}</Message></Error></ErrorResponse>`,
  'JSON log with noise': (code, message) =>
    JSON.stringify({ level: 'error', ts: 1_700_000_000, msg: `${code}:\n  ${message}`, pod: 'cart-7d9f6c5b8-x2x4z' }),
  'coloured and wrapped': (code, message) => `\u001b[31mERROR\u001b[0m ${code}: ${message.replaceAll(' ', '\n   ')}`,
};

const answersOfSts: readonly (readonly [string, string, string])[] = [
  ['sts-not-authorized', 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
  ['sts-no-provider', 'InvalidIdentityToken', `No OpenIDConnect provider found in your account for ${issuer}`],
  ['sts-audience', 'InvalidIdentityToken', 'Incorrect token audience'],
  [
    'sts-thumbprint',
    'InvalidIdentityToken',
    "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  ],
  [
    'sts-verification-key',
    'InvalidIdentityToken',
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  ],
  [
    'sts-not-a-jwt',
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  ],
  ['sts-missing-claim', 'InvalidIdentityToken', 'Missing a required claim: aud'],
  [
    'sts-token-of-another',
    'InvalidIdentityToken',
    'The target role ARN is not present in the roles claim of the identity token',
  ],
  ['sts-token-of-another', 'InvalidIdentityToken', 'Provided Token is not a Login With Amazon token'],
  [
    'sts-expired',
    'ExpiredTokenException',
    'Token expired: current date/time 1700000000 must be before the expiration date/time1699990000',
  ],
  ['sts-idp-communication', 'IDPCommunicationError', 'The identity provider could not be reached'],
  ['sts-idp-rejected', 'IDPRejectedClaim', 'The identity provider reported that authentication failed'],
  ['sts-arn-invalid', 'ValidationError', 'Request ARN is invalid'],
  [
    'sts-arn-too-short',
    'ValidationError',
    "1 validation error detected: Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
  ],
  [
    'sts-duration',
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  ],
  ['sts-region-disabled', 'RegionDisabledException', 'STS is not activated in this region for account:111122223333'],
  ['sts-malformed-policy', 'MalformedPolicyDocument', 'The policy is not in the valid JSON format'],
  ['sts-packed-policy', 'PackedPolicyTooLarge', 'Packed policy consumes 120% of allotted space'],
  ['sts-throttled', 'Throttling', 'Rate exceeded'],
];

const idOf = (text: string): string => explainMessage(text).message?.id ?? 'unknown';

describe('a pasted message is understood', () => {
  for (const [form, frame] of Object.entries(forms))
    test.each(answersOfSts)(`in the form of ${form}: %s`, (id, code, message) =>
      expect(idOf(`2026-11-01T06:00:00Z INFO start\n${frame(code, message)}\nINFO retry in 3 s`)).toBe(id),
    );

  test('what says why goes before the last word of a chain; what only carries it is not told', () => {
    const explanation = explainMessage(
      'NoCredentialProviders: no valid providers in chain\ncaused by: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    expect(explanation).toMatchObject({
      message: { id: 'sts-not-authorized' },
      also: [{ message: { id: 'sdk-no-credentials' } }],
    });
  });
});

describe('of several faults in a text', () => {
  const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const noProvider = 'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://x';
  const audience = 'InvalidIdentityToken: Incorrect token audience';
  const byNode =
    'User: arn:aws:sts::111122223333:assumed-role/node/i-0123456789abcdef0 is not authorized to perform: s3:GetObject';
  const byRole =
    'User: arn:aws:sts::111122223333:assumed-role/cart/botocore-session-1 is not authorized to perform: s3:GetObject';
  const nothing = 'Unable to locate credentials';
  const timeout =
    'WebIdentityErr: failed to retrieve credentials\\ncaused by: Post \\"https://sts.eu-west-1.amazonaws.com/\\": dial tcp 10.0.0.9:443: i/o timeout';

  test.each([
    ['sts-no-provider', 'two times', `2026-11-01T09:00:00Z ${refused}\n2026-11-01T10:00:00Z ${noProvider}`],
    ['sts-not-authorized', 'two times', `2026-11-01T09:00:00Z ${noProvider}\n2026-11-01T10:00:00Z ${refused}`],
    ['sts-audience', 'lines without a time', `${noProvider}\n${audience}`],
    ['sts-no-provider', 'lines without a time', `${audience}\n${noProvider}`],
    [
      'sdk-irsa-role-permission',
      'a fix that worked',
      `2026-11-01 09:00:00 ERROR ${byNode}\n2026-11-01 09:30:00 ERROR ${byRole}`,
    ],
    ['sdk-node-role', 'the reverse', `2026-11-01 09:00:00 ERROR ${byRole}\n2026-11-01 09:30:00 ERROR ${byNode}`],
    [
      'sdk-sts-unreachable',
      'logfmt',
      `time="2026-11-01T09:00:00Z" msg="${refused}"\ntime="2026-11-01T09:10:00Z" msg="${timeout}"`,
    ],
    [
      'sts-not-authorized',
      'logfmt',
      `time="2026-11-01T09:00:00Z" msg="${timeout}"\ntime="2026-11-01T09:10:00Z" msg="${refused}"`,
    ],
    ['sts-audience', 'klog', `E1101 10:00:00.000000 1 x.go:1] ${refused}\nE1101 10:05:00.000000 1 x.go:1] ${audience}`],
    [
      'sts-audience',
      'kubectl logs --timestamps',
      `2026-11-01T09:00:00.0Z caused by: ${refused}\n2026-11-01T09:00:00.0Z \tstatus code: 403\n2026-11-01T10:00:00.0Z WebIdentityErr: failed to retrieve credentials\n2026-11-01T10:00:00.0Z caused by: ${audience}`,
    ],
    [
      'sts-not-authorized',
      'the innermost cause of Java',
      `SdkClientException: Unable to load credentials from any of the providers\n\tat a.b(C.java:1)\nCaused by: StsException: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
    ],
  ])('the newest decides: %s (%s)', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });

  test.each([
    ['sts-audience', 'a second later', '2026-11-01T09:00:00Z', '2026-11-01T09:00:01Z'],
    ['sdk-no-credentials', 'an hour later', '2026-11-01T09:00:00Z', '2026-11-01T10:00:00Z'],
    ['sts-audience', 'without a time', 'ERROR', 'ERROR'],
  ])('a reason goes before its symptom, not before another failure: %s %s', (id, _, first, second) => {
    expect(idOf(`${first} ${audience}\n${second} ${nothing}`)).toBe(id);
  });

  test('the older faults are named too, newest first', () => {
    const { also } = explainMessage(
      `2026-11-01T09:00:00Z ${refused}\n2026-11-01T09:30:00Z ${noProvider}\n2026-11-01T10:00:00Z ${audience}`,
    );
    expect(also.map(({ message: { id } }) => id)).toEqual(['sts-no-provider', 'sts-not-authorized']);
  });

  test('the names are those of the newest', () => {
    const { facts } = explainMessage(
      `2026-11-01T09:00:00Z ${refused} role arn:aws:iam::111122223333:role/old\n2026-11-01T10:00:00Z ${refused} role arn:aws:iam::111122223333:role/new`,
    );
    expect(facts.roleArn).toBe('arn:aws:iam::111122223333:role/new');
  });

  test('of a log that is longer than what is read, the end is read', () => {
    const { message } = explainMessage(`${refused}\n${'INFO nothing\n'.repeat(100_000)}${audience}`);
    expect(message?.id).toBe('sts-audience');
  });
});

describe('the verdict on a text', () => {
  const caller = 'User: arn:aws-cn:sts::444455556666:assumed-role/orders';
  test.each<[string, string, string, string]>([
    ['one cause of the message is left', 'Error loading SSO Token', 'elsewhere', 'other-person'],
    [
      'the caller asks for its own role',
      `${caller}/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws-cn:iam::444455556666:role/orders`,
      'decided',
      'self-assume',
    ],
    [
      'the ARN has its prefix twice',
      'AWS_ROLE_ARN=arn:aws:iam::444455556666:role/arn:aws:iam::444455556666:role/x',
      'decided',
      'role-arn-malformed',
    ],
    ['another cloud', 'AADSTS70021: No matching federated identity record found', 'elsewhere', 'other-azure'],
    ['several causes', 'Incorrect token audience', 'likely', 'provider-audience'],
  ])('%s', (_, text, verdict, first) => {
    const explained = explainMessage(text);
    expect([explained.verdict, explained.causes[0]?.cause.id]).toEqual([verdict, first]);
  });

  test.each(['i-0123456789abcdef0', 'i-****'])(
    'the session %s of a node that asks for its own role is no program with a role',
    session => {
      const text = `${caller}/${session} is not authorized to perform: sts:AssumeRole on resource: arn:aws-cn:iam::444455556666:role/orders`;
      expect(explainMessage(text).verdict).toBe('likely');
    },
  );

  test('a text with a pod is not sent elsewhere where less than half of such reports are about another matter', () => {
    const text =
      'my lambda in the same account as the EKS cluster reads the bucket and the pod gets access denied from s3';
    const { verdict, causes } = explainMessage(text);
    expect([verdict, causes[0]?.cause.id]).toEqual(['likely', 'other-function']);
    expect(causes.some(({ cause }) => cause.identity === undefined)).toBe(true);
  });

  test('variables that are set exclude that the account has no role', () => {
    const set =
      'AWS_ROLE_ARN=arn:aws:iam::444455556666:role/orders AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
    const ids = (text: string) => explainMessage(text).causes.map(({ cause }) => cause.id);
    expect(ids('Unable to locate credentials')).toContain('no-role');
    expect(ids(`Unable to locate credentials\n${set}`)).not.toContain('no-role');
  });

  test('the session of an instance excludes keys and the permissions of the role of the pod', () => {
    const ids = explainMessage(`${caller}/i-0123456789abcdef0 is not authorized to perform: s3:GetObject`).causes.map(
      ({ cause }) => cause.id,
    );
    expect(ids).toContain('program-ignores-role');
    expect(ids.filter(id => id === 'keys-first' || id === 'role-permission')).toEqual([]);
  });

  test('a time-out of metadata is no proof that the pod has no role', () =>
    expect(explainMessage('operation error ec2imds: GetMetadata, context deadline exceeded').verdict).toBe('likely'));

  test('the shares are those of all causes that are left', () => {
    const { causes } = explainMessage('Unable to locate credentials');
    expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test.each(['', '   ', '\u0000\u0001\u0002', 'Segmentation fault (core dumped)'])('%j is not known', text =>
    expect(explainMessage(text)).toMatchObject({ verdict: 'unknown', also: [], facts: {}, causes: [] }),
  );
});

test('any text is answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const { verdict, causes } = explainMessage(text);
      expect(verdict === 'unknown' || causes.length > 0).toBe(true);
    }),
  );
});

const units = [
  ...[
    'serviceaccount/token permission ',
    'expiredtoken ',
    '\\',
    '\\n',
    '\n',
    'sts.',
    'a.sts.b.',
    '//sts.amazonaws.com',
  ],
  ...['assumed-role/a/b', 'arn:aws:iam::1:user/a', '"eventName":"AssumeRoleWithWebIdentity"', 'access denied ', 'aws '],
  ...['could not get provider client ', 'failed calling webhook ', '2026-11-01T10:00:00Z a\n'],
];
test.each(sample(units, 4))('a log that is %j over and over is answered soon', unit => {
  const long = `//${unit.repeat(Math.ceil((maxText + 10) / unit.length))}`;
  // The processor's time, since other tests take turns with this one.
  const before = process.cpuUsage();
  explainMessage(long);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
});

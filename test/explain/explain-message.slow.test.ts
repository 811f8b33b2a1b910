import { describe, expect, test } from '@jest/globals';
import { explainMessage, knownMessages, maxText } from '../../lib/explain/explain-message.ts';
import { renderMessage } from '../../lib/explain/render-explanation.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { askedTexts } from '../incidents/asked-texts.ts';
import { blindTexts } from '../incidents/blind-texts.ts';
import { firstReports, secondReports } from '../incidents/credential-reports.ts';
import { describedTexts } from '../incidents/described-texts.ts';
import { eighthRoundOfCredentials } from '../incidents/eighth-round-credentials.ts';
import { fifthRound } from '../incidents/fifth-round.ts';
import { firstRound, textsOf } from '../incidents/first-round.ts';
import { fourthRound } from '../incidents/fourth-round.ts';
import { fourthReports } from '../incidents/fourth-round-credentials.ts';
import { furtherReportedTexts } from '../incidents/further-reported-texts.ts';
import { furtherJudgedTexts } from '../incidents/judged-texts.ts';
import { laterReportedTexts } from '../incidents/later-reported-texts.ts';
import { recentReportedTexts } from '../incidents/recent-reported-texts.ts';
import { reportedTexts } from '../incidents/reported-texts.ts';
import { secondRound } from '../incidents/second-round.ts';
import { seventhRound } from '../incidents/seventh-round.ts';
import { seventhRoundOfCredentials } from '../incidents/seventh-round-credentials.ts';
import { sixthRound } from '../incidents/sixth-round.ts';
import { thirdRound } from '../incidents/third-round.ts';
import { thirdReports } from '../incidents/third-round-credentials.ts';
import { fc } from '../support/properties.ts';
import { sample } from '../support/sample.ts';
import { judgedLogs } from './judged-logs.ts';
import { otherWords } from './other-words.ts';
import { beforeSts, rareAnswers, shapes } from './pasted-logs.ts';
import { byCluster, byServices } from './pasted-service-logs.ts';
import { bySetup, byTools } from './pasted-tool-logs.ts';
import { furtherPublicLogs, publicSdkLogs } from './public-sdk-logs.ts';
import { publicToolLogs } from './public-tool-logs.ts';
import { reportedLogs } from './reported-logs.ts';

const role = 'arn:aws:iam::111122223333:role/checkout-cart';
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
  ['sts-missing-aud', 'InvalidIdentityToken', 'Missing a required claim: aud'],
  [
    'sts-roles-claim',
    'InvalidIdentityToken',
    'The target role ARN is not present in the roles claim of the identity token',
  ],
  ['sts-login-with-amazon', 'InvalidIdentityToken', 'Provided Token is not a Login With Amazon token'],
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

const bySdks: readonly (readonly [string, string])[] = [
  [
    'sdk-token-unreadable',
    'WebIdentityErr: failed fetching WebIdentity token: \ncaused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
  ],
  [
    'sdk-token-unreadable',
    "PermissionError: [Errno 13] Permission denied: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
  ],
  [
    'sdk-token-file-missing',
    'failed to retrieve jwt from provide source, unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: no such file or directory',
  ],
  [
    'sdk-token-file-missing',
    "Error: ENOENT: no such file or directory, open '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
  ],
  ['sdk-token-expired', 'CredentialsError: Token file expired'],
  ['sdk-role-arn-missing', 'WebIdentityErr: role ARN is not set'],
  [
    'sdk-role-arn-missing',
    'botocore.exceptions.InvalidConfigError: The provided profile or the current environment is configured to assume role with web identity but has no role ARN configured. Ensure that the profile has the role_arn configuration set',
  ],
  [
    'sdk-sts-module-missing',
    'com.amazonaws.SdkClientException: To use assume role profiles the aws-java-sdk-sts module must be on the class path.',
  ],
  [
    'sdk-sts-module-missing',
    "java.lang.IllegalStateException: To use web identity tokens, the 'sts' service module must be on the class path (software.amazon.awssdk:sts).",
  ],
  [
    'sdk-node-role',
    'An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::111122223333:assumed-role/eks-node-role/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
  ],
  [
    'sdk-irsa-role-permission',
    'User: arn:aws:sts::111122223333:assumed-role/checkout-cart/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
  ],
  ['sdk-no-credentials', 'botocore.exceptions.NoCredentialsError: Unable to locate credentials'],
  ['sdk-no-credentials', 'NoCredentialProviders: no valid providers in chain. Deprecated.'],
  [
    'sdk-no-credentials',
    'failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata',
  ],
  ['sdk-no-credentials', 'CredentialsProviderError: Could not load credentials from any providers'],
  [
    'sdk-pod-identity',
    'botocore.exceptions.CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata',
  ],
  [
    'pod-identity-agent-unreachable',
    'CredentialsFetchError: connect to http://169.254.170.23/v1/credentials timed out',
  ],
  ['sdk-wrapper', 'WebIdentityErr: failed to retrieve credentials'],
  ['cognito-identity-pool', 'NotAuthorizedException: Token is not from a supported provider of this identity pool'],
  ['sts-missing-claim', 'InvalidIdentityToken: Missing a required claim: sub'],
];

describe('a pasted message is understood', () => {
  for (const [form, frame] of Object.entries(forms))
    test.each(answersOfSts)(`in the form of ${form}: %s`, (id, code, message) => {
      const explanation = explainMessage(`2026-11-01T06:00:00Z INFO start\n${frame(code, message)}\nINFO retry in 3 s`);
      expect(explanation.known ? explanation.message.id : 'unknown').toBe(id);
    });

  test.each(bySdks)('%s: %s', (id, text) => {
    const explanation = explainMessage(text);
    expect(explanation.known ? explanation.message.id : 'unknown').toBe(id);
  });

  test('every known message is in these tables', () => {
    const covered = new Set(
      [
        ...[...answersOfSts, ...bySdks, ...shapes, ...beforeSts, ...rareAnswers],
        ...[...byServices, ...byCluster, ...byTools, ...bySetup, ...judgedLogs, ...reportedLogs],
        ...[...publicSdkLogs, ...furtherPublicLogs, ...publicToolLogs, ...otherWords],
      ]
        .map(([id]) => id)
        .concat(
          [
            ...reportedTexts,
            ...furtherReportedTexts,
            ...laterReportedTexts,
            ...recentReportedTexts,
            ...furtherJudgedTexts,
            ...describedTexts,
            ...askedTexts,
            ...blindTexts,
            ...textsOf(firstRound),
            ...textsOf(secondRound),
            ...textsOf(thirdRound),
            ...textsOf(fourthRound),
            ...textsOf(fifthRound),
            ...textsOf(sixthRound),
            ...textsOf(seventhRoundOfCredentials),
            ...textsOf(seventhRound),
            ...textsOf(eighthRoundOfCredentials),
          ].map(([, , , id]) => id),
          [...firstReports, ...secondReports, ...thirdReports, ...fourthReports].flatMap(
            ({ explained }) => explained?.[0] ?? [],
          ),
        ),
    );
    expect(knownMessages.map(message => message.id).filter(id => !covered.has(id))).toEqual([]);
  });

  test.each(knownMessages.map(message => [message.id, message] as const))(
    '%s is found by its own sample',
    (id, message) => {
      const explanation = explainMessage(message.sample);
      expect(explanation.known ? explanation.message.id : 'unknown').toBe(id);
    },
  );

  test('what says why goes before the last word of a chain; what only carries it is not told', () => {
    const explanation = explainMessage(
      'NoCredentialProviders: no valid providers in chain\ncaused by: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    expect(explanation).toMatchObject({
      known: true,
      message: { id: 'sts-not-authorized' },
      also: [{ id: 'sdk-no-credentials' }],
    });
  });

  test("botocore's own words around the answer of STS are not told as another message", () => {
    const explanation = explainMessage(
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    expect(explanation).toMatchObject({ known: true, message: { id: 'sts-not-authorized' }, also: [] });
    const rendered = renderMessage(explanation, ruleById, { colour: false, width: 100 });
    expect(rendered).not.toMatch(/Also in the text|WebIdentityErr/);
  });
});

test('the literal that a pattern begins with, repeated, costs no pattern a square of its length', () => {
  const timeOf = (pattern: RegExp): number => {
    const literal = /^\(?((?:[\w :/"'-]|\\[./])+)/.exec(pattern.source)?.[1]?.replaceAll('\\', '') ?? 'a';
    const text = literal.repeat(40_000 / literal.length);
    // The processor's time, since other tests take turns with this one.
    const before = process.cpuUsage();
    pattern.test(text);
    return process.cpuUsage(before).user / 1_000;
  };
  const slow = knownMessages.flatMap(({ patterns }) => patterns).filter(pattern => timeOf(pattern) > 2000);
  expect(slow).toEqual([]);
});

describe('an unknown message', () => {
  test('is not known, and the nearest is only called nearest', () => {
    const explanation = explainMessage('The audience of this token is incorrect');
    expect(explanation).toMatchObject({
      known: false,
      nearest: [{ id: 'sts-audience' }, { id: 'sts-audience-of-login' }],
    });
  });

  test.each(['', '   ', 'Segmentation fault (core dumped)', 'ERROR 1045 (28000): Access denied for user root'])(
    '%j has no nearest',
    text => {
      expect(explainMessage(text)).toEqual({ known: false, nearest: [], facts: {} });
    },
  );
});

test('names in the text are taken over', () => {
  const { facts } = explainMessage(
    `AccessDenied: system:serviceaccount:checkout:cart may not use ${role}. Issuer ${issuer}, see https://sts.eu-west-1.amazonaws.com`,
  );
  expect(facts).toEqual({
    roleArn: role,
    issuer,
    accountId: '111122223333',
    region: 'eu-west-1',
    namespace: 'checkout',
    serviceAccount: 'cart',
  });
});

test('any text is answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(typeof explainMessage(text).known).toBe('boolean');
    }),
  );
});

test('of a whole log, also the last line is read', () => {
  const log = 'INFO reconciler "starting workers" controller=pod\n'.repeat(10_000);
  expect(explainMessage(`${log}InvalidIdentityToken: Incorrect token audience`)).toMatchObject({ known: true });
});

const units = [
  'serviceaccount/token permission ',
  'expiredtoken ',
  '\\',
  '\\n',
  '\n',
  'sts.',
  'a.sts.b.',
  '//sts.amazonaws.com',
  'assumed-role/a/b',
  'arn:aws:iam::1:user/a',
  '"eventName":"AssumeRoleWithWebIdentity"',
  'access denied ',
  'aws ',
  'could not get provider client ',
  'did not provide credentials the credential provider ',
  '2026-11-01T10:00:00Z a\n',
];
test.each(sample(units, 4))('a log that is %j over and over is answered soon', unit => {
  const long = `//${unit.repeat(Math.ceil((maxText + 10) / unit.length))}`;
  // The processor's time, since other tests take turns with this one.
  const before = process.cpuUsage();
  explainMessage(long);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
});

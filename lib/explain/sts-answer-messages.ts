import { trustRefuses } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

/** The endpoint of another service is used for STS too. */
export const otherEndpoint: Cause = {
  text: 'The program has an endpoint for another service (S3, DynamoDB, AWS_ENDPOINT_URL) and its SDK uses it for STS too: set the region and remove the endpoint, name it for the one service (AWS_ENDPOINT_URL_S3), or set AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true.',
  rules: [],
  tell: 'kubectl exec … env shows AWS_ENDPOINT_URL, or the configuration of the program has an endpoint.',
};

/** Answers of STS that a program does not show, and calls that it makes in a wrong way. */
export const stsAnswerMessages: readonly KnownMessage[] = [
  {
    id: 'sts-answer-hidden',
    from: 'sdk',
    sample: "FormatError: unable to find child 'AssumeRoleWithWebIdentityResult':0 in node 'ErrorResponse'",
    patterns: [
      /(missing|unable to find|could not find|cannot find|expected|no)\b.{0,40}\bAssumeRoleWithWebIdentityRe(sult|sponse)\b/i,
    ],
    says: 'STS answered AssumeRoleWithWebIdentity with an error, and the program does not show which: it looked for credentials in the answer. In the pod, aws sts assume-role-with-web-identity --role-arn $AWS_ROLE_ARN --role-session-name try --web-identity-token file://$AWS_WEB_IDENTITY_TOKEN_FILE prints it.',
    causes: [
      {
        text: 'STS refused, and its error names the cause: ask it by hand as above, and explain what it prints. Most often the trust policy of the role does not match the service account; else its account has no provider for the cluster, or the token is of another audience, expired or empty. Newer versions of some programs show the error (pgBackRest does).',
        rules: [
          ...['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'cluster-provider-missing'],
          ...['provider-audience-missing', 'pod-container-uncovered'],
        ],
        tell: 'CloudTrail has a refused AssumeRoleWithWebIdentity at the time of the message.',
      },
      {
        ...otherEndpoint,
        tell: 'CloudTrail has no AssumeRoleWithWebIdentity of this role at the time of the message.',
      },
    ],
  },
  {
    id: 'sts-without-tls',
    from: 'sdk',
    sample: 'Post "http://sts.<region>.amazonaws.com/": connection reset by peer',
    patterns: [/\bhttp:\/\/sts\.([a-z0-9-]{1,30}\.|<region>\.)?amazonaws\.com(?!\/doc\b)/i],
    says: 'The program calls STS without TLS (http://). STS is to be called by https://, and most networks let nothing else out.',
    causes: [
      {
        text: 'TLS is switched off for the own service of the program (disableSSL, insecure: true, an endpoint of http://), and its SDK takes this for STS too: switch it on, or remove the endpoint.',
        rules: [],
        tell: 'The configuration of the program has such a setting, and the message is gone without it.',
      },
      {
        text: 'The program writes the address of STS itself, with http://: update it.',
        rules: [],
        tell: 'Its configuration has no such setting.',
      },
    ],
    unless: ['sdk-wrong-endpoint'],
  },
];

/** The endpoint of another service for STS, in words of people. */
export const endpointDescribedMessage: KnownMessage = {
  id: 'sts-endpoint-described',
  from: 'sdk',
  sample: 'it does not assume the role as soon as the endpoint of S3 is configured',
  patterns: [
    /\bassum\w*\b.{0,60}\brole\b.{0,60}\b(as soon( as)?|when(ever)?|if|once)\b.{0,24}\bendpoints?\b.{0,20}\b(is|was|are) (configured|set|specified|given|defined)/i,
    /\bsts (requests?|calls?)\b.{0,24}\bto (the |an? )?(s3|minio|dynamodb|custom|configured)\b.{0,12}\bendpoint\b/i,
    /\bAWS_ENDPOINT_URL\b.{0,400}\b(only|instead|rather)\b.{0,24}\bAWS_ENDPOINT_URL_S3\b/i,
  ],
  says: 'The program has an endpoint for one service, and does not get a role with it: its call of STS goes there too.',
  causes: [otherEndpoint, trustRefuses],
};

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { partitionOf } from '../../model/arn.ts';
import type { AwsCredentials } from '../clients.ts';
import { CredentialUnavailable } from './unread-reason.ts';

/** What a token is made of. `now` gives milliseconds since 1970. */
export interface EksTokenOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly now: () => number;
}

const prefix = 'k8s-aws-v1.';
/** The presigned URL is good for as long; the token for 15 minutes from its signing (aws-iam-authenticator). */
const urlLifetimeSeconds = 60;
const renewAfterMs = 13 * 60 * 1000;
const domains: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-eusc': 'amazonaws.eu',
};

/**
 * A source of EKS tokens for one cluster: a presigned GetCallerIdentity with `x-k8s-aws-id` (docs/facts.md §F), signed
 * here, sent by the cluster. Renewed 13 minutes after its signing, and earlier if the credentials end earlier. Throws
 * `CredentialUnavailable` where there are no credentials to sign with.
 */
export const eksTokenSource = (options: EksTokenOptions): (() => Promise<string>) => {
  let current: { readonly token: string; readonly renewAt: number } | undefined;
  return async () => {
    const now = options.now();
    if (current && now < current.renewAt) return current.token;
    const credentials = await credentialsOf(options);
    const ends = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    const token = await signToken(options, credentials, new Date(now));
    current = { token, renewAt: Math.min(now + renewAfterMs, ends - 60_000) };
    return token;
  };
};

const credentialsOf = async ({ credentials, clusterName }: EksTokenOptions): Promise<AwsCredentials> => {
  try {
    return await credentials();
  } catch (cause) {
    throw new CredentialUnavailable(
      `no AWS credentials to sign a token for cluster ${clusterName}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
};

/** The regional STS endpoint that a cluster's authenticator accepts. */
export const stsHost = (region: string): string => `sts.${region}.${domains[partitionOf(region)] ?? 'amazonaws.com'}`;

const signToken = async (
  { clusterName, region }: EksTokenOptions,
  credentials: AwsCredentials,
  signingDate: Date,
): Promise<string> => {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const hostname = stsHost(region);
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
    },
    { expiresIn: urlLifetimeSeconds, signingDate, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = Object.entries(signed.query ?? {})
    .flatMap(([key, value]) => [value ?? ''].flat().map(one => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`))
    .join('&');
  return prefix + Buffer.from(`https://${hostname}/?${query}`).toString('base64url');
};

/** The parts that an issuer's URL needs, and the missing ones that an answer proves. Sources: docs/facts.md §B.8. */
import { resolveNs } from 'node:dns/promises';
import type { MissingPart } from '../../model.ts';
import { oneLine } from '../../text.ts';
import type { RawAnswer } from './host-client.ts';

/** Whether the DNS says that a name does not exist (NXDOMAIN). Any other answer, or none, is false. */
export type NameCheck = (name: string) => Promise<boolean>;

/** Asks the machine's DNS servers. NXDOMAIN is of the name, whatever is asked of it (RFC 2308). */
export const systemIsAbsent: NameCheck = async name => {
  try {
    await resolveNs(name);
    return false;
  } catch (error) {
    // `ENODATA`: the name exists without such a record. Everything else is no answer (Node.js, "dns error codes").
    return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
  }
};

/** Domains whose names AWS alone gives away: nobody can choose one. */
const ofAws = /(?:^|\.)(?:amazonaws\.(?:com|com\.cn|eu)|cloudfront\.net|api\.aws|on\.aws)$/i;

/** Labels of a host that are looked at: more is no issuer's. */
const maxLabels = 10;

/** The name that does not exist: the host, or the highest domain above it that is missing too. */
export const missingName = async (
  host: string,
  failure: Error & { readonly code?: string },
  isAbsent: NameCheck,
): Promise<MissingPart | undefined> => {
  const labels = host.replace(/\.$/, '').split('.');
  if (failure.code !== 'ENOTFOUND' || ofAws.test(host) || labels.length < 2 || labels.length > maxLabels)
    return undefined;
  let name: string | undefined;
  for (let at = 0; at < labels.length - 1; at += 1) {
    const candidate = labels.slice(at).join('.');
    if (!(await isAbsent(candidate))) break;
    name = candidate;
  }
  if (name === undefined) return undefined;
  if (labels.slice(-2).join('.') !== name) return { kind: 'name', name };
  // Nobody can register a name where there is no top-level domain, such as `internal`.
  return (await isAbsent(labels.at(-1) ?? '')) ? undefined : { kind: 'domain', name };
};

/** Names in the namespace of one account and region, which no other account can take (S3, "Namespaces"). */
const ofOneAccount = /-\d{12}-[a-z0-9-]+-an$/;

/** The bucket that S3 or Google Cloud Storage says does not exist, whether S3 answers itself or through CloudFront. Other servers that
 *  speak S3's language give away their buckets to their own users alone. */
export const missingBucket = (answer: RawAnswer, { hostname: host, pathname }: URL): MissingPart | undefined => {
  const { status, text, server } = answer;
  const ofGoogle = googleBucket(host, pathname);
  if (ofGoogle !== undefined)
    return status === 404 && /<Code>NoSuchBucket<\/Code>/.test(text) ? { kind: 'bucket', name: ofGoogle } : undefined;
  const isS3 = server === 'AmazonS3' || /(?:^|\.)s3(?:[.-][^/]*)?\.amazonaws\.com(?:\.cn)?$/i.test(host);
  if (status !== 404 || !isS3 || !/<Code>NoSuchBucket<\/Code>/.test(text)) return undefined;
  const name = /<BucketName>([a-z0-9._-]{3,255})<\/BucketName>/i.exec(text)?.[1] ?? oneLine(host);
  return ofOneAccount.test(name) ? undefined : { kind: 'bucket', name };
};

/**
 * The bucket of an address of Google Cloud Storage, in its host or first in its path. Its names are one space for everybody, and free
 * once a bucket is deleted; one with a dot is a domain that its owner has to verify (Cloud Storage, "About Cloud Storage buckets").
 */
const googleBucket = (host: string, path: string): string | undefined => {
  const match = /^(?:([a-z0-9_-]+)\.)?(?:storage|commondatastorage)\.googleapis\.com$/i.exec(host);
  if (match === null) return undefined;
  const name = match[1] ?? path.split('/')[1] ?? '';
  return /^[a-z0-9_-]{3,63}$/i.test(name) ? name : undefined;
};

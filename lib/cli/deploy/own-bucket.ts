import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { errorParts } from '../../kit/classify-error.ts';
import { counted, visible } from '../../text.ts';
import { UsageError } from '../shell/io.ts';

/** A bucket of the account that is deployed to, in its region. */
export interface OwnBucket {
  readonly client: S3Client;
  readonly bucket: string;
  readonly region: string;
  readonly accountId: string;
}

/** A file of `auditorTemplate`. */
interface File {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Refuses a bucket that Lambda would take no code from: of another region (Lambda API Reference, `FunctionCode`, S3Bucket: "an
 *  Amazon S3 bucket in the same AWS Region as your function"), or of another account, which could change the code. Throws `UsageError`
 *  with the command that goes on. */
export const requireOwnBucket = async ({ client, bucket, region, accountId }: OwnBucket): Promise<void> => {
  const home = await client.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId })).then(
    ({ BucketRegion }) => BucketRegion,
    (cause: unknown) => regionOfRefusal(cause, bucket, region),
  );
  if (home !== undefined && home !== region)
    throw new UsageError(
      `--bucket: ${bucket} is in ${home}, wanted a bucket in ${region}: Lambda takes code from a bucket of its own region alone. Make one: ${made(`${bucket}-${region}`, region)}; or deploy to that region: --region ${home}`,
    );
};

const made = (bucket: string, region: string): string => `aws s3 mb s3://${bucket} --region ${region}`;

/** S3 tells the region of a bucket with its refusal (S3 API Reference, HeadBucket, `x-amz-bucket-region`). */
const regionOfRefusal = (cause: unknown, bucket: string, region: string): string => {
  const { $metadata, $response } = (cause ?? {}) as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  const status = $metadata?.httpStatusCode;
  const home = $response?.headers?.['x-amz-bucket-region'];
  if (home !== undefined && home !== region) return home;
  if (status === 404)
    throw new UsageError(`--bucket: there is no bucket ${bucket}. Make it: ${made(bucket, region)}`, { cause });
  if (status === 403)
    throw new UsageError(
      `--bucket: ${bucket} is refused: it is of another account, or these credentials may not s3:ListBucket there`,
      { cause },
    );
  throw cause;
};

/** Puts files into the bucket, in their order, each with its checksum, which S3 compares. Throws `UsageError` that says how many are there. */
export const upload = async ({ client, bucket, accountId }: OwnBucket, files: readonly File[]): Promise<void> => {
  for (const [done, { key, bytes, sha256 }] of files.entries())
    try {
      const sum = {
        ChecksumAlgorithm: 'SHA256',
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      } as const;
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ExpectedBucketOwner: accountId, ...sum }),
      );
    } catch (cause) {
      const { name, message } = errorParts(cause);
      throw new UsageError(
        `s3:PutObject of ${key} ended with ${visible(`${name}: ${message}`)}: ${done} of ${files.length} files are in ${bucket}, and no template. The same command again goes on`,
        { cause },
      );
    }
};

/** Deletes all objects of a folder of the bucket, or of the whole bucket, with their former versions. Answers how many there were. */
export const emptied = async ({ client, bucket, accountId }: OwnBucket, folder: string): Promise<number> => {
  const of = { Bucket: bucket, ExpectedBucketOwner: accountId };
  for (let count = 0; ; ) {
    // The first page each time: what it listed is gone then.
    const page = await client.send(new ListObjectVersionsCommand({ ...of, Prefix: folder }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      ...{ Key, VersionId },
    }));
    if (Objects.length === 0) return count;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ ...of, Delete: { Objects, Quiet: true } }));
    count += Objects.length - Errors.length;
    const [error] = Errors;
    if (error !== undefined)
      throw new UsageError(
        visible(
          `s3:DeleteObjectVersion of ${error.Key} ended with ${error.Code}: ${counted(count, 'object')} of ${bucket} deleted. ${folder === '' ? `aws s3 rb --force s3://${bucket}` : 'The same command again'} goes on`,
        ),
      );
  }
};

/** Deletes a bucket with all that is in it; one that is gone already is no fault. */
export const removeBucket = async (place: OwnBucket): Promise<void> => {
  try {
    await emptied(place, '');
    await place.client.send(new DeleteBucketCommand({ Bucket: place.bucket, ExpectedBucketOwner: place.accountId }));
  } catch (error) {
    if (errorParts(error).name !== 'NoSuchBucket') throw error;
  }
};

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { documentKeys } from '../lib/audit/documents.ts';

const expand = promisify(gunzip);

/** The page that a run of the sandbox left in its bucket. */
export const pageOfRun = async (
  { s3, bucket }: { readonly s3: S3Client; readonly bucket: string },
  runId: string,
): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: documentKeys(runId).report }));
  return (await expand((await Body?.transformToByteArray()) ?? new Uint8Array())).toString('utf8');
};

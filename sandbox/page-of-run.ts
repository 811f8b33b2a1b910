import type { S3Client } from '@aws-sdk/client-s3';
import { documentKeys } from '../lib/audit/document-keys.ts';
import { readPage } from '../lib/store/s3-page-store.ts';

/** The page that a run of the sandbox left in its bucket. */
export const pageOfRun = async (
  { s3, bucket }: { readonly s3: S3Client; readonly bucket: string },
  runId: string,
): Promise<string> => (await readPage(s3, bucket, documentKeys(runId).report)) ?? '';

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PageStore } from '../audit/ports.ts';
import { asService } from '../audit/service-errors.ts';

const compress = promisify(gzip);

/** Pages in the bucket of the documents, which is not public: the console opens them with the reader's own access. */
export const s3PageStore = (options: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly toolVersion: string;
}): PageStore => ({
  toolVersion: options.toolVersion,
  put: async (key, html) => {
    const command = new PutObjectCommand({
      Bucket: options.bucket,
      Key: key,
      Body: await compress(html),
      ContentType: 'text/html; charset=utf-8',
      ContentEncoding: 'gzip',
    });
    await asService(`write ${key}`, () => options.client.send(command));
  },
});

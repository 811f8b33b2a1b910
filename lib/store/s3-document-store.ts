import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { objectKey } from '../audit/document-keys.ts';
import { DocumentOfNewerVersion, documentFrom, documentText } from '../audit/document-version.ts';
import type { DocumentStore } from '../audit/ports.ts';
import { asService } from '../kit/classify-error.ts';
import { DocumentInvalid, DocumentMissing } from '../kit/errors.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** A document is refused beyond this size when expanded: 256 MiB is twice the largest snapshot that was measured. */
const maxDocument = 256 * 1024 * 1024;
/** The end that `objectKey` gives each object. */
const suffix = objectKey('');

/** Documents as gzip JSON in a bucket, each in the object that `objectKey` names. */
export const s3DocumentStore = ({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): DocumentStore => ({
  put: async (key, document) => {
    const Body = await compress(documentText(key, document));
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: objectKey(key),
      Body,
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
    });
    await asService(`write ${key}`, () => client.send(command));
  },
  get: async key => parse(key, await bytesOf(client, bucket, objectKey(key))),
  list: prefix => listKeys(client, bucket, prefix),
});

const bytesOf = async (client: S3Client, bucket: string, key: string): Promise<Uint8Array> => {
  try {
    return await asService(`read ${key}`, async () => {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    });
  } catch (cause) {
    if (cause instanceof Error && (cause.name === 'NoSuchKey' || cause.name === 'NotFound'))
      throw new DocumentMissing(`there is no document ${key}`, { cause });
    throw cause;
  }
};

const parse = async (key: string, bytes: Uint8Array): Promise<unknown> => {
  try {
    const text = await expand(bytes, { maxOutputLength: maxDocument });
    return documentFrom(key, text.toString('utf8'));
  } catch (cause) {
    if (cause instanceof DocumentOfNewerVersion) throw cause;
    throw new DocumentInvalid(`${key} is not JSON in gzip form`, { cause });
  }
};

const listKeys = async (client: S3Client, bucket: string, prefix: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  await asService(`list ${prefix}`, async () => {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
      for (const { Key } of page.Contents ?? []) if (Key?.endsWith(suffix)) keys.push(Key.slice(0, -suffix.length));
  });
  return keys.sort();
};

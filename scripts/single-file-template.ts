/** In the single file this stands in the place of `lib/infra/auditor-template.ts`: that one lies packed in the file, with CDK, and is read when it is
 *  asked for. */
import Module from 'node:module';
import { getRawAsset } from 'node:sea';
import { brotliDecompressSync } from 'node:zlib';
import type { auditorTemplate as Make } from '../lib/infra/auditor-template.ts';

export const auditorTemplate: typeof Make = options => {
  const made = new Module(process.execPath) as Module & { _compile(text: string, path: string): void };
  made._compile(brotliDecompressSync(Buffer.from(getRawAsset('template'))).toString(), process.execPath);
  return (made.exports as { readonly auditorTemplate: typeof Make }).auditorTemplate(options);
};

/** In the single file this stands in the place of `lib/infra/bundle.ts`: the handlers lie packed in the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { brotliDecompressSync } from 'node:zlib';
import type { putHandlers as Put } from '../lib/infra/bundle.ts';

export const putHandlers: typeof Put = async (directory, steps) => {
  const packed = brotliDecompressSync(Buffer.from(getRawAsset('handlers'))).toString();
  const programs: Readonly<Record<string, string>> = JSON.parse(packed);
  for (const step of steps) {
    mkdirSync(join(directory, step), { recursive: true });
    writeFileSync(join(directory, step, 'index.mjs'), programs[step] ?? '');
  }
};

/** In the single file this stands in the place of `lib/infra/bundle.ts`: the handlers lie packed in the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { brotliDecompressSync } from 'node:zlib';
import type { handlersFor as Make } from '../lib/infra/bundle.ts';
import { featuresOf } from '../lib/infra/features.ts';
import { stepsWith } from '../lib/infra/permissions.ts';

export const handlersFor: typeof Make = async (directory, configuration) => {
  const packed = brotliDecompressSync(Buffer.from(getRawAsset('handlers'))).toString();
  const programs: Readonly<Record<string, string>> = JSON.parse(packed);
  const steps = stepsWith(featuresOf(configuration));
  for (const step of steps) {
    mkdirSync(join(directory, step), { recursive: true });
    writeFileSync(join(directory, step, 'index.mjs'), programs[step] ?? '');
    writeFileSync(join(directory, step, 'configuration.json'), JSON.stringify(configuration));
  }
  return { directory, steps };
};

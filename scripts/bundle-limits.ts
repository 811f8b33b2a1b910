import type { FunctionName } from '../lib/audit/contract.ts';
import type { Bundles } from '../lib/infra/bundle.ts';

/** Bytes of a step's bundle. */
export const sizeOf = (bundles: Bundles, step: FunctionName): number => {
  const output = Object.entries(bundles.metafile.outputs).find(([path]) => path.endsWith(`/${step}/index.mjs`));
  if (!output) throw new Error(`there is no bundle of ${step}`);
  return output[1].bytes;
};

/** The limits of a bundle. The largest draws the page: all rules and the policy engine are in it. `scripts/bundle-size.ts`
 *  measures both; the time is CPU time. */
export const bundleLimits = { bytes: 1_415_000, importMilliseconds: 300 };

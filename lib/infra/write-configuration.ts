import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../config/configuration.ts';

/** Puts the configuration beside each handler: an environment variable holds 4 KB, waivers may be more. */
export const writeConfiguration = (
  { directory, steps }: { readonly directory: string; readonly steps: readonly string[] },
  configuration: Configuration,
): void => {
  for (const step of steps) writeFileSync(join(directory, step, 'configuration.json'), JSON.stringify(configuration));
};

import { resolve } from 'node:path';
import type { Trusted } from '../../facts/facts.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';

/** The zone of trust of the configuration that `--config` names; undefined without the option. Throws `UsageError` for a file
 *  that cannot be read, and `ConfigurationInvalid`. */
export const trustedIn = async (file: string | undefined, io: Io): Promise<Trusted | undefined> => {
  if (file === undefined) return undefined;
  const { parseConfiguration } = await import('../../config/configuration.ts');
  return parseConfiguration(await readText(resolve(io.cwd, file), '--config'), file).trusted;
};

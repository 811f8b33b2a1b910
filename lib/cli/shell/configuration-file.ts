import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Configuration, parseConfiguration } from '../../config/configuration.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

/** The file that `--config` stands for by itself. */
export const usualFile = 'irsa-auditor.config.json';

/** The configuration in a file. Throws `UsageError` where that cannot be read, and `ConfigurationInvalid`; where the usual file is
 *  not in the working folder, nobody may have typed `--config`. */
export const readConfiguration = async (file: string, { cwd }: Pick<Io, 'cwd'>): Promise<Configuration> => {
  const path = resolve(cwd, file);
  if (file === usualFile && !existsSync(path))
    throw new UsageError(`there is no ${usualFile} in ${cwd}: run this where it is, or name it with --config`);
  return parseConfiguration(await readText(path, '--config'), file);
};

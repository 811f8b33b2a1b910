import { resolve } from 'node:path';
import type { AuditSettings } from '../../facts.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';

/** The zone of trust, and which roles are judged, of the configuration that `--config` names; empty without the option.
 *  Throws `UsageError` for a file that cannot be read, and `ConfigurationInvalid`. */
export const zoneIn = async (
  file: string | undefined,
  io: Io,
): Promise<Pick<AuditSettings, 'trusted' | 'allRoles'>> => {
  if (file === undefined) return {};
  const { parseConfiguration } = await import('../../config/configuration.ts');
  const { trusted, allRoles } = parseConfiguration(await readText(resolve(io.cwd, file), '--config'), file);
  return { trusted, allRoles };
};

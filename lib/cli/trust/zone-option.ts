import type { AuditSettings } from '../../facts.ts';
import type { Io } from '../shell/io.ts';

/** The zone of trust, and which roles are judged, of the configuration that `--config` names; empty without the option.
 *  Throws `UsageError` for a file that cannot be read, and `ConfigurationInvalid`. */
export const zoneIn = async (
  file: string | undefined,
  io: Io,
): Promise<Pick<AuditSettings, 'trusted' | 'allRoles'>> => {
  if (file === undefined) return {};
  const { readConfiguration } = await import('../shell/configuration-file.ts');
  const { trusted, allRoles } = await readConfiguration(file, io);
  return { trusted, allRoles };
};

import type { AccountReaderOptions } from '../../collect/aws-account-reader.ts';
import type { Configuration } from '../../config/configuration.ts';
import { given } from '../../text.ts';

/** The options for parts of an account; each may be absent. */
export interface ReadingOptions {
  readonly cloudTrail?: boolean;
  /** How far back CloudTrail is read; absent: as the configuration says. */
  readonly lookbackMinutes?: number;
  readonly roleDetails?: boolean;
  readonly rolePermissions?: boolean;
  readonly unusedPermissions?: boolean;
}

/** The parts of an account that are read beyond the usual: an option goes before the configuration. */
export const accountReading = (options: ReadingOptions, configuration: Configuration) => {
  const isUnusedAsked = options.unusedPermissions ?? configuration.unusedPermissions;
  return {
    roleDetails: options.roleDetails ?? configuration.roleDetails,
    // A service can be unused only where the permissions of the role are read.
    rolePermissions: isUnusedAsked || (options.rolePermissions ?? configuration.rolePermissions),
    ...(isUnusedAsked ? { unusedPermissions: { days: configuration.unusedAfterDays } } : {}),
    ...((options.cloudTrail ?? configuration.cloudTrail.enabled)
      ? { cloudTrail: { ...configuration.cloudTrail, ...given({ lookbackMinutes: options.lookbackMinutes }) } }
      : {}),
  } satisfies AccountReaderOptions;
};

/** The choices of a configuration on what is read beyond the usual, by their one table (`readingChoices`). */
import { flagOf, type KeyedChoice, type ReadingFlags, readingRows, withIncluded } from '../model.ts';
import { given } from '../text.ts';
import type { Configuration } from './configuration.ts';

/** The choices that a configuration asks for, with those that they bring. */
export const askedOf = (configuration: Configuration): ReadonlySet<KeyedChoice> => {
  const asked = readingRows.filter(([, { key }]) => {
    const value = key === undefined ? false : configuration[key];
    return typeof value === 'object' ? value.enabled : value;
  });
  return new Set(asked.flatMap(([choice]) => withIncluded(choice) as readonly KeyedChoice[]));
};

/** The options of the command line for what is read; each may be absent. */
export interface ReadingOptions extends ReadingFlags {
  /** How far back CloudTrail is read; absent: as the configuration says. */
  readonly lookbackMinutes?: number;
}

/** A configuration with what options ask for beside it: an option goes before the file. */
export const withReading = (configuration: Configuration, options: ReadingOptions): Configuration => {
  const { cloudTrail } = configuration;
  const asked = readingRows.flatMap(([choice, { key }]) => {
    const flag = options[flagOf(choice)];
    return key === undefined || flag === undefined ? [] : [[key, flag] as const];
  });
  const { cloudTrail: enabled, ...others } = Object.fromEntries(asked);
  return {
    ...configuration,
    ...others,
    cloudTrail: { ...cloudTrail, ...given({ enabled, lookbackMinutes: options.lookbackMinutes }) },
  };
};

/** The parts of each account that are read: the arguments of its reader. */
export const accountChoices = (configuration: Configuration) => {
  const { cloudTrail, unusedAfterDays } = configuration;
  const asked = askedOf(configuration);
  return {
    roleDetails: asked.has('role-details'),
    rolePermissions: asked.has('role-permissions'),
    ...(asked.has('unused-permissions') ? { unusedPermissions: { days: unusedAfterDays } } : {}),
    ...(asked.has('cloud-trail') ? { cloudTrail } : {}),
  };
};

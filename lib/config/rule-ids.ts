import { type Configuration, ConfigurationInvalid } from './configuration.ts';

/** Refuses a configuration that names a rule that does not exist: a mistyped id would silently change nothing. `known` are
 *  the ids of the catalogue. Throws `ConfigurationInvalid` with the key, the value and the nearest way out. */
export const refuseUnknownRules = (configuration: Configuration, known: ReadonlySet<string>): Configuration => {
  const named: readonly (readonly [key: string, id: string])[] = [
    ...Object.keys(configuration.rules).map(id => ['rules', id] as const),
    ...configuration.waivers.map((waiver, index) => [`waivers.${index}.rule`, waiver.rule] as const),
    ...configuration.notifications.flatMap((destination, index) =>
      (destination.when?.rules ?? []).map(id => [`notifications.${index}.when.rules`, id] as const),
    ),
  ];
  for (const [key, id] of named)
    if (!known.has(id))
      throw new ConfigurationInvalid(`${key}: got "${id}", wanted the id of a rule: irsa-auditor rules lists them`);
  return configuration;
};

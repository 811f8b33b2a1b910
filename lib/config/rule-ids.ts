import type { AnyRule } from '../rules/define-rule.ts';
import { faultOfExposing } from '../rules/evaluate/waivers.ts';
import { type Configuration, ConfigurationInvalid } from './configuration.ts';

/** A rule of the catalogue. */
type KnownRule = Pick<AnyRule, 'id' | 'impact'>;

/** Refuses a configuration that names a rule that does not exist, since a mistyped id would silently change nothing, and one
 *  whose waiver would hide exposures that nobody looked at. Throws `ConfigurationInvalid` with the key, the value and the
 *  nearest way out. */
export const refuseUnknownRules = (configuration: Configuration, rules: readonly KnownRule[]): Configuration => {
  const known = new Map(rules.map(({ id, impact }) => [id, impact]));
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
  for (const [index, waiver] of configuration.waivers.entries()) {
    const fault = known.get(waiver.rule) === 'exposes' ? faultOfExposing(waiver) : undefined;
    if (fault !== undefined)
      throw new ConfigurationInvalid(
        `waivers.${index}.${fault.key}: got ${JSON.stringify(waiver[fault.key])}, wanted ${fault.want} (${waiver.rule} exposes)`,
      );
  }
  return configuration;
};

import { currentRuleId } from '../rules/former-ids.ts';
import type { Configuration } from './configuration.ts';

/** The configuration with the current id of each rule that it names by a former one. An entry under the current id wins
 *  over one under a former id. */
export const withCurrentRuleIds = (configuration: Configuration): Configuration => ({
  ...configuration,
  rules: Object.fromEntries(
    Object.entries(configuration.rules)
      .toSorted(([a], [b]) => Number(currentRuleId(b) !== b) - Number(currentRuleId(a) !== a))
      .map(([id, override]) => [currentRuleId(id), override]),
  ),
  waivers: configuration.waivers.map(waiver => ({ ...waiver, rule: currentRuleId(waiver.rule) })),
  notifications: configuration.notifications.map(destination =>
    destination.when?.rules === undefined
      ? destination
      : { ...destination, when: { ...destination.when, rules: destination.when.rules.map(currentRuleId) } },
  ),
});

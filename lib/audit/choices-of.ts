import type { Configuration } from '../config/configuration.ts';
import { refuseUnknownRules } from '../config/rule-ids.ts';
import type { AuditSettings } from '../facts.ts';
import { catalog } from '../rules/catalog.ts';
import { given } from '../text.ts';
import type { AuditChoices } from './ports.ts';

/** Accounts at work at once in one process. */
const accountsAtOnce = 8;

/** The choices of rules and collecting steps in a configuration. */
export const settingsOf = (configuration: Configuration): AuditSettings => ({
  registeredIssuers: configuration.registeredIssuers,
  inCluster: configuration.inCluster.enabled,
  unusedAfterDays: configuration.unusedAfterDays,
  trusted: configuration.trusted,
  allRoles: configuration.allRoles,
  ...given({ environments: configuration.environments }),
});

/** The choices of the notifying step in a configuration: no rule is bundled for it. */
export const notifyChoicesOf = (
  configuration: Configuration,
  links: AuditChoices['links'] = {},
): Pick<AuditChoices, 'minSeverity' | 'links'> => ({ minSeverity: configuration.minSeverity, links });

/** The choices of the steps in a configuration: one mapping for the Lambdas, the command line and the sandbox. Throws
 *  `ConfigurationInvalid` where it names a rule that does not exist. */
export const choicesOf = (configuration: Configuration, links: AuditChoices['links'] = {}): AuditChoices => ({
  settings: settingsOf(refuseUnknownRules(configuration, catalog)),
  rules: catalog,
  overrides: configuration.rules,
  waivers: configuration.waivers,
  ...notifyChoicesOf(configuration, links),
  concurrency: accountsAtOnce,
});

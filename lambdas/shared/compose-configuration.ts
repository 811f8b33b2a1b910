import { readFileSync } from 'node:fs';
import { choicesOf, notifyChoicesOf, settingsOf } from '../../lib/audit/choices-of.ts';
import { consoleLinks } from '../../lib/audit/console-links.ts';
import type { AuditChoices } from '../../lib/audit/ports.ts';
import { type Configuration, parseConfiguration } from '../../lib/config/configuration.ts';
import { given } from '../../lib/text.ts';
import { environment } from './env.ts';
import { once } from './once.ts';

/** The environment, read once. */
export const env = /* @__PURE__ */ once(environment);

/** The configuration that was deployed beside the bundle. Throws `ConfigurationInvalid`. */
export const configuration = /* @__PURE__ */ once((): Configuration => {
  const { configurationPath } = env();
  return parseConfiguration(readFileSync(configurationPath, 'utf8'), configurationPath);
});

/** The choices of the collecting steps: no rule is bundled for them. */
export const settings = () => ({ settings: settingsOf(configuration()) });

/** The choices of the evaluating step. */
export const choices = /* @__PURE__ */ once((): AuditChoices => choicesOf(configuration()));

/** The choices of the notifying step, and the links for a person: the execution of the run (without one, as in the
 *  weekly summary, all of them), and the page of the key given. */
export const notifyChoices = (pageKey: string, runId?: string) => {
  const { bucket, region, stateMachineArn, table } = env();
  const links = consoleLinks(region);
  if (links === undefined) return notifyChoicesOf(configuration(), { table, region });
  const consoleLink = (arn: string): string =>
    runId === undefined ? links.stateMachine(arn) : links.execution(arn, runId);
  return notifyChoicesOf(configuration(), {
    ...(stateMachineArn === undefined ? {} : { console: consoleLink(stateMachineArn) }),
    ...{ report: links.object(bucket, pageKey), table, region },
  });
};

/** As `notifyChoices`, for a fast run: it has an execution of its own, and no page. */
export const fastChoices = (runId: string) => {
  const { fastLaneArn, region, table } = env();
  const links = consoleLinks(region);
  const console = fastLaneArn === undefined ? undefined : links?.execution(fastLaneArn, runId);
  return notifyChoicesOf(configuration(), { ...given({ console }), table, region });
};

/** The instant, ISO 8601 in UTC. */
export const now = (): string => new Date().toISOString();

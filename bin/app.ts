#!/usr/bin/env node
/** The CDK app. Reads `irsa-auditor.config.json` (`-c config=FILE` for another one). */
import { readFileSync } from 'node:fs';
import { type Configuration, ConfigurationInvalid, parseConfiguration } from '../lib/config/configuration.ts';
import { refuseUnknownRules } from '../lib/config/rule-ids.ts';
import { auditorApp } from '../lib/infra/auditor-app.ts';
import { catalog } from '../lib/rules/catalog.ts';
import { given } from '../lib/text.ts';
import packageJson from '../package.json' with { type: 'json' };
import { deploymentSummary } from './deployment-summary.ts';

const defaultFile = 'irsa-auditor.config.json';

/** A missing file is said in a sentence as well. */
const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationInvalid(`cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
};

const { CDK_DEFAULT_ACCOUNT: accountId, CDK_DEFAULT_REGION: region } = process.env;
const { version } = packageJson;
let configuration: Configuration | undefined;
try {
  const app = await auditorApp({
    configurationOf: (file = defaultFile) => {
      configuration = refuseUnknownRules(parseConfiguration(read(file), file), catalog);
      return configuration;
    },
    ...{ accountId, region, version },
  });
  const stack = app.synth().stacks.find(({ stackName }) => stackName === configuration?.name);
  if (configuration !== undefined && stack !== undefined)
    process.stderr.write(
      deploymentSummary({ configuration, template: stack.template, version, ...given({ accountId, region }) }),
    );
} catch (error) {
  if (!(error instanceof ConfigurationInvalid)) throw error;
  process.stderr.write(`irsa-auditor: ${error.message}\n`);
  process.exitCode = 2;
}

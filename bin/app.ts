#!/usr/bin/env node
/** The CDK app. Reads `irsa-auditor.config.json` (`-c config=FILE` for another one). */
import { readFileSync } from 'node:fs';
import { ConfigurationInvalid, parseConfiguration } from '../lib/config/configuration.ts';
import { refuseUnknownRules } from '../lib/config/rule-ids.ts';
import { auditorApp } from '../lib/infra/auditor-app.ts';
import { catalog } from '../lib/rules/catalog.ts';
import packageJson from '../package.json' with { type: 'json' };

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

try {
  await auditorApp({
    configurationOf: (file = defaultFile) => refuseUnknownRules(parseConfiguration(read(file), file), catalog),
    accountId: process.env.CDK_DEFAULT_ACCOUNT,
    region: process.env.CDK_DEFAULT_REGION,
    version: packageJson.version,
  });
} catch (error) {
  if (!(error instanceof ConfigurationInvalid)) throw error;
  process.stderr.write(`irsa-auditor: ${error.message}\n`);
  process.exitCode = 2;
}

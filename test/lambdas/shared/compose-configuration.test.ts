import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  choices,
  configuration,
  fastChoices,
  notifyChoices,
  now,
  settings,
} from '../../../lambdas/shared/compose-configuration.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { catalog } from '../../../lib/rules/catalog.ts';

/** A region of a partition whose console has no published address. */
const region = 'us-iso-east-1';
const document = { minSeverity: 'high', registeredIssuers: ['https://issuer.example.com'] };
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-configuration-'));
const before = { ...process.env };
beforeAll(() => {
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(document));
  Object.assign(process.env, {
    ...{ AWS_REGION: region, LAMBDA_TASK_ROOT: folder },
    [environmentNames.table]: 'the-findings',
    [environmentNames.bucket]: 'the-documents',
    [environmentNames.configuration]: 'configuration.json',
    [environmentNames.stateMachine]: `arn:aws-iso:states:${region}:111122223333:stateMachine:irsa-auditor`,
    [environmentNames.fastLane]: `arn:aws-iso:states:${region}:111122223333:stateMachine:irsa-auditor-fast-lane`,
  });
});
afterAll(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

const links = { table: 'the-findings', region };

test('where no address of the console is published a message has the commands alone, and no link', () => {
  const wanted = { minSeverity: 'high', links };
  expect([notifyChoices('runs/run-1/report.html', 'run-1'), notifyChoices('latest'), fastChoices('fast-1')]).toEqual([
    wanted,
    wanted,
    wanted,
  ]);
});

test('the configuration is the file beside the bundle, and the rules are those of the catalogue', () => {
  expect(configuration()).toEqual(parseConfiguration(JSON.stringify(document), 'c.json'));
  expect(settings().settings.registeredIssuers).toEqual(['https://issuer.example.com']);
  expect(choices()).toMatchObject({ ...settings(), rules: catalog, minSeverity: 'high' });
});

test('the instant is ISO 8601 in UTC', () => {
  expect(now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

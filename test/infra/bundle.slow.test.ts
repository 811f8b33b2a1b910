import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionNames } from '../../lib/audit/contract.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { type Bundles, bundleSteps } from '../../lib/infra/bundle.ts';
import { writeConfiguration } from '../../lib/infra/write-configuration.ts';
import { bundleLimits, sizeOf } from '../../scripts/bundle-limits.ts';
import { bundledIn } from '../support/bundled.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-bundles-'));
let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundledIn(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const inputsOf = (step: string) =>
  Object.keys(
    Object.entries(bundles.metafile.outputs).find(([path]) => path.endsWith(`/${step}/index.mjs`))?.[1].inputs ?? {},
  );

describe.each(functionNames)('the bundle of %s', step => {
  test('is small', () => {
    expect(sizeOf(bundles, step)).toBeGreaterThan(100_000);
    expect(sizeOf(bundles, step)).toBeLessThanOrEqual(bundleLimits.bytes);
  });

  test('is imported without an environment, does nothing then, and refuses an event that is not its own', () => {
    const program = `
      const { handler } = await import(${JSON.stringify(join(directory, step, 'index.mjs'))});
      await handler({ runId: '' }, { awsRequestId: 'x', functionName: 'f', getRemainingTimeInMillis: () => 1000 })
        .then(() => console.log('accepted'), error => console.log(error.name));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: { POWERTOOLS_DEV: 'false', POWERTOOLS_LOG_LEVEL: 'SILENT' },
    });
    expect(`${stdout}${stderr}`.trim().split('\n').at(-1)).toBe('InvalidEvent');
  });

  test('has only the English locale of zod, which the name `z` would bring in all languages', () => {
    const locales = inputsOf(step).filter(path => path.includes('/zod/') && path.includes('/locales/'));
    expect(locales.map(path => path.split('/').at(-1))).toEqual(['en.js']);
  });

  test('has nothing that traces requests, since the URLs of webhooks are secrets', () => {
    expect(inputsOf(step).filter(path => /aws-xray-sdk|powertools\/tracer|opentelemetry/.test(path))).toEqual([]);
  });

  test('has no Kubernetes client in it: kubeconfig files are for the command line', () => {
    expect(inputsOf(step).filter(path => /@kubernetes\/|lib\/cli\//.test(path))).toEqual([]);
  });
});

test('the bundles are the same, byte for byte, when they are made again', async () => {
  const again = mkdtempSync(join(tmpdir(), 'irsa-auditor-bundles-again-'));
  try {
    await bundleSteps(again);
    const hash = (folder: string, step: string) =>
      createHash('sha256')
        .update(readFileSync(join(folder, step, 'index.mjs')))
        .digest('hex');
    expect(functionNames.map(step => hash(again, step))).toEqual(functionNames.map(step => hash(directory, step)));
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
});

test('the configuration lies beside each handler', () => {
  const configuration = parseConfiguration('{"name":"other"}', 'test');
  writeConfiguration(bundles, configuration);
  for (const step of functionNames) {
    const text = readFileSync(join(directory, step, 'configuration.json'), 'utf8');
    expect(parseConfiguration(text, 'written')).toEqual(configuration);
  }
});

/**
 * Bundles the handlers and measures each: bytes, and the CPU time of a cold `import` in a process of its own. JSON on
 * stdout. `--check` fails where a bound is broken.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepNames } from '../lib/audit/contract.ts';
import { bundleSteps } from '../lib/infra/bundle.ts';
import { bundleLimits, sizeOf } from './bundle-limits.ts';

/** Milliseconds of CPU that an import takes: the least of a few processes, so that other work on the machine counts little. */
const importTime = (file: string): number => {
  const program = `const from = process.cpuUsage(); await import(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(from); console.log((user + system) / 1000)`;
  const environment = { ...process.env, AWS_REGION: 'us-east-1', NODE_DISABLE_COMPILE_CACHE: '1' };
  const times = Array.from({ length: 5 }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      env: environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${file} cannot be imported: ${stderr}`);
    return Number(stdout);
  });
  return Math.round(Math.min(...times));
};

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-bundles-'));
try {
  const bundles = await bundleSteps(directory);
  const measured = stepNames.map(step => ({
    step,
    bytes: sizeOf(bundles, step),
    importMilliseconds: importTime(join(directory, step, 'index.mjs')),
  }));
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  const broken = measured.filter(
    ({ bytes, importMilliseconds }) =>
      bytes > bundleLimits.bytes || importMilliseconds > bundleLimits.importMilliseconds,
  );
  if (process.argv.includes('--check') && broken.length > 0) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

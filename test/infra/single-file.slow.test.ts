import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunReport } from '../../lib/report/run-report.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { useFirstWorld } from '../support/first-world.ts';
import { needing } from '../support/needing.ts';

/** `npm run single-file`, and the file in a folder with nothing else, no PATH and no Node.js. */
needing('Linux on x64', process.platform === 'linux' && process.arch === 'x64')('one executable file', () => {
  let folder: string;
  const sandbox = useFirstWorld();
  const run = (...args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(join(folder, 'irsa-auditor'), args, { cwd: folder, encoding: 'utf8', env: {} });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-file-'));
    const built = spawnSync(process.execPath, ['scripts/single-file.ts', 'linux-x64', folder], { encoding: 'utf8' });
    expect([built.status, built.stderr]).toEqual([0, '']);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('says its version and its licences', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    const licences = readFileSync(join(folder, 'LICENSES'), 'utf8');
    for (const part of ['Apache License', 'Node.js is licensed', 'zod '])
      expect([part, licences.includes(part)]).toEqual([part, true]);
  });

  test('reads Terraform, whose parser is WebAssembly', () => {
    writeFileSync(
      join(folder, 'main.tf'),
      `resource "aws_iam_role" "open" {
  name = "open"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }] })
}`,
    );
    const { status, stdout } = run('lint', 'main.tf');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^main\.tf:3:\d+ +critical +trust-principal-wildcard/)]);
  });

  test('audits', async () => {
    const args = ['scan', '--region', 'eu-west-1', '--json', '--no-in-cluster', ...sandbox.connected()];
    const output = await new Promise<string>(done => {
      execFile(
        join(folder, 'irsa-auditor'),
        args,
        { env: { ...process.env, HOME: folder, PATH: '' }, cwd: folder },
        (_, stdout) => done(stdout),
      );
    });
    const report = JSON.parse(output) as RunReport;
    expect(report.gaps).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(3);
  });
});

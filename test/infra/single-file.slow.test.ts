import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { auditorTemplate } from '../../lib/infra/auditor-template.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { useFirstWorld } from '../support/first-world.ts';
import { startMoto } from '../support/moto.ts';
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

  test('makes the template of a deployment, the same as a checkout does to the byte', async () => {
    const moto = await startMoto();
    const where = { endpoint: moto.url, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
    const s3 = new S3Client({ ...where, forcePathStyle: true });
    try {
      await s3.send(new CreateBucketCommand({ Bucket: 'code-of-ours' }));
      const text = '{"operations":"none","inCluster":{"enabled":true},"fastLane":{"enabled":true}}';
      writeFileSync(join(folder, 'irsa-auditor.config.json'), text);
      const env = {
        ...{ AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' },
        HOME: folder,
      };
      const args = ['deploy', 'template', '--bucket', 'code-of-ours'];
      const made = await promisify(execFile)(join(folder, 'irsa-auditor'), args, { cwd: folder, env });
      const sums = [...made.stdout.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)].map(([, sum, key]) => [key, sum]);
      expect([sums.length, made.stderr]).toEqual([12, '']);
      const configuration = parseConfiguration(text, 'test');
      const files = await auditorTemplate({
        configuration,
        bucket: 'code-of-ours',
        region: 'us-east-1',
        version: packageJson.version,
      });
      expect(sums).toEqual(files.map(({ key, sha256 }) => [key, sha256]));
    } finally {
      s3.destroy();
      await moto.stop();
    }
  }, 240_000);

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

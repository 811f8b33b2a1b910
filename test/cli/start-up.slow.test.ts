import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { commands } from '../../lib/cli/commands.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { commandLineMetafile } from '../support/bundled.ts';
import { runCommand } from '../support/captured-io.ts';

type Outputs = Metafile['outputs'];

/** The files that are loaded with this one, without what is loaded when it is used. */
const loadedWith = (outputs: Outputs, path: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
    if (kind === 'import-statement' && external !== true) loadedWith(outputs, next, seen);
  return seen;
};

const sourcesOf = (outputs: Outputs, files: ReadonlySet<string>): readonly string[] =>
  [...files].flatMap(file =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [source] : [],
    ),
  );

describe('start-up', () => {
  test('help and one decision load no client of AWS, no YAML and no schema library', async () => {
    const { outputs } = await commandLineMetafile();
    const find = (source: string): string => {
      const [path] = Object.entries(outputs).find(([, output]) => output.entryPoint === source) ?? [];
      if (path === undefined) throw new Error(`no output of ${source}`);
      return path;
    };
    const slow = /node_modules\/(@aws-sdk|@smithy|yaml|zod)\//;
    const loaded = (source: string) => sourcesOf(outputs, loadedWith(outputs, find(source)));
    for (const entry of ['bin/irsa-auditor.ts', 'lib/cli/trust/one-account.ts']) {
      expect(loaded(entry)).toContain(entry);
      expect(loaded(entry).filter(source => slow.test(source))).toEqual([]);
    }
    expect(loaded('lib/cli/commands/scan.ts').some(source => slow.test(source))).toBe(true);
  });

  test('a checkout keeps what it was compiled to, in a folder of its own, and runs from that', () => {
    const checkout = mkdtempSync(join(tmpdir(), 'irsa-checkout-'));
    try {
      for (const part of ['bin', 'lib', 'package.json']) cpSync(part, join(checkout, part), { recursive: true });
      mkdirSync(join(checkout, 'node_modules'));
      for (const name of readdirSync('node_modules').filter(each => !each.startsWith('.')))
        symlinkSync(resolve('node_modules', name), join(checkout, 'node_modules', name));
      const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
      const run = () =>
        spawnSync(process.execPath, [join(checkout, 'bin/irsa-auditor.js'), '--version'], {
          encoding: 'utf8',
          env: { ...environment, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
        });
      const cached = /transpile cache for StrippedTypeScript \S*lib\/cli\/main\.ts\.\.\.success/;
      const first = run();
      expect([first.status, first.stdout]).toEqual([0, `${packageJson.version}\n`]);
      const kept = readdirSync(join(checkout, 'node_modules/.cache/irsa-auditor'), { recursive: true });
      expect(kept.length).toBeGreaterThan(10);
      expect(first.stderr).not.toMatch(cached);
      const second = run();
      expect(second.stdout).toBe(first.stdout);
      expect(second.stderr).toMatch(cached);
    } finally {
      rmSync(checkout, { recursive: true });
    }
  });

  test.each(commands)('the help of $name is at most 80 columns wide', async ({ name }) => {
    const { stdout } = await runCommand([name, '--help'], { columns: 80 });
    expect(stdout).toContain('--help');
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('--version is the version of the package', async () => {
    expect(await runCommand(['--version'])).toEqual({ stdout: `${packageJson.version}\n`, stderr: '', code: 0 });
  });

  test.each(commands)('$name is described the same before and after it is loaded', async ({ name, description }) => {
    const { stdout, code } = await runCommand([name, '--help']);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain(description);
    expect((await runCommand(['help', name])).stdout).toBe(stdout);
    expect((await runCommand(['--help'])).stdout.replace(/\s+/g, ' ')).toContain(description);
  });
});

import { describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { commands } from '../../lib/cli/commands.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { commandLineBundle } from '../../scripts/command-line-bundle.ts';
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
    const { metafile } = await build({ ...commandLineBundle, write: false, metafile: true, logLevel: 'silent' });
    const { outputs } = metafile;
    const find = (source: string): string => {
      const [path] = Object.entries(outputs).find(([, output]) => output.entryPoint === source) ?? [];
      if (path === undefined) throw new Error(`no output of ${source}`);
      return path;
    };
    const slow = /node_modules\/(@aws-sdk|@smithy|yaml|zod)\//;
    const loaded = (source: string) => sourcesOf(outputs, loadedWith(outputs, find(source)));
    for (const entry of ['bin/irsa-auditor.ts', 'lib/cli/commands/can-assume.ts']) {
      expect(loaded(entry)).toContain(entry);
      expect(loaded(entry).filter(source => slow.test(source))).toEqual([]);
    }
    expect(loaded('lib/cli/commands/scan.ts').some(source => slow.test(source))).toBe(true);
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

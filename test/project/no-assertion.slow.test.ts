import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { skippable } from '../../scripts/skips.ts';

const planted = `const none = [];
test('asserts', () => expect(none).toEqual([]));
test('asserts nothing', () => JSON.stringify(none));
test('loops over nothing', () => { for (const one of none) expect(one).toBe(1); });
test('returns early', () => { if (none.length === 0) return; expect(none).toEqual([]); });
test.each(none)('a table of nothing', one => expect(one).toBe(1));
`;
const configuration = z.object({ projects: z.array(z.looseObject({ displayName: z.string() })) });

test('a test that runs no assertion fails, whatever its kind', async () => {
  const { projects } = configuration.parse((await import(resolve('jest.config.js'))).default);
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-planted-'));
  try {
    writeFileSync(join(folder, 'planted.test.ts'), planted);
    writeFileSync(join(folder, 'planted.slow.test.ts'), planted);
    const config = JSON.stringify({
      projects: projects.map(project => ({ ...project, rootDir: resolve('.'), roots: [folder] })),
    });
    const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const jest = [...options, 'node_modules/jest/bin/jest.js', '--config', config, '--json', '--runInBand'];
    const { stdout } = spawnSync(process.execPath, jest, { encoding: 'utf8', timeout: 120_000 });
    const passed = skippable
      .parse(JSON.parse(stdout))
      .testResults.map(({ name, assertionResults }) => [
        name.slice(folder.length + 1),
        assertionResults.map(({ fullName, status }) => `${fullName}: ${status}`),
      ]);
    const told = [
      ...['asserts: passed', 'asserts nothing: failed', 'loops over nothing: failed', 'returns early: failed'],
      ...['a table of nothing: failed'],
    ];
    expect(new Map(passed as [string, string[]][])).toEqual(
      new Map([
        ['planted.test.ts', told],
        ['planted.slow.test.ts', told],
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

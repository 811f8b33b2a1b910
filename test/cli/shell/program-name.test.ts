import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { nextSteps } from '../../../lib/cli/scan/run-report-file.ts';
import { startedBy } from '../../../lib/cli/shell/program-name.ts';
import { aFinding, aReport } from '../../report/sample-report.ts';

test.each([
  ['from PATH', { env: {} }, 'irsa-auditor'],
  ['by npx', { env: { npm_command: 'exec' } }, 'npx --no-install irsa-auditor'],
  ['by an npm script', { env: { npm_command: 'run-script' } }, 'irsa-auditor'],
  ['by kubectl', { env: {}, calledAs: 'kubectl-irsa' }, 'kubectl irsa'],
])('the next command of a scan that was started %s starts the same program', (_, io, program) => {
  const report = aReport({ findings: [aFinding({ id: 'a'.repeat(32) })] });
  const next = (isKept: boolean) =>
    nextSteps(report, { program: startedBy(io), isKept }, { colour: false, width: 120 });
  expect(next(true)).toBe(`\nNext: ${program} explain aaaaaaaa  # cause and fix\n`);
  expect(next(false)).toBe('\nNext: the same command with --finding aaaaaaaa  # cause and fix\n');
});

test('no source, page or template tells a person to let npx ask a registry for the program', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter(file => /\.(ts|js|md|json|yaml|txt)$/.test(file) && file !== 'package-lock.json');
  expect(files.length).toBeGreaterThan(600);
  const bare = ['npx', '(-y |--yes )*irsa-auditor'].join(' ');
  expect(files.filter(file => new RegExp(bare).test(readFileSync(file, 'utf8')))).toEqual([]);
});

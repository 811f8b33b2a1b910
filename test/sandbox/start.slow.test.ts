/** `npm start`, whole and from an empty folder: three runs, the fast lane and the summary, each by its own document. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('three runs, a change that the fast lane tells with who made it, and files of each run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'irsa-auditor-start-'));
  try {
    const start = [resolve('sandbox/start.ts'), '--json'];
    const limits = { cwd: folder, timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', ...start], limits);
    const { runs, fast } = JSON.parse(stdout);
    expect(runs.map((run: { runId: string }) => run.runId)).toEqual(['run-1', 'run-2', 'run-3']);
    const [first, second, third] = runs;
    expect(first.findings.length).toBeGreaterThan(10);
    expect([first, second].map(run => run.messages.length)).toEqual([1, 1]);
    expect(second.transitions.length).toBeGreaterThan(0);
    expect([third.transitions, third.factChanges, third.messages]).toEqual([[], [], []]);
    const told = [...fast.transitions, ...fast.factChanges];
    expect(JSON.stringify(told.map(({ changedBy }) => changedBy))).toContain('kim');
    expect(fast.messages).toHaveLength(1);
    expect((await readdir(join(folder, 'sandbox-out'))).sort()).toEqual([
      'notifications',
      ...['run-1.html', 'run-1.json', 'run-2.html', 'run-2.json', 'run-3.html', 'run-3.json'],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);

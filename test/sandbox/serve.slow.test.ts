/** `npm start -- --serve` as a person uses it: the variables that it writes lead the command line to a world that answers. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { programs } from '../support/programs.ts';

const flags = ['--disable-warning=ExperimentalWarning'];
const folder = mkdtempSync(join(tmpdir(), 'irsa-sandbox-serve-'));
let serving: ChildProcess;
let said = '';
beforeAll(async () => {
  // A group of its own: whoever is left of it after its end is seen.
  serving = spawn(process.execPath, [...flags, resolve('sandbox/start.ts'), '--serve'], {
    ...{ cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  await new Promise<void>((ready, failed) => {
    serving.once('exit', code => failed(new Error(`ended with ${code}: ${said}`)));
    serving.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('One audit has run')) ready();
    });
  });
}, 180_000);
afterAll(() => {
  if (serving.exitCode === null && serving.pid !== undefined) process.kill(-serving.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A command in a shell that has read the variables and knows no others of AWS. */
const inShell = (command: string) =>
  spawnSync('sh', ['-c', `. sandbox-out/env.sh\n${command}`], {
    ...{ cwd: folder, encoding: 'utf8', timeout: 120_000 },
    env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1' },
  });
const auditor = (args: string) =>
  inShell(`"${process.execPath}" ${flags.join(' ')} "${resolve('bin/from-source.js')}" ${args}`);

/** The processes of a group that have not ended. */
const livingOf = async (group: number | undefined): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=,args=']);
  return stdout.split('\n').filter(line => new RegExp(`^ *${group} +[^Z ]`).test(line));
};

describe('a sandbox that is served', () => {
  test('the variables are for its person alone, and a plain scan reads the clusters of their region, insides too', () => {
    expect(statSync(join(folder, 'sandbox-out', 'env.sh')).mode & 0o777).toBe(0o600);
    const { stdout, stderr, status } = auditor('scan');
    expect([status, stderr.replace(/\r.*\u001b\[K/g, '')]).toEqual([1, '']);
    expect(stdout).toMatch(/^Checked {6}5 clusters, 1 account, /m);
    expect(stdout).toMatch(/search +webhook: not found/);
    expect(stdout).not.toContain('Not read');
    const [, next = ''] = /^Next: irsa-auditor (explain [0-9a-f]+)/m.exec(stdout) ?? [];
    expect(auditor(next).stdout).toContain('webhook-missing');
  }, 120_000);

  test('the commands that it prints to scan, to list and to check work, and a context has what it names', () => {
    const printed = [...said.matchAll(/^npx --no-install irsa-auditor (.*)$/gm)].map(([, args = '']) => args);
    expect(printed.map(args => args.split(' ')[0])).toEqual(['scan', 'findings', 'doctor', 'report']);
    const [everywhere = '', table = '', doctor = ''] = printed;
    expect(auditor(everywhere).stdout).toMatch(/^Checked {6}\d+ clusters, 2? ?1? ?account/m);
    expect(auditor(table)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('media  webhook: no rule for new pods'),
    });
    const { stdout, status } = auditor(doctor);
    const marks = stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => line[0]);
    expect([status, new Set(marks), marks.length > 10]).toEqual([0, new Set(['✔']), true]);
    expect(auditor('why sa/orders/refund --context store')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('role store-orders does not trust service account orders/refund'),
    });
  }, 240_000);

  test('the statements of README.md answer something when they are pasted', async () => {
    const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```sql\n([\s\S]+?)\n```/g)].map(
      ([, sql = '']) => sql,
    );
    expect(blocks).toHaveLength(5);
    const { path } = await programs();
    for (const sql of blocks) {
      writeFileSync(join(folder, 'statement.sql'), sql);
      const asked = `PATH='${path}' aws dynamodb execute-statement --statement "$(cat statement.sql)" --query 'length(Items)'`;
      expect([sql, Number(inShell(asked).stdout) > 0]).toEqual([sql, true]);
    }
  }, 120_000);

  test('it ends by a signal, with nothing left behind', async () => {
    const url = inShell('printf %s "$AWS_ENDPOINT_URL"').stdout;
    expect(await fetch(url).then(({ status }) => status)).toBeGreaterThan(0);
    const ended = once(serving, 'exit');
    serving.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    // The service of esbuild ends by itself, a moment after its parent.
    let living = ['?'];
    for (const end = performance.now() + 20_000; living.length > 0 && performance.now() < end; )
      living = await livingOf(serving.pid);
    expect(living).toEqual([]);
  }, 60_000);
});

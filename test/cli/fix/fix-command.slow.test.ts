import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openJournal } from '../../../lib/cli/fix/journal.ts';
import { deleteProvider } from '../../../lib/fixes/aws-steps.ts';
import { atLeast, type Finding } from '../../../lib/model/finding.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { data, regions, workloads } from '../../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aProvider } from '../../support/example-world.ts';
import { useFirstWorld } from '../../support/first-world.ts';
import { journalKey } from '../../support/journal-key.ts';
import { programs } from '../../support/programs.ts';

/** `irsa-auditor fix` over the sandbox's first world, with the real aws and kubectl. */
const tools = await programs();
process.stdout.write(`fix: with ${tools.used}\n`);

const sandbox = useFirstWorld();
const { become, folder } = sandbox;
/** For the tools that a plan runs. */
beforeAll(() => {
  process.env.AWS_DEFAULT_REGION = 'eu-west-1';
  process.env.PATH = tools.path;
});

const run = (command: string, ...args: readonly string[]) => {
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  const session =
    command === 'scan' || !args.includes('--undo')
      ? [...regions.flatMap(region => ['--region', region]), ...sandbox.connected()]
      : [];
  return runCommand([command, ...args, ...session], { cwd: folder, env });
};

const scan = async (): Promise<readonly Finding[]> => {
  const { stdout } = await run('scan', '--json');
  return (JSON.parse(stdout) as RunReport).findings;
};
const keysOf = (findings: readonly Finding[]) => findings.map(({ ruleId, subject }) => `${ruleId} ${subject}`).sort();

describe('fix, over the first world of the sandbox', () => {
  test('what is applied is verified, opens nothing, and undo goes back', async () => {
    become(workloads);
    const at = 'workloads.journal';
    const first = await scan();
    const applied = await run('fix', '--apply', '--yes', '--json', '--journal', at);
    const plan = JSON.parse(applied.stdout) as Plan;
    expect(plan.steps.length).toBeGreaterThan(0);
    expect(applied.stderr).toContain(`${plan.steps.length} steps done`);
    expect(applied.code).toBe(1);
    const roles = plan.steps.flatMap(({ change }) => (change?.kind === 'trust-policy' ? [change.roleArn] : []));
    expect(new Set(roles).size).toBe(roles.length);

    const now = await scan();
    const ids = new Set(now.map(({ id }) => id));
    expect(plan.fixed.filter(({ id }) => ids.has(id)).map(({ message }) => message)).toEqual([]);
    const known = new Set(first.map(({ id }) => id));
    const opened = now.filter(one => !known.has(one.id) && one.impact === 'exposes' && atLeast(one.severity, 'medium'));
    expect(opened.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);

    const undone = await run('fix', '--undo', at, '--yes');
    expect(undone.stderr).toContain(`${plan.steps.length} steps undone`);
    expect(undone.code).toBe(0);
    expect(keysOf(await scan())).toEqual(keysOf(first));
  }, 400_000);

  test('a finding that people live with is not fixed, and is not said to be left', async () => {
    become(workloads);
    const [rule, subject] = ['provider-thumbprint-not-root', '*'];
    const waivers = [{ rule, subject, reason: 'known', owner: 'platform', expires: '2099-01-01' }];
    writeFileSync(join(folder, 'waived.json'), JSON.stringify({ waivers }));
    const asked = ['--config', 'waived.json', '--rule', rule, '--rule', 'provider-thumbprint-mismatch'];
    const applied = await run('fix', '--apply', '--yes', '--journal', 'waived.journal', ...asked);
    expect(applied.stderr).toMatch(/1 step done/);
    expect(applied.stderr).not.toContain('still there');
    expect((await scan()).map(({ ruleId }) => ruleId)).toContain(rule);
    expect(applied.code).toBe(applied.stderr.includes('gaps') ? 3 : 0);
    const journal = join(folder, 'waived.journal');
    writeFileSync(journal, '{"event":"st', { flag: 'a' });
    const undone = await run('fix', '--undo', 'waived.journal', '--yes');
    expect([undone.stderr, undone.code]).toEqual([expect.stringMatching(/1 steps? undone\n.*cut off/), 3]);
    const last = readFileSync(journal, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ event: 'undone', number: 1 });
  });

  test('a step that undo keeps is told by its exit code', async () => {
    become(workloads);
    const providerArn = `arn:aws:iam::${workloads}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/00`;
    const { change } = deleteProvider(aProvider({ arn: providerArn }));
    const [at, number] = ['2026-11-01T06:00:00.000Z', 1];
    const journal = openJournal(join(folder, 'kept.journal'), 'new', journalKey);
    journal.write({ event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] });
    journal.write({ event: 'begin', at, number, change, before: { kind: 'absent' } });
    journal.write({ event: 'done', at, number, after: { kind: 'absent' } });
    journal.close();
    const { stderr, code } = await run('fix', '--undo', 'kept.journal', '--yes');
    expect([stderr, code]).toEqual([expect.stringMatching(/step 1: cannot be undone.*\n0 steps undone/), 3]);
  });

  test('what asks for a decision is applied only by its id with --choose 1', async () => {
    become(data);
    const planned = JSON.parse((await run('fix', '--json')).stdout) as Plan;
    const [asked] = planned.fixed.filter(({ fix }) => fix.choice !== undefined);
    const id = asked?.id ?? '';
    const refused = await run('fix', id.slice(0, 10), '--apply', '--yes', '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({ steps: [], left: [{ finding: { id } }] });
    expect(refused.code).toBe(1);
    const beyond = await run('fix', id, '--choose', '9');
    expect([beyond.stderr, beyond.code]).toEqual([expect.stringMatching(/--choose 9: finding \w+ has 1 way to be/), 2]);
    const chosen = await run('fix', id, '--apply', '--yes', '--choose', '1', '--journal', 'data.journal');
    expect([chosen.stderr, chosen.code]).toEqual([expect.stringMatching(/steps? done/), 0]);
    expect((await scan()).map(one => one.id)).not.toContain(id);
  });

  test('a plan for another account writes nothing: exit code 3', async () => {
    become(workloads);
    writeFileSync(join(folder, 'report.json'), (await run('scan', '--json')).stdout);
    become(data);
    const { code, stderr } = await run(
      'fix',
      '--input',
      'report.json',
      '--apply',
      '--yes',
      '--journal',
      'other.journal',
    );
    expect(stderr).toContain(`could not be confirmed by an audit of now, which is not of account ${workloads}`);
    expect(code).toBe(3);
    expect(stderr).toContain('Nothing was written.');
    expect(existsSync(join(folder, 'other.journal'))).toBe(false);
  });

  test('without --apply nothing is written, and the plan can be a script', async () => {
    become(workloads);
    const first = await scan();
    const { code, stderr } = await run('fix', '--script', 'fix.sh');
    expect(code).toBe(1);
    expect(stderr).toMatch(/fix\.sh: \d+ steps/);
    expect(spawnSync('sh', ['-n', join(folder, 'fix.sh')]).status).toBe(0);
    become(data);
    // The world is in this process, and must answer meanwhile.
    const elsewhere = await promisify(execFile)('sh', ['fix.sh'], { cwd: folder, env: process.env }).catch(
      error => error,
    );
    expect([elsewhere.stderr, elsewhere.code]).toEqual([
      'step 1: the credentials are of another account: stopped, no later step is run\n',
      1,
    ]);
    become(workloads);
    expect(keysOf(await scan())).toEqual(keysOf(first));
    expect(readdirSync(folder).filter(name => name.endsWith('.journal') && name.startsWith('irsa'))).toEqual([]);
  });
});

describe('bad input of fix is one sentence, and exit code 2', () => {
  const id = '0'.repeat(32);
  test.each([
    ['an id that is none', ['fix', 'abc'], 'is not an id of a finding'],
    ['an unknown rule', ['fix', '--rule', 'trust-any-subjct'], 'did you mean trust-any-subject'],
    ['--apply without a terminal', ['fix', '--apply'], 'add --yes'],
    ['--choose without an id', ['fix', '--choose', '1'], '--choose needs the id of the one finding'],
    ['--choose with two ids', ['fix', id, '1'.repeat(32), '--choose', '1'], 'got 2 ids'],
    ['--choose of what is no number', ['fix', id, '--choose', 'first'], 'wanted a number from 1'],
    ['--apply and --script', ['fix', '--apply', '--yes', '--script', 'x'], 'exclude each other'],
    ['--yes without --apply', ['fix', '--yes'], '--yes needs --apply'],
    ['--journal without --apply', ['fix', '--journal', 'x'], '--journal needs --apply'],
    ['--script and --json', ['fix', '--script', 'x', '--json'], '--script and --json exclude each other'],
    [
      'a script over its report',
      ['fix', '--input', 'x.json', '--script', 'x.json'],
      'would write over the report x.json',
    ],
    ['two sources', ['fix', '--input', 'x', '--table', 'y'], '--input and --table exclude each other'],
    ['--undo and --apply', ['fix', '--undo', 'x', '--apply', '--yes'], '--undo and --apply exclude each other'],
    ['--undo and --json', ['fix', '--undo', 'x', '--yes', '--json'], '--undo and --json exclude each other'],
    ['--undo of one role', ['fix', '--undo', 'x', '--yes', '--role', 'y'], '--undo and --role exclude each other'],
    ['--undo with an id', ['fix', id, '--undo', 'x', '--yes'], 'it takes no ids of findings'],
    ['a journal that is not there', ['fix', '--undo', 'none.journal', '--yes'], 'none.journal'],
    ['a report that is none', ['fix', id, '--input', 'package.json'], 'package.json is not a report of a run'],
  ])('%s', async (_, args, said) => {
    const { code, stderr } = await runCommand(args);
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

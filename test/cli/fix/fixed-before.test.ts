import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { fixedBefore, journalNameOf } from '../../../lib/cli/fix/fixed-before.ts';
import { journalVersion, openJournal } from '../../../lib/cli/fix/journal.ts';
import { toolRunner } from '../../../lib/cli/fix/run-tool.ts';
import { addAudience } from '../../../lib/fixes/aws-steps.ts';
import { journalKey, useJournalKey } from '../../support/journal-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-journals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { XDG_STATE_HOME: useJournalKey() };

test('a tool opens no pager and asks nothing: nobody would see it', async () => {
  const env = { PATH: process.env.PATH, AWS_PAGER: 'less', AWS_CLI_AUTO_PROMPT: 'on', AWS_PROFILE: 'ops' };
  const { stdout } = await toolRunner({ env, cwd: folder })('env', []);
  expect(
    stdout
      .split('\n')
      .filter(line => line.startsWith('AWS_'))
      .sort(),
  ).toEqual(['AWS_CLI_AUTO_PROMPT=off', 'AWS_PAGER=', 'AWS_PROFILE=ops']);
});

const [fixed, other] = ['a'.repeat(32), 'b'.repeat(32)];
const at = '2026-11-01T06:00:00.000Z';
const { change } = addAudience('arn:aws:iam::111122223333:oidc-provider/idp.example', 'sts.amazonaws.com');
const journal = (name: string, findings: readonly string[], key = journalKey): void => {
  const open = openJournal(join(folder, name), 'new', key);
  open.write({ event: 'plan', at, version: journalVersion, steps: 1, from: 'a scan', findings });
  open.write({ event: 'begin', at, number: 1, change });
  open.close();
};

test('a finding of a journal is known; files that are no journals, changed ones, those of others and pipes tell nothing', async () => {
  const name = journalNameOf(at);
  journal(name, [fixed]);
  journal('mine.journal', [other]);
  journal('irsa-auditor-fix-of-monday.journal', [other]);
  writeFileSync(join(folder, journalNameOf('2026-11-02T06:00:00.000Z')), `{"event":"plan","findings":["${other}"]}\n`);
  journal(journalNameOf('2026-11-04T06:00:00.000Z'), [other], '0'.repeat(64));
  const changed = readFileSync(join(folder, name), 'utf8').replace(fixed, other);
  writeFileSync(join(folder, journalNameOf('2026-11-05T06:00:00.000Z')), changed);
  execFileSync('mkfifo', [join(folder, journalNameOf('2026-11-03T06:00:00.000Z'))]);
  const here = { cwd: folder, env } as unknown as Parameters<typeof fixedBefore>[1];
  const known = await fixedBefore({}, here);
  expect([known(fixed), known(fixed.slice(0, 8)), known(other)]).toEqual([name, name, undefined]);
  expect((await fixedBefore({ journal: 'mine.journal' }, here))(other)).toBe('mine.journal');
  expect((await fixedBefore({ journal: 'absent.journal' }, { ...here, cwd: '/nowhere' }))(fixed)).toBeUndefined();
});

test('of many journals the fifty newest are looked at', async () => {
  const many = mkdtempSync(join(folder, 'many-'));
  const days = Array.from({ length: 51 }, (_, day) => new Date(Date.UTC(2026, 8, 1 + day)).toISOString());
  const idOf = (day: number): string => String(day).padStart(32, '0');
  for (const [day, made] of days.entries()) journal(join(many.slice(folder.length), journalNameOf(made)), [idOf(day)]);
  const known = await fixedBefore({}, { cwd: many, env } as unknown as Parameters<typeof fixedBefore>[1]);
  expect(days.map((_, day) => known(idOf(day)))).toEqual([undefined, ...days.slice(1).map(journalNameOf)]);
});

/** Three laws of lint over drawn pairs of a role and a service account: a sound pair is silent, a mistake is found or named as
 *  not checked, and what means nothing changes no answer. */
import { expect, test } from '@jest/globals';
import type { LintReport } from '../../../lib/cli/lint/lint-finding.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { randomOf } from '../../faults/random.ts';
import { golden } from '../../support/golden.ts';
import { seed } from '../../support/properties.ts';
import { isWhole } from '../../support/sample.ts';
import { lintTexts } from './lint-texts.ts';
import { partialForms, wholeForms } from './pairs/account-forms.ts';
import { noises } from './pairs/noise.ts';
import { mistakes, type Pair, soundPair } from './pairs/pair.ts';
import { type Files, roleForms } from './pairs/role-forms.ts';

/** Pairs of each law. */
const count = isWhole ? 10_000 : 400;
const longest = isWhole ? 3_600_000 : 60_000;
const accountForms = { ...wholeForms, ...partialForms };
const roleNames = Object.keys(roleForms);
const accountNames = Object.keys(accountForms);

const filesOf = (pair: Pair, role: string, account: string): Files | undefined => {
  const ofRole = roleForms[role]?.(pair);
  return ofRole && { ...ofRole, ...accountFilesOf(pair, account) };
};

const accountFilesOf = (pair: Pair, account: string): Files =>
  Object.fromEntries(
    Object.entries(accountForms[account]?.(pair) ?? {}).map(([name, text]) => [
      name,
      text.replace(/(?<=\/|~1)role-arn/g, pair.keyName),
    ]),
  );

/** Mistakes that are none where the files of the role do not name the account. */
const needAccount = ['an ARN of another account', 'an ARN of another partition'];

/** Forms that write no key: a tool does. */
const isMistake = (mistake: string, [role, account]: readonly [string, string], pair: Pair): boolean =>
  (mistake !== 'a mistyped key' || JSON.stringify(accountFilesOf(pair, account)).includes(pair.keyName)) &&
  (!needAccount.includes(mistake) || /arn:[a-z-]+:iam::\d{12}:/.test(JSON.stringify(roleForms[role]?.(pair))));

const lintFolder = (files: Files): Promise<LintReport> => lintTexts(files, { isOptional: true });

const tellingOf = ({ findings }: LintReport): readonly string[] =>
  findings
    .filter(({ finding }) => atLeast(finding.severity, 'medium'))
    .map(({ file, line, finding }) => `${file}:${line} ${finding.severity} ${finding.ruleId}: ${finding.message}`);

test(
  'a sound pair in any two forms gives nothing at medium or worse',
  async () => {
    for (let at = 0; at < count; at += 1) {
      const random = randomOf(seed * 1_000_003 + at);
      const pair = soundPair(random);
      const [role, account] = [random.pick(roleNames), random.pick(accountNames)];
      const files = filesOf(pair, role, account);
      if (files === undefined) continue;
      const report = await lintFolder(files);
      expect([at, role, account, tellingOf(report), report.errors]).toEqual([at, role, account, [], []]);
    }
  },
  longest,
);

test(
  'a mistake is found, or named as not checked',
  async () => {
    const made = Object.entries(mistakes);
    for (let at = 0; at < count; at += 1) {
      const random = randomOf(seed * 2_000_003 + at);
      const [mistake, { make }] = random.pick(made);
      const pair = make(soundPair(random), random);
      const [role, account] = [random.pick(roleNames), random.pick(accountNames)];
      const files = filesOf(pair, role, account);
      if (files === undefined || !isMistake(mistake, [role, account], pair)) continue;
      const report = await lintFolder(files);
      const isTold = report.findings.length + report.doubts.length + report.errors.length > 0;
      expect([at, mistake, role, account, isTold]).toEqual([at, mistake, role, account, true]);
    }
  },
  longest,
);

test('each mistake in each form, found or not checked', async () => {
  const lines: string[] = [];
  for (const [mistake, { side, make }] of Object.entries(mistakes)) {
    const random = randomOf(seed);
    const pair = make(soundPair(random), random);
    const answers = new Map<string, string[]>();
    const forms =
      side === 'account'
        ? accountNames.map(account => ['a Terraform plan', account] as const)
        : roleNames.map(role => [role, 'a manifest'] as const);
    for (const [role, account] of forms) {
      const files = filesOf(pair, role, account);
      if (files === undefined || !isMistake(mistake, [role, account], pair)) continue;
      const report = await lintFolder(files);
      const rules = [...new Set(report.findings.map(({ finding }) => `${finding.severity} ${finding.ruleId}`))];
      const answer = rules.length > 0 ? rules.sort().join(', ') : report.doubts.length > 0 ? 'not checked' : 'SILENT';
      answers.set(answer, [...(answers.get(answer) ?? []), side === 'account' ? account : role]);
    }
    lines.push(mistake, ...[...answers].map(([answer, names]) => `  ${answer}: ${names.join('; ')}`));
  }
  golden('lint/mistakes.txt', `${lines.join('\n')}\n`);
  expect(lines.join('\n')).not.toContain('SILENT');
});

test(
  'noise changes no answer',
  async () => {
    const answersOf = (report: LintReport): readonly string[] =>
      [
        ...report.findings.map(({ owner, finding }) => `${finding.severity} ${finding.ruleId} ${owner}`),
        ...report.doubts.map(({ owner, why }) => `${owner} ${why}`),
      ].sort();
    for (let at = 0; at < count; at += 1) {
      const random = randomOf(seed * 3_000_017 + at);
      const sound = soundPair(random);
      const pair = random.chance(0.3) ? sound : random.pick(Object.values(mistakes)).make(sound, random);
      const [role, account] = [random.pick(roleNames), random.pick(accountNames)];
      const files = filesOf(pair, role, account);
      const [noise, change] = random.pick(Object.entries(noises));
      if (files === undefined) continue;
      const before = answersOf(await lintFolder(files));
      const after = answersOf(await lintFolder(change(files, random)));
      expect([at, role, account, noise, after]).toEqual([at, role, account, noise, before]);
    }
  },
  longest,
);

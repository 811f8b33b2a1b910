/** The corrected line of a finding: applied to its file, it takes the finding away. */
import { expect, test } from '@jest/globals';
import type { Correction, LintFinding } from '../../../lib/cli/lint/lint-finding.ts';
import { randomOf } from '../../faults/random.ts';
import { golden } from '../../support/golden.ts';
import { lintTexts } from './lint-texts.ts';
import { partialForms, wholeForms } from './pairs/account-forms.ts';
import { mistakes, soundPair } from './pairs/pair.ts';
import { type Files, roleForms } from './pairs/role-forms.ts';

const accountForms = { ...wholeForms, ...partialForms };

const applied = (files: Files, { file, line, before, after }: Correction): Files => {
  const lines = (files[file] ?? '').split('\n');
  expect(lines[line - 1]).toBe(before);
  return { ...files, [file]: lines.toSpliced(line - 1, 1, after).join('\n') };
};

/** A long line around the place where it changes. */
const aroundChange = (text: string, before: string, after: string): string => {
  if (text.length < 160) return text;
  const at = [...before].findIndex((letter, index) => after[index] !== letter);
  return `…${text.slice(Math.max(0, at - 70), at + 70)}…`;
};

const faultOf = ({ file, owner, finding: { ruleId, discriminator } }: LintFinding): string =>
  JSON.stringify([file, owner, ruleId, discriminator]);

const pairs = [
  ['aws_iam_role with jsonencode', 'a manifest'],
  ['aws_iam_role with a heredoc', 'kubernetes_service_account'],
  ['aws_iam_role with a document', 'values of a chart'],
  ['iam-role-for-service-accounts-eks', 'a HelmRelease of Flux'],
  ['CloudFormation as YAML', 'a List'],
  ['CloudFormation as JSON', 'helm_release with set'],
  ['ACK', 'a patch of Kustomize'],
] as const;

test('each mistake in each language', async () => {
  const lines: string[] = [];
  for (const [mistake, { make }] of Object.entries(mistakes)) {
    const random = randomOf(11);
    const pair = make(soundPair(random), random);
    for (const [role, account] of pairs) {
      const [ofRole, ofAccount] = [roleForms[role]?.(pair), accountForms[account]?.(pair)];
      if (ofRole === undefined || ofAccount === undefined) continue;
      const files = { ...ofRole, ...ofAccount };
      for (const one of (await lintTexts(files, { isOptional: true })).findings) {
        const { correction } = one;
        lines.push(`${mistake}, ${role}, ${account}: ${one.finding.ruleId} ${one.file}:${one.line}`);
        if (correction === undefined) continue;
        const { file, line, before, after } = correction;
        const show = (text: string): string => aroundChange(text.trim(), before.trim(), after.trim());
        lines.push(`  ${file}:${line}`, `  - ${show(before)}`, ...after.split('\n').map(text => `  + ${show(text)}`));
        const named = after.replace('<namespace>', pair.namespace).replace('<service account>', pair.name);
        const again = await lintTexts(applied(files, { ...correction, after: named }), { isOptional: true });
        expect([mistake, role, account, again.errors, again.findings.map(faultOf)]).toEqual([
          mistake,
          role,
          account,
          [],
          expect.not.arrayContaining([faultOf(one)]),
        ]);
      }
    }
  }
  golden('lint/corrections.txt', `${lines.join('\n')}\n`);
});

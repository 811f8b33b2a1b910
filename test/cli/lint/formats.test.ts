/** Every format of one report that has each part: findings with and without an owner, doubts, files that were not read. */
import { expect, test } from '@jest/globals';
import type { LintFinding, LintReport } from '../../../lib/cli/lint/lint-finding.ts';
import { lintFormats, renderLint } from '../../../lib/cli/lint/render.ts';
import { severities } from '../../../lib/model/finding.ts';
import { aFinding } from '../../support/drift-builders.ts';
import { golden } from '../../support/golden.ts';

const place = { file: 'deploy/trust policy.json', owner: 'aws_iam_role.app', line: 3, column: 7 };
const findings: readonly LintFinding[] = severities.map((severity, at) => ({
  ...place,
  ...(at === 0 ? { owner: '' } : {}),
  ...(at === 1 ? { file: '-' } : {}),
  ...(at === 2 ? { file: 'C:\\a\u202e<b>.json' } : {}),
  line: at + 1,
  ...(at === 3
    ? { correction: { file: place.file, line: 4, before: '  "a": "b\u202e",', after: '  "a": "c ``` |",' } }
    : {}),
  ...(at === 4
    ? { correction: { file: 'iam.tf', line: 9, before: '    x = 1', after: '    y = "<namespace>"\n    x = 1' } }
    : {}),
  finding: aFinding({
    ...{
      severity,
      ruleId: 'trust-any-subject',
      subject: 'aws_iam_role.app',
      message: `"it" & <that>\u202e ${severity}`,
    },
    fix: {
      ...{ summary: 'Name them, all of them.', commands: [] },
      ...(at === 3 ? { choice: 'Which ones:\u202e yours.' } : {}),
    },
    explains: at === 4 ? [{ id: '1', ruleId: 'trust-never-matches', subject: 'x', message: 'never' }] : [],
  }),
}));

const report: LintReport = {
  toolVersion: '1.2.3',
  files: ['deploy/trust policy.json', '-', 'C:\\a\u202e<b>.json', 'clean.tf'],
  policies: 1234,
  serviceAccounts: 1,
  annotations: 0,
  mentions: [],
  unread: 0,
  findings,
  doubts: [
    { ...place, why: 'known later: ${x}' },
    { file: '-', owner: '', line: 1, column: 1, why: '::error::no\u202e' },
  ],
  errors: [
    { file: 'broken.json', at: { line: 4, column: 2 }, why: 'not valid JSON' },
    { file: 'none.json', why: 'file not found' },
  ],
};
const none = { ...report, findings: [], doubts: [], errors: [] };

test.each(lintFormats)('%s', format => {
  const [full, clean] = [report, { ...none, files: ['clean.tf'], policies: 0 }].map(one =>
    renderLint(one, format, false),
  );
  // The rules of SARIF are the same whatever is found.
  golden(`lint/of-reports.${format}.txt`, `# full\n${full}\n# clean\n${clean}`);
});

test('colours', () => {
  golden('lint/colours.txt', renderLint({ ...report, policies: 0 }, 'table', true).replaceAll('\u001b', '\\e'));
});

test('the last line of the table counts what is there', () => {
  const last = (parts: Partial<LintReport>) => renderLint({ ...none, ...parts }, 'table', false).trimEnd();
  expect([
    last({ policies: 1, serviceAccounts: 0, files: ['a'] }),
    last({ policies: 0, serviceAccounts: 0, files: [] }),
    last({ policies: 2, serviceAccounts: 2, doubts: report.doubts }),
    last({ policies: 0, serviceAccounts: 2, errors: report.errors.slice(1) }),
  ]).toEqual([
    'no findings in 1 trust policy in 1 file',
    'no findings in 0 trust policies in 0 files',
    'no findings in 2 trust policies and 2 service accounts in 4 files; 2 not checked',
    'no findings in 2 service accounts in 4 files; 1 file not checked',
  ]);
});

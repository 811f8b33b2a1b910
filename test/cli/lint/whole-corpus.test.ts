/** The whole answer of each file of the corpus: place, severity, message with its data, evidence, fix, and what was not checked. */
import { expect, test } from '@jest/globals';
import type { LintFinding, LintReport } from '../../../lib/cli/lint/lint-finding.ts';
import { golden } from '../../support/golden.ts';
import { corpus } from './corpus.ts';
import { lintTexts } from './lint-texts.ts';

const findingLines = ({ file, line, column, owner, finding }: LintFinding): readonly string[] => {
  const { ruleId, severity, impact, subject, messageId, data, evidence, fix, explains, discriminator } = finding;
  return [
    `${file}:${line}:${column} (${owner}) ${severity} ${impact} ${ruleId} on ${subject} ${discriminator}`.trimEnd(),
    `  ${messageId} ${Object.values(data).join(', ')}`.trimEnd(),
    ...evidence.map(one => `  ${JSON.stringify(one)}`),
    ...explains.map(one => `  also ${one.ruleId} on ${one.subject}`),
    `  fix ${JSON.stringify(fix)}`,
  ];
};

const reportLines = ({ files, policies, serviceAccounts, findings, doubts, errors }: LintReport): readonly string[] => [
  `${files.join(' ')}: ${policies} policies, ${serviceAccounts} service accounts`,
  ...findings.flatMap(findingLines),
  ...doubts.map(({ file, line, column, owner, why }) => `doubt ${file}:${line}:${column} (${owner}) ${why}`),
  ...errors.map(error => `error ${JSON.stringify(error)}`),
];

test('every file of the corpus has the answer that is kept', async () => {
  const answers: string[] = [];
  const ids: string[] = [];
  for (const [title, files] of corpus) {
    const report = await lintTexts(files);
    answers.push(`# ${title}`, ...reportLines(report), '');
    const own = report.findings.map(({ finding }) => finding.id);
    expect([title, new Set(own).size]).toEqual([title, own.length]);
    ids.push(...own);
  }
  expect(ids.length).toBeGreaterThan(60);
  golden('lint-corpus.txt', answers.join('\n'));
});

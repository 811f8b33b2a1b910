import { hclReader } from '../../../lib/cli/lint/hcl/parse-hcl.ts';
import { lintFiles } from '../../../lib/cli/lint/lint-files.ts';
import type { LintReport } from '../../../lib/cli/lint/lint-finding.ts';
import { lintRules } from '../../../lib/cli/lint/read-files.ts';
import type { SourceFile } from '../../../lib/cli/lint/source-tree.ts';
import { isTerraformFile } from '../../../lib/cli/lint/terraform-files.ts';

/** Lints texts by file name, every severity. */
export const lintTexts = async (
  texts: Readonly<Record<string, string>>,
  more: Pick<SourceFile, 'isOptional'> = {},
): Promise<LintReport> => {
  const read = await hclReader();
  const files = Object.entries(texts).map(([name, text]) =>
    isTerraformFile(name) ? { name, text, ...more, terraform: () => read(text, name) } : { name, text, ...more },
  );
  const choice = { minSeverity: 'low', toolVersion: '0', now: '2026-11-01T06:00:00.000Z' } as const;
  return lintFiles(files, {}, { ...choice, rules: lintRules });
};

/** Findings as `file:line owner rule`. */
export const findingsIn = ({ findings }: LintReport): readonly string[] =>
  findings.map(({ file, line, owner, finding }) => `${file}:${line} ${owner} ${finding.ruleId}`);

/** Doubts as `file:line owner: why`. */
export const doubtsIn = ({ doubts }: LintReport): readonly string[] =>
  doubts.map(({ file, line, owner, why }) => `${file}:${line} ${owner}: ${why}`);

import { atLeast } from '../../model/finding.ts';
import { accountBudget } from '../../policy/who/budget.ts';
import { compareText } from '../../text/compare-text.ts';
import { findInFiles } from './find-in-files.ts';
import type { FoundPolicy } from './found-policy.ts';
import { judgePolicy } from './judge-policy.ts';
import type { LintChoice, LintDoubt, LintFinding, LintReport } from './lint-finding.ts';
import { judgeObjects } from './manifests/judge-objects.ts';
import { type FoundObjects, joined } from './manifests/objects.ts';
import type { SourceFile, UnreadableFile } from './source-tree.ts';

/** Lints files that were read. Pure: the same texts give the same report. */
export const lintFiles = (
  files: readonly SourceFile[],
  unreadable: readonly UnreadableFile[],
  choice: LintChoice,
): LintReport => {
  const findings: LintFinding[] = [];
  const doubts: LintDoubt[] = [];
  const errors = [...unreadable];
  const policies: FoundPolicy[] = [];
  const objects: FoundObjects[] = [];
  // All files together may cost what an account may.
  const work = accountBudget();
  const inFiles = findInFiles(files);
  for (const found of inFiles.found) {
    if ('why' in found) {
      errors.push(found);
      continue;
    }
    policies.push(...found.policies);
    objects.push(...(found.objects ? [found.objects] : []));
    for (const { at, ...rest } of found.unknown) doubts.push({ ...rest, ...at });
    let said: ReadonlySet<string> = new Set();
    for (const policy of found.policies) {
      const verdict = judgePolicy(policy, choice, work);
      const before = policy.isForm ? said : new Set<string>();
      const fresh = verdict.findings.filter(one => !before.has(faultOf(one)));
      said = new Set([...before, ...fresh.map(faultOf)]);
      findings.push(...fresh.filter(({ finding }) => atLeast(finding.severity, choice.minSeverity)));
      doubts.push(...verdict.doubts);
    }
  }
  const inCluster = judgeObjects(joined(objects), policies, choice);
  findings.push(...inCluster.findings.filter(({ finding }) => atLeast(finding.severity, choice.minSeverity)));
  doubts.push(...inCluster.doubts);
  return {
    toolVersion: choice.toolVersion,
    files: inFiles.files,
    policies: policies.filter(policy => !policy.isForm).length,
    serviceAccounts: inCluster.serviceAccounts,
    findings: findings.sort(byPlace),
    doubts: [...new Map(doubts.map(one => [JSON.stringify(one), one])).values()],
    errors,
  };
};

/** Findings of two forms of a policy are the same if rule and place in the file are. */
const faultOf = ({ line, column, finding: { ruleId, discriminator } }: LintFinding): string =>
  JSON.stringify([line, column, ruleId, discriminator]);

const byPlace = (a: LintFinding, b: LintFinding): number =>
  compareText(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compareText(a.finding.ruleId, b.finding.ruleId);

import { atLeast, audienceKey } from '../../model.ts';
import { type AccountBudget, accountBudget } from '../../policy.ts';
import { compareText } from '../../text.ts';
import { withCorrection } from './correction.ts';
import { findInFiles } from './find-in-files.ts';
import type { FoundPolicy } from './found-policy.ts';
import { judgePolicy } from './judge-policy.ts';
import type { LintChoice, LintDoubt, LintFinding, LintReport, PolicyVerdict } from './lint-finding.ts';
import { judgeObjects } from './manifests/judge-objects.ts';
import { asDeployed } from './manifests/kustomize.ts';
import { joined } from './manifests/objects.ts';
import { mentionsIn } from './mentions.ts';
import type { SourceFile, UnreadableFile } from './source-tree.ts';

/** The parts of the named files and folders that were not read. */
interface Unread {
  readonly errors?: readonly UnreadableFile[];
  readonly links?: readonly UnreadableFile[];
  readonly unread?: number;
}

/** Lints files that were read. Pure: the same texts give the same report. */
export const lintFiles = (
  files: readonly SourceFile[],
  { errors = [], links = [], unread = 0 }: Unread,
  choice: LintChoice,
): LintReport => {
  // All files together may cost what an account may.
  const work = accountBudget();
  const inFiles = findInFiles(files);
  const mentioned = mentionsIn(files, inFiles);
  const found = [...inFiles.found, ...mentioned.found];
  const read = new Set([...inFiles.files, ...mentioned.mentions.map(({ file }) => file)]);
  const policies = found.flatMap(one => one.policies);
  const objects = asDeployed(joined(found.flatMap(one => one.objects ?? [])));
  const inCluster = judgeObjects(objects, policies, choice);
  const asked = objects.serviceAccounts.flatMap(({ annotations }) =>
    annotations.flatMap(({ key, value }) => (key === audienceKey ? value : [])),
  );
  const asking = { ...choice, audiences: new Set(asked) };
  const verdicts = [...found.map(one => judgeFile(one.policies, asking, work)), inCluster];
  const open = found.flatMap(one => one.unknown.map(({ at, ...rest }): LintDoubt => ({ ...rest, ...at })));
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const notFollowed = links.map(({ file, why }): LintDoubt => ({ file, owner: '', line: 1, column: 1, why }));
  const doubts = [...open, ...notFollowed, ...verdicts.flatMap(one => one.doubts)];
  return {
    toolVersion: choice.toolVersion,
    files: files.map(({ name }) => name).filter(name => read.has(name)),
    policies: policies.filter(({ isForm, isCopy }) => !isForm && !isCopy).length,
    serviceAccounts: inCluster.serviceAccounts,
    annotations: inCluster.annotations,
    mentions: mentioned.mentions,
    findings: verdicts
      .flatMap(one => one.findings)
      .filter(({ finding }) => atLeast(finding.severity, choice.minSeverity))
      .sort(byPlace)
      .map(one => withCorrection(one, texts)),
    doubts: [...new Map(doubts.map(one => [JSON.stringify(one), one])).values()],
    unread: unread + inFiles.unread,
    errors: [...errors, ...inFiles.errors],
  };
};

/** The findings of the policies of one file; those of another form of a policy once. */
const judgeFile = (policies: readonly FoundPolicy[], choice: LintChoice, work: AccountBudget): PolicyVerdict => {
  const findings: LintFinding[] = [];
  const doubts: LintDoubt[] = [];
  let said: ReadonlySet<string> = new Set();
  for (const policy of policies.filter(({ isCopy }) => !isCopy)) {
    const verdict = judgePolicy(policy, choice, work);
    const before = policy.isForm ? said : new Set<string>();
    const fresh = verdict.findings.filter(one => !before.has(faultOf(one)));
    said = new Set([...before, ...fresh.map(faultOf)]);
    findings.push(...fresh);
    doubts.push(...verdict.doubts);
  }
  return { findings, doubts };
};

/** Findings of two forms of a policy are the same if rule and place in the file are. */
const faultOf = ({ line, column, finding: { ruleId, discriminator } }: LintFinding): string =>
  JSON.stringify([line, column, ruleId, discriminator]);

const byPlace = (a: LintFinding, b: LintFinding): number =>
  compareText(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compareText(a.finding.ruleId, b.finding.ruleId);

import { atLeast, audienceKey } from '../../model.ts';
import { type AccountBudget, accountBudget } from '../../policy.ts';
import { compareText, listed } from '../../text.ts';
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
    doubts: [...Map.groupBy(doubts, causeOf).values()].flatMap(same => same.slice(0, 1)),
    unread: unread + inFiles.unread,
    errors: [...errors, ...inFiles.errors],
  };
};

/** The findings of the policies of one file; those of several forms of a policy once. */
const judgeFile = (policies: readonly FoundPolicy[], choice: LintChoice, work: AccountBudget): PolicyVerdict => {
  const doubts: LintDoubt[] = [];
  const forms: InForm[][] = [];
  for (const policy of policies.filter(({ isCopy }) => !isCopy)) {
    const verdict = judgePolicy(policy, choice, work);
    doubts.push(...verdict.doubts);
    const counts = new Map<string, number>();
    const found = verdict.findings.map((one): InForm => {
      const place = JSON.stringify([one.line, one.column, one.finding.ruleId]);
      counts.set(place, (counts.get(place) ?? 0) + 1);
      return { policy, one, key: `${place} ${counts.get(place)}` };
    });
    const before = policy.isForm ? forms.at(-1) : undefined;
    if (before) before.push(...found);
    else forms.push(found);
  }
  const alike = forms.flatMap(found => [...Map.groupBy(found, ({ key }) => key).values()]);
  return { findings: alike.flatMap(([first, ...others]) => (first ? [onceWith(first, others)] : [])), doubts };
};

/** A finding of one form of a policy. Those of two forms are one if rule and place in the file are the same. */
interface InForm {
  readonly key: string;
  readonly policy: FoundPolicy;
  readonly one: LintFinding;
}

/** The gravest finding among those of several forms, with the files and the evidence of all. */
const onceWith = (first: InForm, others: readonly InForm[]): LintFinding => {
  const all = [first, ...others];
  const { one, policy } = all.reduce((worst, next) =>
    atLeast(worst.one.finding.severity, next.one.finding.severity) ? worst : next,
  );
  const { evidence: own, discriminator } = one.finding;
  const differing = all.filter(other => other.one.finding.discriminator !== discriminator);
  const isOfAll = differing.length === 0 && all.some(other => other.policy.givenBy === undefined);
  const files = [...new Set(all.flatMap(({ policy: { givenBy = [] } }) => givenBy))];
  if (files.length === 0 || isOfAll) return one;
  const evidence = [...own, ...differing.flatMap(other => other.one.finding.evidence)];
  const owner = `${policy.address ?? policy.owner} with ${listed(files)}`;
  return { ...one, owner, finding: { ...one.finding, evidence } };
};

/** The place of a doubt and its kind: values of it differ from caller to caller. */
const causeOf = ({ file, line, column, why }: LintDoubt): string =>
  JSON.stringify([file, line, column, why.split(/: |\$\{/, 1)]);

const byPlace = (a: LintFinding, b: LintFinding): number =>
  compareText(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compareText(a.finding.ruleId, b.finding.ruleId);

import { findingId } from '../../core/evaluate/finding-id.ts';
import { foldExplained, type RawFinding } from '../../core/evaluate/fold.ts';
import type { Finding, Fix } from '../../core/model/finding.ts';
import type { SourceLocation } from '../../core/model/source-location.ts';
import type { AnyRule, Failure } from '../../core/rules/define-rule.ts';
import { lintAccountId, roleUnderLint as linted } from './fill-statement.ts';
import type { FoundPolicy } from './found-policy.ts';
import type { LintFinding } from './lint-finding.ts';

/** A failure with the rule that saw it. */
export interface Judged {
  readonly rule: AnyRule;
  readonly failure: Failure;
}

/** Findings of one policy, each cause once, in the words of the file: `names` turns what a rule saw into what stands
 *  there. */
export const foldJudged = (
  judged: readonly Judged[],
  found: FoundPolicy,
  names: readonly (readonly [string, string])[],
): readonly LintFinding[] => {
  const places = new Map<string, SourceLocation>();
  const raw = new Map<string, RawFinding>();
  for (const { rule, failure } of judged) {
    const at = failure.at ?? found.start;
    const discriminator = failure.discriminator ?? '';
    // The same place of another form's text is another place of the file.
    const form = found.isForm ? ` ${JSON.stringify(found.placeOf(at))}` : '';
    const { line, column } = withinPolicy(at, found);
    const id = findingId(rule.id, `${found.file} ${found.owner}`, `${discriminator} ${line} ${column}${form}`);
    places.set(id, at);
    const { explains = [], explainedBy = [] } = failure;
    raw.set(id, { explains, explainedBy, finding: findingOf(rule, failure, id, discriminator) });
  }
  const { findings } = foldExplained([...raw.values()]);
  return findings.map(finding => ({
    file: found.file,
    owner: found.owner,
    ...found.placeOf(places.get(finding.id) ?? found.start),
    finding: inWordsOf(finding, found, names),
  }));
};

/** A place counted from where the policy begins: what stands above it in the file is not part of a finding's id. */
const withinPolicy = (at: SourceLocation, { start }: FoundPolicy): SourceLocation => ({
  line: at.line - start.line + 1,
  column: at.line === start.line ? at.column - start.column + 1 : at.column,
});

/** The subject that folding matches by is the one that rules name; `inWordsOf` puts the file's own in its place. */
const findingOf = (rule: AnyRule, failure: Failure, id: string, discriminator: string): Finding => ({
  id,
  ruleId: rule.id,
  subject: linted,
  discriminator,
  impact: failure.impact ?? rule.impact,
  severity: failure.severity ?? rule.severity,
  ...(rule.articleStep === undefined ? {} : { articleStep: rule.articleStep }),
  accountId: lintAccountId,
  message: failure.message,
  evidence: failure.evidence,
  ...(failure.podError === undefined ? {} : { podError: failure.podError }),
  fix: failure.fix,
  explains: [],
});

const inWordsOf = (finding: Finding, found: FoundPolicy, names: readonly (readonly [string, string])[]): Finding => {
  const say = (text: string): string => names.reduce((sum, [seen, written]) => sum.replaceAll(seen, written), text);
  return {
    ...finding,
    subject: found.owner || found.file,
    discriminator: say(finding.discriminator),
    message: say(finding.message),
    evidence: finding.evidence.map(({ what, got, wanted, readFrom, at }) => ({
      what: say(what),
      got: say(got),
      ...(wanted === undefined ? {} : { wanted: say(wanted) }),
      readFrom: say(readFrom),
      ...(at === undefined ? {} : { at: found.placeOf(at) }),
    })),
    fix: fixInWords(finding.fix, say),
    explains: finding.explains.map(one => ({ ...one, subject: found.owner || found.file, message: say(one.message) })),
  };
};

/** A file is mended in the file: commands that change the account are left out. */
const fixInWords = (fix: Fix, say: (text: string) => string): Fix => ({
  summary: say(fix.summary),
  commands: [],
  ...(fix.choice === undefined ? {} : { choice: say(fix.choice) }),
  ...(fix.terraform === undefined ? {} : { terraform: say(fix.terraform) }),
  ...(fix.cdk === undefined ? {} : { cdk: say(fix.cdk) }),
});

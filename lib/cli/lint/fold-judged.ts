import type { Finding, Fix, SourceLocation } from '../../model.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { rawFinding } from '../../rules/evaluate/evaluate.ts';
import { findingId } from '../../rules/evaluate/finding-id.ts';
import { foldExplained, type RawFinding } from '../../rules/evaluate/fold.ts';
import type { Failure } from '../../rules/failure.ts';
import type { FoundPolicy } from './found-policy.ts';
import type { LintFinding } from './lint-finding.ts';

/** A failure with its rule. */
export interface Judged {
  readonly rule: AnyRule;
  readonly failure: Failure;
}

/** The subject of findings, and its place in a file. */
export interface JudgedPlace extends Pick<FoundPolicy, 'file' | 'owner' | 'start' | 'placeOf' | 'isForm'> {
  /** The role that rules explain each other by; absent for an object of Kubernetes. */
  readonly roleArn?: string;
}

/** Findings of one policy or object, each cause once, with the text of the file: `names` maps the text that a rule saw to the text
 *  of the file. */
export const foldJudged = (
  judged: readonly Judged[],
  found: JudgedPlace,
  names: readonly (readonly [string, string])[],
): readonly LintFinding[] => {
  const places = new Map<string, SourceLocation>();
  const raw = new Map<string, RawFinding>();
  for (const { rule, failure } of judged) {
    const at = failure.at ?? found.start;
    const discriminator = failure.discriminator ?? '';
    // Another form of the policy may have the same place in its own text.
    const form = found.isForm ? ` ${JSON.stringify(found.placeOf(at))}` : '';
    const { line, column } = withinPolicy(at, found);
    const id = findingId(rule.id, `${found.file} ${found.owner}`, `${discriminator} ${line} ${column}${form}`);
    places.set(id, at);
    // The place of a failure may name a made-up account.
    const { place: _madeUp, ...ofText } = failure;
    const subject = { id: found.roleArn ?? '', place: { accountId: '' } };
    const { finding, ...rest } = rawFinding(rule, subject, ofText);
    raw.set(id, { ...rest, finding: { ...finding, id } });
  }
  const { findings } = foldExplained([...raw.values()]);
  return findings.map(finding => ({
    file: found.file,
    owner: found.owner,
    ...found.placeOf(places.get(finding.id) ?? found.start),
    finding: inWordsOf(finding, found, names),
  }));
};

/** A place counted from the start of the policy: the id of a finding does not change when lines are added above. */
const withinPolicy = (at: SourceLocation, { start }: JudgedPlace): SourceLocation => ({
  line: at.line - start.line + 1,
  column: at.line === start.line ? at.column - start.column + 1 : at.column,
});

/** A text of a rule with the words of the file in place of what was filled in. */
export const inFileWords = (text: string, names: readonly (readonly [string, string])[]): string =>
  names.reduce((sum, [seen, written]) => sum.replaceAll(seen, written), text);

const inWordsOf = (finding: Finding, found: JudgedPlace, names: readonly (readonly [string, string])[]): Finding => {
  const say = (text: string): string => inFileWords(text, names);
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

/** The fix is an edit of the file: commands that change the AWS account are left out. */
const fixInWords = (fix: Fix, say: (text: string) => string): Fix => ({
  summary: say(fix.summary),
  commands: [],
  ...(fix.choice === undefined ? {} : { choice: say(fix.choice) }),
  ...(fix.terraform === undefined ? {} : { terraform: say(fix.terraform) }),
  ...(fix.cdk === undefined ? {} : { cdk: say(fix.cdk) }),
});

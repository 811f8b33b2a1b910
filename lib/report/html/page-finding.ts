import { type ArticleStep, type Evidence, type Finding, type Folded, whereRead } from '../../model.ts';
import { choiceInWords } from '../../plan/chosen-fix.ts';
import { type CodeForm, codeFormsOf } from '../../plan/code-forms.ts';
import { cut, daysBetween, given, visible, visibleLines } from '../../text.ts';
import { type HealthPlace, healthPlaces } from '../graph/health.ts';
import { clusterNames } from '../names.ts';
import type { RootCause } from '../root-causes.ts';
import type { RunReport } from '../run-report.ts';

/** A finding as the page's program shows it. Every text was made visible, and cut where it is very long. */
export type PageFinding = Pick<
  Finding,
  | 'id'
  | 'ruleId'
  | 'severity'
  | 'impact'
  | 'subject'
  | 'message'
  | 'accountId'
  | 'region'
  | 'namespace'
  | 'serviceAccount'
  | 'roleArn'
  | 'owner'
  | 'podError'
  | 'waiver'
> & {
  readonly fix: PageFix;
  readonly explains: readonly Pick<Folded, 'ruleId' | 'subject' | 'message'>[];
  readonly evidence: readonly PageEvidence[];
  /** Where the health map counts it. */
  readonly step: ArticleStep;
  /** The clusters for which the health map counts it, by the names of the page. */
  readonly clusters: readonly string[];
  /** Place of its root cause in the page's list; absent where no other finding has it. */
  readonly cause?: number;
  /** When it was first seen, ISO 8601, and how many days before the run that was; absent where it is not known. */
  readonly firstSeen?: { readonly at: string; readonly days: number };
};

/** A fix, with what there is to choose as one text. */
interface PageFix {
  readonly summary: string;
  readonly commands: readonly string[];
  readonly choice?: string;
  /** As code, that of the tool that manages it first. */
  readonly forms: readonly CodeForm[];
  /** A tool manages what it changes: its code is the fix, and the commands are not. */
  readonly isManaged?: true;
}

/** A piece of evidence; `readFrom` names the place in the text too. */
export type PageEvidence = Pick<Evidence, 'what' | 'got' | 'wanted' | 'readFrom'>;

/** Findings of a report as the page shows them, in the report's order. */
export const pageFindings = (
  report: RunReport,
  findings: readonly Finding[],
  repeated: readonly RootCause[] = [],
): readonly PageFinding[] => {
  const names = clusterNames(report);
  const placeOf = healthPlaces(report.graph);
  const causes = new Map(repeated.flatMap((cause, index) => cause.findings.map(finding => [finding, index] as const)));
  return findings.map(finding => ({
    ...pageFinding(finding, placeOf(finding), names),
    ...given({ cause: causes.get(finding), firstSeen: firstSeenOf(finding, report) }),
  }));
};

const firstSeenOf = ({ id }: Finding, { firstSeen, startedAt }: RunReport): PageFinding['firstSeen'] => {
  const at = firstSeen?.[id];
  return at === undefined ? undefined : { at: visible(at), days: daysBetween(at, startedAt) };
};

const long = (text: string): string => visible(cut(text, 4000));
const longLines = (text: string): string => visibleLines(cut(text, 12_000));

const pageFinding = (
  finding: Finding,
  { step, clusterArns }: HealthPlace,
  names: ReadonlyMap<string, string>,
): PageFinding => ({
  id: visible(finding.id),
  ruleId: visible(finding.ruleId),
  severity: finding.severity,
  impact: finding.impact,
  subject: visible(finding.subject),
  message: long(finding.message),
  accountId: visible(finding.accountId),
  ...(finding.region === undefined ? {} : { region: visible(finding.region) }),
  ...(finding.namespace === undefined ? {} : { namespace: visible(finding.namespace) }),
  ...(finding.serviceAccount === undefined ? {} : { serviceAccount: visible(finding.serviceAccount) }),
  ...(finding.roleArn === undefined ? {} : { roleArn: visible(finding.roleArn) }),
  ...(finding.owner === undefined ? {} : { owner: visible(finding.owner) }),
  step,
  clusters: clusterArns.map(arn => visible(names.get(arn) ?? arn)),
  evidence: finding.evidence.map(pageEvidence),
  ...(finding.podError === undefined ? {} : { podError: long(finding.podError) }),
  fix: pageFix(finding.fix),
  explains: finding.explains.map(({ ruleId, subject, message }) => ({
    ruleId: long(ruleId),
    subject: long(subject),
    message: long(message),
  })),
  ...(finding.waiver === undefined
    ? {}
    : {
        waiver: {
          reason: long(finding.waiver.reason),
          owner: long(finding.waiver.owner),
          expires: long(finding.waiver.expires),
        },
      }),
});

const pageEvidence = (piece: Finding['evidence'][number]): PageEvidence => ({
  what: long(piece.what),
  got: long(piece.got),
  ...(piece.wanted === undefined ? {} : { wanted: long(piece.wanted) }),
  readFrom: long(whereRead(piece)),
});

const pageFix = (fix: Finding['fix']): PageFix => {
  const { summary, commands } = fix;
  const choice = choiceInWords(fix);
  return {
    summary: long(summary),
    commands: commands.map(longLines),
    ...(choice === undefined ? {} : { choice: long(choice) }),
    forms: codeFormsOf(fix).map(({ language, code }) => ({ language, code: longLines(code) })),
    ...((fix.managers ?? []).length === 0 ? {} : { isManaged: true as const }),
  };
};

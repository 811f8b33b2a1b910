import type { Facts } from '../../facts.ts';
import { type Finding, type Severity, severities } from '../../model.ts';
import { globMatches, starGlob } from '../../policy.ts';
import { given } from '../../text.ts';
import { findingId } from './finding-id.ts';

/** A decision to live with a finding for a while. */
export interface Waiver {
  readonly rule: string;
  /** Exact subject, or a pattern with `*`. */
  readonly subject: string;
  readonly reason: string;
  readonly owner: string;
  /** The finding that it covers: its id, its discriminator, or the pattern that it is about. Without one, all findings of rule
   *  and subject; a finding that exposes is covered by a waiver that names it alone. */
  readonly finding?: string | undefined;
  /** Last day on which it holds, `YYYY-MM-DD` in UTC. */
  readonly expires: string;
  /** The worst severity that it covers; absent: all. A finding that grew worse than that is open again. */
  readonly upTo?: Severity | undefined;
}

/** Id of the finding that an expired waiver makes; not a rule of the catalogue, since it judges the configuration. */
const waiverExpiredId = 'waiver-expired';
const waiverPrefix = 'waiver:';

/** Marks waived findings, and reports each expired waiver whose finding is still there. */
export const applyWaivers = (findings: readonly Finding[], waivers: readonly Waiver[], facts: Facts): Finding[] => {
  const today = facts.now.slice(0, 10);
  const valid = waivers.filter(waiver => waiver.expires >= today);
  const expired = waivers.filter(waiver => waiver.expires < today);
  const marked = findings.map(finding => {
    const waiver = valid.find(candidate => covers(candidate, finding));
    if (waiver === undefined) return finding;
    const { reason, owner, expires, upTo } = waiver;
    return { ...finding, waiver: { reason, owner, expires, ...given({ upTo }) } };
  });
  const reports = expired
    .filter(waiver => marked.some(finding => finding.waiver === undefined && isAbout(waiver, finding)))
    .map(waiver => expiredFinding(waiver, facts.snapshot.accountId));
  return [...marked, ...new Map(reports.map(report => [report.id, report])).values()];
};

/** For a finding on an expired waiver: says of another finding whether that waiver may have covered it. Undefined for
 *  other findings. */
export const coveredBy = ({
  ruleId,
  subject,
}: Finding): ((finding: Pick<Finding, 'ruleId' | 'subject'>) => boolean) | undefined => {
  if (ruleId !== waiverExpiredId) return undefined;
  const [rule = '', ...pattern] = subject.slice(waiverPrefix.length).split('/');
  const glob = starGlob(pattern.join('/'));
  return finding => finding.ruleId === rule && globMatches(glob, finding.subject);
};

const covers = (waiver: Waiver, finding: Finding): boolean =>
  isAbout(waiver, finding) && (finding.impact !== 'exposes' || faultOfExposing(waiver) === undefined);

/** Whether a waiver was written for a finding, whether it covers it or not. */
const isAbout = (waiver: Waiver, finding: Finding): boolean =>
  waiver.rule === finding.ruleId &&
  globMatches(starGlob(waiver.subject), finding.subject) &&
  (waiver.finding === undefined || names(waiver.finding, finding)) &&
  (waiver.upTo === undefined || severities.indexOf(finding.severity) >= severities.indexOf(waiver.upTo));

const names = (name: string, { id, discriminator, data }: Finding): boolean =>
  name === id || name === discriminator || name === data.pattern;

/** Why a waiver covers no finding that exposes: what was looked at is one finding, and how bad it was. Undefined where it
 *  may. */
export const faultOfExposing = ({
  subject,
  finding,
  upTo,
}: Pick<Waiver, 'subject' | 'finding' | 'upTo'>):
  | { readonly key: 'subject' | 'finding' | 'upTo'; readonly want: string }
  | undefined => {
  if (/^\*+$/.test(subject)) return { key: 'subject', want: 'a role, provider or statement, and not all of them' };
  if (finding === undefined)
    return {
      key: 'finding',
      want: 'the id of the finding, or its pattern: a later one of the same subject may be worse',
    };
  return upTo === undefined ? { key: 'upTo', want: 'the worst severity that the waiver covers' } : undefined;
};

const expiredFinding = (waiver: Waiver, accountId: string): Finding => {
  const subject = `${waiverPrefix}${waiver.rule}/${waiver.subject}`;
  const { owner, rule, expires } = waiver;
  return {
    accountId,
    id: findingId(waiverExpiredId, subject, '', accountId),
    ruleId: waiverExpiredId,
    subject,
    discriminator: '',
    impact: 'hygiene',
    severity: 'low',
    messageId: 'expired',
    data: { owner, rule, subject: waiver.subject, expires },
    brief: 'its waiver expired',
    message: `the waiver of ${owner} for ${rule} on ${waiver.subject} expired on ${expires}, and its finding is still open`,
    evidence: [
      {
        what: 'expires',
        got: waiver.expires,
        wanted: 'a day not yet past',
        readFrom: 'irsa-auditor.config.json: waivers',
      },
      { what: 'reason', got: waiver.reason, readFrom: 'irsa-auditor.config.json: waivers' },
    ],
    fix: {
      summary: 'Fix what the waiver covers and remove it, or give it a new date.',
      commands: [],
      choice: `Is the reason still good: "${waiver.reason}"?`,
    },
    explains: [],
  };
};

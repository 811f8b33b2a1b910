import * as z from 'zod';
import { findingShape } from '../../audit/finding-shape.ts';
import { faultSentence } from '../../config/fault-sentence.ts';
import { type KnownState, nothingKnown } from '../../history/known-state.ts';
import { readFailureKinds, sectionIds, unknownKinds } from '../../model.ts';
import { shortIds } from '../../report/names.ts';
import type { RunReport } from '../../report/run-report.ts';
import { worstFindingOf } from '../../report/summary.ts';
import type { TextStyle } from '../../report/text-layout.ts';
import { watchedKinds } from '../../rules/evaluate/evaluation.ts';
import { UsageError } from '../shell/io.ts';

/** A report of an earlier run, as `scan --format json` wrote it: somebody's file, so nothing in it is believed unread. */
const text = z.string();
const optionalText = z.exactOptional(text);
const instant = z.iso.datetime('an instant such as 2026-11-01T06:00:00Z');

const finding = findingShape.extend({ id: z.string().regex(/^[0-9a-f]{32}$/, 'the 32 hex digits of a finding') });

const unread = z.object({ kind: z.enum(readFailureKinds), operation: text, permission: optionalText, message: text });

const gap = z.object({
  accountId: text,
  region: optionalText,
  clusterName: optionalText,
  clusterArn: optionalText,
  roleArn: optionalText,
  providerArn: optionalText,
  issuer: optionalText,
  section: z.enum(sectionIds),
  part: optionalText,
  reason: unread,
});

const report = z.object({
  schemaVersion: z.literal(1),
  runId: text,
  toolVersion: text,
  startedAt: instant,
  endedAt: instant,
  accounts: z.array(z.object({ accountId: text, alias: optionalText, regions: z.array(text) })),
  findings: z.array(finding),
  stillOpen: z.exactOptional(z.array(finding)),
  undecided: z.array(
    z.object({ ruleId: text, subject: text, kind: z.enum(unknownKinds).default('unread'), missing: text }),
  ),
  gaps: z.array(gap),
  notReached: z.exactOptional(z.array(gap)),
  leftOut: z.exactOptional(z.int().min(0)),
  rulesOff: z.exactOptional(z.array(text)),
  watched: z.exactOptional(
    z.array(z.object({ kind: z.enum(watchedKinds), subject: text, accountId: text, value: text })),
  ),
  watchedScopes: z.exactOptional(
    z.array(z.object({ accountId: text, readScopes: z.array(text), unreadFacts: z.array(text) })),
  ),
  firstSeen: z.exactOptional(z.record(z.string(), instant)),
  counts: z.object({
    clusters: z.int(),
    providers: z.int(),
    roles: z.int(),
    irsaRoles: z.int(),
    serviceAccounts: z.int(),
    pods: z.int(),
  }),
  apiCalls: z.record(z.string(), z.int()),
  notes: z.array(text),
});

/** Reads a run's JSON report. Transitions in it are left out: they were news then. Throws `UsageError` that names the
 *  file and the key. */
export const parseRunReport = (content: string, source: string): RunReport => {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch (cause) {
    throw new UsageError(`${source} is not a report of a run: it is not JSON`, { cause });
  }
  return runReportOf(document, source);
};

/** The same of a document that was parsed already. */
export const runReportOf = (document: unknown, source: string): RunReport => {
  const result = report.safeParse(document);
  if (result.success) return { ...result.data, transitions: [], factChanges: [] };
  throw new UsageError(`${source} is not a report of a run: ${firstFault(result.error, document)}`);
};

/** One fault is enough: it is another file, or a later version's. */
export const firstFault = ({ issues }: z.ZodError, document: unknown): string =>
  issues
    .slice(0, 1)
    .map(issue => faultSentence(issue, document))
    .join('');

/** The part of an earlier report that an audit is compared with. */
export type Baseline = Pick<
  RunReport,
  'accounts' | 'findings' | 'stillOpen' | 'startedAt' | 'firstSeen' | 'runId' | 'watched' | 'watchedScopes'
>;

/** The known state that an earlier report gives, by account: its findings as open ones, with those that it could not confirm;
 *  its watched facts as the baseline. */
export const knownFromReport = (earlier: Baseline): Readonly<Record<string, KnownState>> =>
  Object.fromEntries(
    earlier.accounts.map(({ accountId }) => [
      accountId,
      {
        ...nothingKnown,
        ...earlier.watchedScopes?.find(scopes => scopes.accountId === accountId),
        hasBaseline: true,
        confirmedAt: earlier.startedAt,
        findings: [...earlier.findings, ...(earlier.stillOpen ?? [])]
          .filter(item => item.accountId === accountId)
          .map(item => ({
            finding: item,
            status: item.waiver === undefined ? ('open' as const) : ('waived' as const),
            version: 1,
            firstSeenAt: earlier.firstSeen?.[item.id] ?? earlier.startedAt,
            changedAt: earlier.startedAt,
            runId: earlier.runId,
          })),
        watched: (earlier.watched ?? []).filter(fact => fact.accountId === accountId),
      },
    ]),
  );

/** The command to type after a scan: the last line. A scan that could not be kept has to be made again. Nothing where the details
 *  were asked for. */
export const nextSteps = (
  report: RunReport,
  { program, isKept }: { readonly program: string; readonly isKept: boolean },
  style: TextStyle,
): string => {
  if (style.form === 'details') return '';
  const worst = worstFindingOf(report);
  if (worst === undefined) return '';
  const id = shortIds(report.findings.map(one => one.id))(worst.id);
  return isKept
    ? `\nNext: ${program} explain ${id}  # cause and fix\n`
    : `\nNext: the same command with --finding ${id}  # cause and fix\n`;
};

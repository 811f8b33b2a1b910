import { withChangeEvents } from '../../history/change-event.ts';
import {
  areaOf,
  type CoverageArea,
  coverageAreas,
  isUnread,
  unreadAccount,
  unreadState,
} from '../../history/coverage-area.ts';
import type { KnownState } from '../../history/known-state.ts';
import { placedFacts } from '../../history/place-facts.ts';
import { reconcile } from '../../history/reconcile.ts';
import type { FactChange, Transition } from '../../history/transition.ts';
import { factKey } from '../../history/watched-drift.ts';
import type { ReadFailure, Unread } from '../../model.ts';
import { evaluate } from '../../rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../rules/evaluate/evaluation.ts';
import { given } from '../../text.ts';
import type { ItemStatus } from '../contract.ts';
import { documentKeys } from '../document-keys.ts';
import {
  type ApiCalls,
  type EvaluationDocument,
  findDocument,
  isEvaluationDocument,
  type SummaryDocument,
} from '../documents.ts';
import type { AccountEvent } from '../events.ts';
import { isTransient, unreadFrom } from '../failure.ts';
import { findBase } from '../last-read.ts';
import type { AuditChoices, AuditPorts } from '../ports.ts';
import { type FactsOrReason, factsOfAccount } from './facts-of.ts';
import { openCounts } from './open-in-fleet.ts';
import { accountsOfRun } from './target-of.ts';

type Ports = Pick<AuditPorts, 'documents' | 'findings' | 'now'>;
type Choices = Pick<AuditChoices, 'settings' | 'rules' | 'overrides' | 'waivers'>;

/** A summary keeps this many gaps; it counts all. */
const gapsKept = 100;

/**
 * Evaluates one account and writes what changed. An account that was not read changes nothing: that is a gap, and so is
 * what a newer version of this program wrote of it. The plan is written before it is done, so that a repeat after a
 * crash still reports the writes of the first attempt.
 */
export const evaluateAccount = async (ports: Ports, choices: Choices, event: AccountEvent): Promise<ItemStatus> => {
  try {
    return await evaluateRead(ports, choices, event);
  } catch (error) {
    if (isTransient(error)) throw error;
    await reportUnread(ports, event, unreadFrom(error, 'evaluate-account'));
    return 'failed';
  }
};

const evaluateRead = async (ports: Ports, choices: Choices, event: AccountEvent): Promise<ItemStatus> => {
  const read = await factsOfAccount(ports.documents, choices, event);
  if ('reason' in read) {
    await reportUnread(ports, event, read.reason, read.apiCalls);
    return 'failed';
  }
  const { apiCalls } = read;
  const { snapshot } = read.facts;
  const evaluation = evaluate(read.facts, choices);
  const known = await ports.findings.load(event.accountId);
  const unknown = known.newer === undefined ? [] : [unreadState(event.accountId, known.newer)];
  const about = {
    evaluation,
    ...given({ alias: snapshot.alias }),
    regions: snapshot.regions.map(({ region }) => region),
    gaps: [...read.gaps, ...unknown.map(({ accountId, section, reason }) => ({ accountId, section, reason }))],
    firstSeen: firstSeenOf(evaluation, known, event.startedAt),
  };
  const unread = isUnread(snapshot);
  const areas = [...areasOf(read), ...unknown];
  if (await isOvertaken(ports, event, known, read.base)) {
    const nothing = { ...about, transitions: [], factChanges: [] };
    await report(ports, event, nothing, {
      ...{ status: 'superseded', unread, areas, unsentKeys: [], apiCalls },
      ...openCounts(known),
    });
    return 'ok';
  }
  const written = await writeChanges(ports, event, known, evaluation, read);
  await report(
    ports,
    event,
    { ...about, ...written.moves },
    {
      ...{ status: 'ok', unread, areas, apiCalls, ...written.keys },
      ...openCounts(known, written.moves.transitions),
      ...(read.base === undefined ? withoutEvent(event, known, written.moves.factChanges) : {}),
      ...(read.changesLeftOut === 0 ? {} : { changesLeftOut: read.changesLeftOut }),
    },
  );
  return 'ok';
};

/**
 * True where a newer run has written any part of the account, though it may have died before the rest. A fast run is
 * overtaken, too, where a full run has read everything since and written the account: that one knows of the other accounts
 * what this run does not, and would be undone. So it is where the full run that it is laid over no longer audits the account:
 * nobody has read the rest of it.
 */
const isOvertaken = async (
  { documents }: Ports,
  { accountId, startedAt }: AccountEvent,
  { confirmedAt, readAt }: KnownState,
  base: string | undefined,
): Promise<boolean> => {
  if (readAt !== undefined && readAt > startedAt) return true;
  if (base === undefined) return false;
  if (!(await accountsOfRun(documents, base)).includes(accountId)) return true;
  if (confirmedAt === undefined) return false;
  const last = await findBase(documents);
  return last !== undefined && last.runId !== base && confirmedAt >= last.startedAt;
};

/** Whether a setting of IAM or EKS changed since the last full run, and no fast run wrote anything of the account since: CloudTrail
 *  tells each such change. */
const withoutEvent = (
  { startedAt }: AccountEvent,
  { confirmedAt, readAt }: KnownState,
  changes: readonly FactChange[],
): Pick<SummaryDocument, 'changedWithoutEvent'> => {
  const hasChanged = changes.some(({ kind }) => /^(?:provider|role|cluster)-/.test(kind));
  // An attempt before this one may have written something at the start of this run.
  return hasChanged && (readAt === confirmedAt || readAt === startedAt) ? { changedWithoutEvent: true } : {};
};

/** The unread parts of an account that was evaluated. */
const areasOf = ({ facts, gaps }: Extract<FactsOrReason, { facts: unknown }>): readonly CoverageArea[] => [
  ...coverageAreas(facts),
  ...gaps.map(areaOf),
];

const firstSeenOf = (
  { findings }: Evaluation,
  known: KnownState,
  startedAt: string,
): NonNullable<EvaluationDocument['firstSeen']> => {
  const earlier = new Map(known.findings.map(({ finding, firstSeenAt }) => [finding.id, firstSeenAt]));
  const newer = new Set(known.newer?.findings.map(({ id }) => id));
  if (known.newer?.isWhole) return {};
  return Object.fromEntries(
    findings.filter(({ id }) => !newer.has(id)).map(({ id }) => [id, earlier.get(id) ?? startedAt]),
  );
};

const reportUnread = (
  ports: Ports,
  event: AccountEvent,
  reason: ReadFailure,
  apiCalls: ApiCalls = {},
): Promise<void> => {
  const gap: Unread = { accountId: event.accountId, section: 'account', reason };
  const document = { regions: [], transitions: [], factChanges: [], gaps: [gap] };
  const areas = [unreadAccount(event.accountId, reason)];
  return report(ports, event, document, { status: 'failed', unread: true, areas, unsentKeys: [], apiCalls });
};

interface Moves {
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
}

const writeChanges = async (
  ports: Ports,
  event: AccountEvent,
  known: KnownState,
  evaluation: Evaluation,
  { facts, changes }: Extract<FactsOrReason, { facts: unknown }>,
): Promise<{ readonly moves: Moves; readonly keys: Pick<SummaryDocument, 'unsentKeys'> }> => {
  const { accountId, runId, startedAt: at } = event;
  if (known.newer?.isWhole) return { moves: { transitions: [], factChanges: [] }, keys: { unsentKeys: [] } };
  const planKey = documentKeys(runId).plan(accountId);
  const earlier = await findDocument(ports.documents, planKey, isEvaluationDocument);
  const moved = reconcile(known, evaluation, { runId, at });
  const placed = { ...moved, factChanges: placedFacts(moved.factChanges, facts.fleet) };
  const change = withChangeEvents(placed, changes);
  const done = doneBefore(earlier, known, runId);
  const moves = {
    transitions: [...done.transitions, ...change.transitions],
    factChanges: [...done.factChanges, ...change.factChanges],
  };
  if (moves.transitions.length + moves.factChanges.length > 0)
    await ports.documents.put(planKey, { ...moves, regions: [], gaps: [] } satisfies EvaluationDocument);
  const basis = known.confirmedAt === undefined ? {} : { basis: known.confirmedAt };
  const presence = known.hasLeft ? { presence: 'back' as const } : {};
  const about = { accountId, runId, at, ...basis, ...presence };
  const write = { ...about, coverage: evaluation.gaps, ...change, writtenBefore: done };
  const { unsentKeys } = await ports.findings.apply(write, ports.now());
  return { moves, keys: { unsentKeys } };
};

/** Of an earlier attempt's plan, what it really wrote. */
const doneBefore = (plan: EvaluationDocument | undefined, known: KnownState, runId: string): Moves => {
  if (plan === undefined) return { transitions: [], factChanges: [] };
  const versions = new Map(known.findings.map(item => [item.finding.id, item]));
  const values = new Map(known.watched.map(fact => [factKey(fact), fact.value]));
  return {
    transitions: plan.transitions.filter(({ after }) => {
      const now = versions.get(after.finding.id);
      return now?.runId === runId && now.version === after.version;
    }),
    factChanges: plan.factChanges.filter(change => values.get(factKey(change)) === change.after),
  };
};

const report = async (
  ports: Ports,
  event: AccountEvent,
  document: EvaluationDocument,
  about: Omit<SummaryDocument, 'gaps' | 'gapCount' | 'transitions'>,
): Promise<void> => {
  const keys = documentKeys(event.runId);
  const gaps = [...document.gaps, ...(document.evaluation?.gaps ?? [])];
  const summary: SummaryDocument = {
    ...about,
    gaps: gaps.slice(0, gapsKept),
    gapCount: gaps.length,
    transitions: document.transitions.length,
  };
  await ports.documents.put(keys.evaluation(event.accountId), document);
  await ports.documents.put(keys.summary(event.accountId), summary);
};

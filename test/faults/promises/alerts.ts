/** The word to people: each thing that moved once, nothing lost, nothing under two ids. */
import type { Digest, Transition } from '../../../lib/history/transition.ts';
import type { Severity } from '../../../lib/model/finding.ts';
import type { Delivered } from '../simulation/destinations.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { checkCoverage } from './coverage-order.ts';
import { mustBeTold, peakOf, reaches } from './severity.ts';
import { chainOf, type FindingItem, type TableView, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

const stepKey = ({ after, runId }: Transition): string =>
  `${after.finding.accountId} ${after.finding.id} v${after.version} ${runId}`;

const versionKey = (...parts: readonly (string | number)[]): string => parts.join(' ');

/** The steps that a transition tells: its own, and those between the state before it and the state after it. */
const toldIn = (transition: Transition): readonly string[] => {
  const { before, after } = transition;
  const { accountId, id } = after.finding;
  const first = before === undefined || before.firstSeenAt !== after.firstSeenAt ? 1 : before.version + 1;
  const versions = Array.from({ length: Math.max(0, after.version - first + 1) }, (_none, index) => first + index);
  return [stepKey(transition), ...versions.map(version => versionKey(accountId, id, after.firstSeenAt, version))];
};

const keysOf = ({ transitions, factChanges }: Digest): readonly string[] => [
  ...transitions.map(stepKey),
  ...factChanges.map(({ accountId, kind, subject, runId }) => `${accountId} ${kind} ${subject} ${runId}`),
];

/** No step under two ids, no id with two contents, nothing twice in one digest. */
const checkIds = (name: string, digests: readonly Digest[], { bad }: Verdicts): void => {
  const idsOf = new Map<string, Set<string>>();
  const contents = new Map<string, ReadonlySet<string>>();
  for (const digest of digests) {
    const keys = [...keysOf(digest)].sort();
    for (const key of keys) idsOf.set(key, (idsOf.get(key) ?? new Set()).add(digest.id));
    const twice = keys.find((key, index) => keys[index - 1] === key);
    if (twice !== undefined) bad('double-in-digest', `${name} ${digest.id}: ${twice}`);
    // A repeat leaves out what a later digest has told since.
    const known = contents.get(digest.id) ?? new Set(keys);
    const added = keys.find(key => !known.has(key));
    if (added !== undefined) bad('same-id-other-content', `${name} ${digest.id}: ${added} was not in it before`);
    contents.set(digest.id, known);
  }
  for (const [key, ids] of idsOf) if (ids.size > 1) bad('duplicate-other-id', `${name}: ${key} under ${[...ids]}`);
};

const findingKey = ({ after: { finding } }: Transition): string => `${finding.accountId} ${finding.id}`;

/** The last word on a finding. */
interface LastWord {
  readonly kind: string;
  readonly severity: Severity;
  readonly firstSeenAt: string;
  readonly version: number;
}

const wordOf = ({ kind, after }: Transition): LastWord => ({
  kind,
  severity: after.finding.severity,
  firstSeenAt: after.firstSeenAt,
  version: after.version,
});

const isLater = (a: LastWord, b: LastWord): boolean =>
  a.firstSeenAt > b.firstSeenAt || (a.firstSeenAt === b.firstSeenAt && a.version > b.version);

/** The last word by finding: in the order of arrival, and in the order in which things happened. */
const lastWords = (digests: readonly Digest[]) => {
  const arrived = new Map<string, LastWord>();
  const happened = new Map<string, LastWord>();
  for (const transition of digests.flatMap(({ transitions }) => transitions)) {
    const key = findingKey(transition);
    const word = wordOf(transition);
    arrived.set(key, word);
    const known = happened.get(key);
    if (known === undefined || isLater(word, known)) happened.set(key, word);
  }
  return { arrived, happened };
};

const closings: readonly string[] = ['resolved', 'waived', 'explained'];

/** The last words that are true of a finding in the table. One that people know as waived is explained without a word. */
const trueWords = (item: FindingItem | undefined): readonly string[] => {
  if (item === undefined || item.status === 'resolved') return ['resolved'];
  return item.status === 'explained' ? ['explained', 'waived'] : [item.status];
};

/** The last word on each finding equals the table, in the order of arrival and in the order in which things happened. What was
 *  given up is among what happened: it lies in the queue of undelivered digests, where a person reads it. */
const checkLastWords = (
  name: string,
  { arrived, happened: newestArrived }: ReturnType<typeof lastWords>,
  { happened }: ReturnType<typeof lastWords>,
  view: TableView,
  floor: Severity,
  late: ReadonlySet<string>,
  { bad, allow }: Verdicts,
): void => {
  for (const [key, last] of happened) {
    const [accountId = '', id = ''] = key.split(' ');
    const item = view.finding(accountId, id);
    const about = `${name}: ${accountId} ${item?.ruleId ?? id} ${item?.subject ?? ''}`;
    const said = closings.includes(last.kind) ? last.kind : 'open';
    const isUntold = item !== undefined && item.firstSeenAt > last.firstSeenAt && !reaches(item.severity, floor);
    if (!trueWords(item).includes(said) && isUntold) allow('back below what is sent, after it was forgotten');
    else if (!trueWords(item).includes(said))
      bad('last-word', `${about} was told ${last.kind} v${last.version} last, is ${item?.status} v${item?.version}`);
    else if (said === 'open' && item !== undefined && item.severity !== last.severity)
      bad('lost-severity', `${about} was told ${last.severity}, is ${item.severity}`);
    // A digest that its receiver took after the sender had given up waiting: `at` and `version` tell the order (docs/delivery.md).
    const [came, newest] = [arrived.get(key), newestArrived.get(key)];
    if (came?.version !== newest?.version && late.has(key)) allow('an earlier notice or step that came late');
    else if (came?.version !== newest?.version)
      bad('order', `${about}: the last that came is ${came?.kind}, the last that happened ${newest?.kind}`);
  }
  for (const { status, severity, accountId, findingId, ruleId, subject } of view.findings)
    if (status === 'open' && reaches(severity, floor) && !happened.has(`${accountId} ${findingId}`))
      bad('lost-alert', `${name}: ${accountId} ${ruleId} ${subject} is open (${severity}) and was never told`);
};

/** The steps that were ever handed over to the destinations, by their keys. */
const handedOver = ({ bucket }: Simulation): ReadonlySet<string> => {
  const steps = new Set<string>();
  for (const [key, texts] of bucket.outboxes)
    for (const text of key.startsWith('outbox/.handed/') ? texts.keys() : []) {
      const { digest }: { readonly digest: Digest } = JSON.parse(text);
      for (const step of digest.transitions.flatMap(toldIn)) steps.add(step);
    }
  return steps;
};

/** Every step of every history that must be told was told, unless a later one came first because it had to wait. */
const checkSteps = (
  name: string,
  digests: readonly Digest[],
  simulation: Simulation,
  { bad, allow }: Verdicts,
): void => {
  const view = viewOf(simulation.table);
  const floor = simulation.options.minSeverity;
  const told = new Set(digests.flatMap(({ transitions }) => transitions.flatMap(toldIn)));
  const handed = handedOver(simulation);
  for (const item of view.findings) {
    const chain = chainOf(view, item);
    let isOvertaken = false;
    for (const [index, step] of chain.entries()) {
      const before = chain[index + 1]?.state;
      const { kind, status, version, runId, accountId, ruleId } = step;
      const peak = peakOf(chain.slice(index + 1));
      if (!mustBeTold({ kind, status, severity: step.state.severity, before, peak }, floor)) continue;
      const key = `${accountId} ${item.findingId} v${version} ${runId}`;
      const byVersion = versionKey(accountId, item.findingId, item.firstSeenAt, version);
      if (told.has(key) || told.has(byVersion)) isOvertaken = true;
      else if (isOvertaken && (handed.has(key) || handed.has(byVersion))) allow('a step that waited was overtaken');
      else bad('step-never-told', `${name}: ${accountId} ${ruleId} ${item.subject} v${version} ${kind} of ${runId}`);
    }
  }
};

/** As a receiver sees it that drops what comes again. Where an answer was lost the sender cannot know that the digest came: it
 *  stands where it came again (docs/delivery.md). */
const distinctOf = (delivered: readonly Delivered[]): readonly Digest[] => {
  const ids = new Set<string>();
  return delivered.flatMap(({ digest, isLost }, at) => {
    const comesAgain = isLost && delivered.slice(at + 1).some(later => later.digest.id === digest.id);
    if (comesAgain || ids.has(digest.id)) return [];
    ids.add(digest.id);
    return [digest];
  });
};

/** Checks what each destination was told, at the end of a schedule. */
export const checkAlerts = (simulation: Simulation, verdicts: Verdicts): void => {
  const { table, destinations, options } = simulation;
  const view = viewOf(table);
  const floor = options.minSeverity;
  for (const name of destinations.states.keys()) {
    const delivered = destinations.delivered.filter(({ destination }) => destination === name);
    checkIds(
      name,
      delivered.map(({ digest }) => digest),
      verdicts,
    );
    const distinct = distinctOf(delivered);
    const letters = destinations.letters.flatMap(({ destination, digest }) => (destination === name ? [digest] : []));
    if (letters.length > 0) verdicts.allow('a digest was given up');
    const readable = [...letters, ...distinct];
    const lateDigests = delivered.filter(({ isLate }) => isLate);
    const late = new Set(lateDigests.flatMap(({ digest }) => digest.transitions.map(findingKey)));
    checkLastWords(name, lastWords(distinct), lastWords(readable), view, floor, late, verdicts);
    checkSteps(name, readable, simulation, verdicts);
    const lateIds = new Set(lateDigests.map(({ digest }) => digest.id));
    checkCoverage(name, { letters, distinct, lateIds }, simulation, verdicts);
  }
};

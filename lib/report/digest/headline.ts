import { digestOrder } from '../../history/digest.ts';
import { isClosing } from '../../history/open-as.ts';
import type { Digest, TransitionKind } from '../../history/transition.ts';
import type { Finding, Severity } from '../../model.ts';
import { counted, cutUnits, shortListOf } from '../../text.ts';
import { factName } from '../fact-diff.ts';
import { causesIn, causeText, rootCauseOf } from '../root-causes.ts';
import { coverageCounts } from './coverage-lines.ts';
import { type PlaceOf, placesOf } from './places.ts';

/** The first words of an alert. */
interface AlertHeadline {
  /** Severity of the worst that is open; absent where nothing in it is. */
  readonly worst?: Severity;
  /** The worst and where: `media: webhook: no rule for new pods; search: webhook: not found (37 new)`. */
  readonly text: string;
}

/** Words for what happened to a finding. */
export const kindWords: Readonly<Record<TransitionKind, string>> = {
  opened: 'new',
  reopened: 'back',
  escalated: 'worse',
  reassessed: 'reassessed',
  changed: 'changed',
  explained: 'explained',
  resolved: 'resolved',
  waived: 'waived',
  unconfirmed: 'not checked',
  confirmed: 'as before',
};

/** A headline is one line: a cause in so many characters, and so many places by name. */
const maxCause = 60;
const maxPlaces = 3;

/** In the order in which they are counted. */
const countedKinds = [
  ...(['opened', 'reopened', 'escalated', 'reassessed', 'changed'] as const),
  ...(['explained', 'resolved', 'waived'] as const),
] satisfies readonly TransitionKind[];

/** `2 new, 1 resolved, 6 settings changed`. */
export const digestCounts = (digest: Digest): string => {
  const counts = countedKinds.map(
    kind => [kindWords[kind], digest.transitions.filter(each => each.kind === kind).length] as const,
  );
  const facts = digest.factChanges.length;
  return [
    ...counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`),
    ...(facts > 0 ? [`${counted(facts, 'setting')} changed`] : []),
    ...(digest.coverage === undefined ? [] : coverageCounts(digest.coverage)),
  ].join(', ');
};

/** The fault of a finding's subject, by names: `webhook: not found`, `orders/refund → store-orders: condition
 *  mismatch`. */
export const causeTextOf = (finding: Finding): string => causeText(rootCauseOf(finding), maxCause);

/** The headline in at most `limit` characters, the counts always whole. */
export const alertHeadlineOf = (digest: Digest, limit: number): AlertHeadline => {
  const ordered = digestOrder(digest.transitions).map(({ kind, after }) => ({ kind, finding: after.finding }));
  const open = ordered.filter(each => !isClosing(each)).map(({ finding }) => finding);
  const placeOf = placesOf(ordered.map(({ finding }) => finding));
  const counts = digestCounts(digest) || 'nothing changed';
  const worst = open[0]?.severity;
  if (worst === undefined) {
    const told = [
      ...toldCauses(
        ordered.map(({ finding }) => finding),
        placeOf,
      ),
      ...digest.factChanges.map(factName),
    ];
    return { text: told.length === 0 ? counts : `${counts}: ${packed(told, limit - counts.length - 2)}` };
  }
  const causes = toldCauses(
    open.filter(({ severity }) => severity === worst),
    placeOf,
  );
  return { worst, text: `${packed(causes, limit - counts.length - 3)} (${counts})` };
};

/** Causes, each with its places. */
const toldCauses = (findings: readonly Finding[], placeOf: PlaceOf): readonly string[] =>
  causesIn(findings).map(cause => {
    const places = [...new Set(cause.findings.map(placeOf))];
    return `${shortListOf(places, maxPlaces)}: ${causeText(cause, maxCause)}`;
  });

/** As many as have room, and how many have none. The first is there in any case, cut. */
const packed = (parts: readonly string[], room: number): string => {
  let told = 0;
  const text = (count: number): string =>
    `${parts.slice(0, count).join('; ')}${count < parts.length ? `; ${parts.length - count} more` : ''}`;
  while (told < parts.length && text(told + 1).length <= room) told += 1;
  if (told > 0) return text(told);
  const rest = parts.length > 1 ? `; ${parts.length - 1} more` : '';
  return `${cutUnits(parts[0] ?? '', Math.max(1, room - rest.length))}${rest}`;
};

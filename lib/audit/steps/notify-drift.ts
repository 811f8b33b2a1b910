import { digestOf } from '../../core/drift/digest.ts';
import { takeTurns } from '../../core/drift/take-turns.ts';
import type { Digest } from '../../core/drift/transition.ts';
import { type Delivery, deliver } from '../deliver.ts';
import { documentKeys, findDocument, inFlightKey, isNotifyResult } from '../documents.ts';
import type { NotifyResult, RunState } from '../events.ts';
import { type AuditChoices, type AuditPorts, maxPending } from '../ports.ts';
import { whileSending } from '../while-sending.ts';
import { summariesOf } from './summaries-of.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'findings' | 'notifiers' | 'now'>;
type Choices = Pick<AuditChoices, 'minSeverity' | 'links'>;

/** A digest that a run has begun to send, and the keys of what it tells. None where nothing is on its way. */
interface InFlight {
  readonly sending?: { readonly digest: Digest; readonly keys: readonly string[] };
}
const isInFlight = (value: object): value is InFlight => !('sending' in value) || typeof value.sending === 'object';

/**
 * Sends one digest of everything that is unsent, whichever run wrote it, and marks it sent. Only one run sends at a
 * time. A digest is written down before it is sent: after a crash at any point this run or a later one sends on the same,
 * under the same id, and what is new in a digest of its own. Throws `StateConflict` while another invocation is sending.
 */
export const notifyDrift = (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> =>
  whileSending(ports, state.runId, () => send(ports, choices, state));

/** Each part of the result is written down before what it tells of is forgotten: a repeat adds to it. */
const send = async (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> => {
  const key = documentKeys(state.runId).notification;
  let result = (await findDocument(ports.documents, key, isNotifyResult)) ?? nothingSent;
  const note = async (digest: Digest | undefined, delivery: Delivery): Promise<void> => {
    result = withDelivery(result, digest, delivery);
    await ports.documents.put(key, result);
  };
  const left = (await findDocument(ports.documents, inFlightKey, isInFlight))?.sending;
  if (left !== undefined) await finish(ports, left, note);
  const { digest, keys } = await digestOfRun(ports, choices, state);
  if (digest !== undefined) {
    await ports.documents.put(inFlightKey, { sending: { digest, keys } } satisfies InFlight);
    await finish(ports, { digest, keys }, note);
    return result;
  }
  if (keys.length > 0) await ports.findings.markSent('below-threshold', keys, ports.now());
  if (left === undefined) await note(undefined, await deliver(ports, undefined));
  return result;
};

const finish = async (
  ports: Ports,
  { digest, keys }: NonNullable<InFlight['sending']>,
  note: (digest: Digest, delivery: Delivery) => Promise<void>,
): Promise<void> => {
  const delivery = await deliver(ports, digest);
  await ports.findings.markSent(digest.id, keys, ports.now());
  await note(digest, delivery);
  await ports.documents.put(inFlightKey, {} satisfies InFlight);
};

const digestOfRun = async (
  { documents, findings }: Ports,
  { minSeverity, links }: Choices,
  state: RunState,
): Promise<{ readonly digest: Digest | undefined; readonly keys: readonly string[] }> => {
  const summaries = await summariesOf(documents, state);
  const written = summaries.flatMap(([accountId, { unsentKeys }]) => unsentKeys.map(key => ({ accountId, key })));
  const inTurn = takeTurns(
    written,
    () => '',
    ({ accountId }) => accountId,
  );
  const pending = await findings.pending(inTurn.slice(0, maxPending).map(({ key }) => key));
  if (pending.length === 0) return { digest: undefined, keys: [] };
  const digest = digestOf(pending, {
    runId: state.runId,
    at: state.startedAt,
    minSeverity,
    openBySeverity: await findings.openBySeverity(),
    gaps: summaries.reduce((sum, [, { gapCount }]) => sum + gapCount, 0),
    links,
  });
  return { digest, keys: pending.map(({ key }) => key) };
};

const nothingSent: NotifyResult = { sent: false, transitions: 0, failed: [], held: [], givenUp: 0 };

/** `digest` is the one that was delivered last, if there was any; failures are those of the last delivery. */
const withDelivery = (
  { sent, digestId, transitions, givenUp }: NotifyResult,
  digest: Digest | undefined,
  delivery: Delivery,
): NotifyResult => {
  const id = digest?.id ?? digestId;
  return {
    sent: sent || (digest !== undefined && delivery.sentTo.length > 0),
    ...(id === undefined ? {} : { digestId: id }),
    transitions: digest?.transitions.length ?? transitions,
    failed: delivery.failed,
    held: delivery.held,
    givenUp: givenUp + delivery.givenUp,
  };
};

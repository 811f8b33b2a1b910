import { digestOf } from '../../core/drift/digest.ts';
import { takeTurns } from '../../core/drift/take-turns.ts';
import type { Digest } from '../../core/drift/transition.ts';
import { type Delivery, deliver } from '../deliver.ts';
import { documentKeys, findDocument, inFlightKey } from '../documents.ts';
import type { NotifyResult, RunState } from '../events.ts';
import { type AuditChoices, type AuditPorts, maxPending } from '../ports.ts';
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
 * under the same id, and what is new in a digest of its own. Throws `StateConflict` while another run is sending.
 */
export const notifyDrift = async (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> => {
  await ports.findings.claimSending(state.runId, ports.now());
  try {
    const result = await send(ports, choices, state);
    await ports.documents.put(documentKeys(state.runId).notification, result);
    return result;
  } finally {
    await ports.findings.releaseSending(state.runId);
  }
};

const send = async (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> => {
  const left = (await findDocument(ports.documents, inFlightKey, isInFlight))?.sending;
  const sentOn = left === undefined ? undefined : await finish(ports, left);
  const { digest, keys } = await digestOfRun(ports, choices, state);
  if (digest === undefined) {
    const delivery = sentOn ?? (await deliver(ports, undefined));
    if (keys.length > 0) await ports.findings.markSent('below-threshold', keys, ports.now());
    return resultOf(left?.digest, [delivery]);
  }
  await ports.documents.put(inFlightKey, { sending: { digest, keys } } satisfies InFlight);
  const delivery = await finish(ports, { digest, keys });
  return resultOf(digest, sentOn === undefined ? [delivery] : [delivery, sentOn]);
};

const finish = async (ports: Ports, { digest, keys }: NonNullable<InFlight['sending']>): Promise<Delivery> => {
  const delivery = await deliver(ports, digest);
  await ports.findings.markSent(digest.id, keys, ports.now());
  await ports.documents.put(inFlightKey, {} satisfies InFlight);
  return delivery;
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

/** `digest` is the newest that was sent, if any was. */
const resultOf = (digest: Digest | undefined, deliveries: readonly Delivery[]): NotifyResult => {
  const names = (key: 'sentTo' | 'failed' | 'held') => [...new Set(deliveries.flatMap(delivery => delivery[key]))];
  return {
    sent: digest !== undefined && names('sentTo').length > 0,
    ...(digest === undefined ? {} : { digestId: digest.id }),
    transitions: digest?.transitions.length ?? 0,
    failed: names('failed'),
    held: names('held'),
    givenUp: deliveries.reduce((sum, { givenUp }) => sum + givenUp, 0),
  };
};

import { digestOf } from '../../core/drift/digest.ts';
import type { Digest } from '../../core/drift/transition.ts';
import { deliver } from '../deliver.ts';
import { documentKeys } from '../documents.ts';
import type { NotifyResult, RunState } from '../events.ts';
import { type AuditChoices, type AuditPorts, maxPending } from '../ports.ts';
import { summariesOf } from './summaries-of.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'findings' | 'notifiers' | 'now'>;
type Choices = Pick<AuditChoices, 'minSeverity' | 'links'>;

/**
 * Sends one digest of everything that is unsent, whichever run wrote it, and marks it sent. Only one run sends at a
 * time. A crash between the two sends the same digest again, under the same id. Throws `StateConflict` while another
 * run is sending.
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
  const summaries = (await summariesOf(ports.documents, state)).map(([, summary]) => summary);
  const pending = await ports.findings.pending(summaries.flatMap(summary => summary.unsentKeys).slice(0, maxPending));
  const digest: Digest | undefined =
    pending.length === 0
      ? undefined
      : digestOf(pending, {
          runId: state.runId,
          at: state.startedAt,
          minSeverity: choices.minSeverity,
          openBySeverity: await ports.findings.openBySeverity(),
          gaps: summaries.reduce((sum, { gapCount }) => sum + gapCount, 0),
          links: choices.links,
        });
  const { sentTo, failed, held, givenUp } = await deliver(ports, digest);
  if (pending.length > 0)
    await ports.findings.markSent(
      digest?.id ?? 'below-threshold',
      pending.map(({ key }) => key),
      ports.now(),
    );
  return {
    sent: digest !== undefined && sentTo.length > 0,
    ...(digest === undefined ? {} : { digestId: digest.id }),
    transitions: digest?.transitions.length ?? 0,
    failed,
    held,
    givenUp,
  };
};

import { documentKeys } from '../documents.ts';
import { TargetsUnreadable } from '../errors.ts';
import type { RunState, StartEvent } from '../events.ts';
import type { AuditPorts, Target } from '../ports.ts';

/** The first step: which accounts. Writes them as a document; the state carries their ids. Throws `TargetsUnreadable`:
 *  without a list there is no run. */
export const listTargets = async (
  ports: Pick<AuditPorts, 'targets' | 'documents' | 'calls'>,
  event: StartEvent,
): Promise<RunState> => {
  const targets = new Map<string, Target>((await ports.targets.list()).map(target => [target.accountId, target]));
  if (targets.size === 0) throw new TargetsUnreadable('no account to audit: the list of accounts is empty');
  const accounts = [...targets.keys()].sort();
  await ports.documents.put(documentKeys(event.runId).targets, {
    targets: Object.fromEntries(targets),
    apiCalls: ports.calls?.take() ?? {},
  });
  return { runId: event.runId, startedAt: event.startedAt, accounts };
};

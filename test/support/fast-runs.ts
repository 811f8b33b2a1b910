import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditChoices, AuditPorts } from '../../lib/audit/ports.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';

let batches = 0;

/** Notes events (as the queue hands them over) and answers the run that they started, if they started one. */
export const note = async (
  ports: Pick<AuditPorts, 'documents' | 'now'>,
  events: readonly object[],
): Promise<string | undefined> => {
  batches += 1;
  const started: string[] = [];
  const executions = { start: async (name: string) => void started.push(name) };
  const messages = events.map((event, index) => ({ messageId: `m-${batches}-${index}`, body: JSON.stringify(event) }));
  const { run } = await noteChanges({ ...ports, executions }, messages);
  if (started[0] !== run) throw new Error(`${started[0]} was started, want ${run}`);
  return run;
};

/** One fast run in this process: the steps of the fast lane's state machine, in its order. */
export const runFast = async (ports: AuditPorts, choices: AuditChoices, runId: string) => {
  const state = await planFastRun(ports, { runId });
  if (state.accounts.length === 0) return state;
  const item = (accountId: string) => ({ runId, startedAt: state.startedAt, accountId });
  for (const accountId of state.accounts) {
    const collected = await collectAccount(ports, choices, item(accountId));
    const { clusters } = ports;
    if (clusters === undefined) continue;
    for (const batch of collected.clusters)
      await collectCluster({ ...ports, clusters }, { ...item(accountId), clusters: [...batch] });
  }
  await overlayIssuers(ports, choices, state);
  await probeIssuers(ports, state);
  for (const accountId of state.accounts) await evaluateAccount(ports, choices, item(accountId));
  await notifyDrift(ports, choices, state);
  return state;
};

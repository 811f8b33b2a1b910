import type { RunState, SkippedRun, StartEvent } from '../events.ts';
import type { AuditPorts } from '../ports.ts';
import { listTargets } from './list-targets.ts';

type Ports = Parameters<typeof listTargets>[0] &
  Pick<AuditPorts, 'now'> & { readonly findings: Pick<AuditPorts['findings'], 'claimRun' | 'recordSkipped'> };

/** Begins a run, unless another one is going on: two would read the same and wait for each other. A run that is skipped
 *  leaves a record. */
export const beginRun = async (ports: Ports, event: StartEvent): Promise<RunState | SkippedRun> => {
  const other = await ports.findings.claimRun(event.runId, ports.now());
  if (other === undefined) return listTargets(ports, event);
  await ports.findings.recordSkipped({ ...event, skippedFor: other });
  const because = `run ${other} is still going on: this one is skipped, and the next one reads what changes until then`;
  return { runId: event.runId, skippedFor: { runId: other, because } };
};

import type { AuditPorts } from './ports.ts';

/**
 * Does something with the right to hand over what is unsent, or to send to one destination, which one invocation has at a
 * time. A right that cannot be given back is no failure of the work: it ends by itself. Throws `StateConflict`
 * while another invocation has it.
 */
export const whileSending = async <T>(
  ports: Pick<AuditPorts, 'now'> & {
    readonly findings: Pick<AuditPorts['findings'], 'claimSending' | 'releaseSending'>;
  },
  { runId, destination }: { readonly runId: string; readonly destination?: string },
  work: () => Promise<T>,
): Promise<T> => {
  const token = await ports.findings.claimSending(runId, ports.now(), destination);
  try {
    return await work();
  } finally {
    await ports.findings.releaseSending(token, destination).catch(() => undefined);
  }
};

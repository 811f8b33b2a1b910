import type { AuditPorts } from './ports.ts';

/**
 * Does something with the right to send, which one invocation has at a time. That the right cannot be given back is no
 * failure of what was sent: it ends by itself. Throws `StateConflict` while another invocation is sending.
 */
export const whileSending = async <T>(
  ports: Pick<AuditPorts, 'now'> & {
    readonly findings: Pick<AuditPorts['findings'], 'claimSending' | 'releaseSending'>;
  },
  runId: string,
  send: () => Promise<T>,
): Promise<T> => {
  const token = await ports.findings.claimSending(runId, ports.now());
  try {
    return await send();
  } finally {
    await ports.findings.releaseSending(token).catch(() => undefined);
  }
};

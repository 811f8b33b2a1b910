import { injectionStopped } from '../facts/injection-stopped.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import type { FixDraft } from '../model/finding.ts';

/** The fix of pods that need a restart: as it is, or with the restart left out while the webhook of the cluster injects
 *  nothing, since a pod that is restarted then loses the role that it has. */
export const restartLater = (
  snapshot: ClusterSnapshot,
  fix: FixDraft,
  stepsBefore: FixDraft['steps'] = [],
): FixDraft => {
  const stopped = injectionStopped(snapshot);
  if (stopped === undefined) return fix;
  const waiting = `Whether the webhook injects again: since ${stopped.since} no new pod of cluster ${snapshot.cluster.name} got its role, and a pod that is restarted now loses the one that it has.`;
  return { ...fix, steps: stepsBefore, choice: [fix.choice, waiting].filter(text => text !== undefined).join(' ') };
};

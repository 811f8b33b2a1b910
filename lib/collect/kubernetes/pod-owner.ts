import type { PodOwner } from '../../model/kubernetes.ts';

/** What is known of a pod about who made it: its controller, labels and time of creation. */
export interface PodOrigin {
  readonly controller?: { readonly kind: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt?: string;
}

/** CronJobs name a Job after the minute it was due: `<cronjob>-<minutes since 1970>`. */
const cronJobRun = /^(?<cronJob>.+)-(?<minutes>\d{8})$/;
/** A Job's number is a due minute only if the pod was made near it; `backup-20261124` is a date, and no CronJob's. */
const nearMinutes = 24 * 60;

/**
 * Resolves a pod's controller to what a person would restart, without reading ReplicaSets or Jobs (the auditor may not):
 * the ReplicaSet of a Deployment is named `<deployment>-<hash>` with the hash in the label `pod-template-hash`, an Argo
 * Rollout's likewise with its own label. Where the names do not prove it, the controller itself is the owner.
 */
export const ownerOf = ({ controller, labels, createdAt }: PodOrigin): PodOwner | undefined => {
  if (!controller) return undefined;
  if (controller.kind === 'ReplicaSet') {
    const deployment = withoutHash(controller.name, labels['pod-template-hash']);
    if (deployment !== undefined) return { kind: 'Deployment', name: deployment };
    const rollout = withoutHash(controller.name, labels['rollouts-pod-template-hash']);
    if (rollout !== undefined) return { kind: 'Rollout', name: rollout };
  }
  if (controller.kind === 'Job') {
    const cronJob = cronJobOf(controller.name, createdAt);
    if (cronJob !== undefined) return { kind: 'CronJob', name: cronJob };
  }
  return controller;
};

const withoutHash = (name: string, hash: string | undefined): string | undefined =>
  hash && name.endsWith(`-${hash}`) && name.length > hash.length + 1 ? name.slice(0, -hash.length - 1) : undefined;

const cronJobOf = (jobName: string, createdAt: string | undefined): string | undefined => {
  const match = cronJobRun.exec(jobName);
  const created = createdAt === undefined ? Number.NaN : Date.parse(createdAt) / 60_000;
  const due = Number(match?.groups?.minutes);
  return Math.abs(due - created) <= nearMinutes ? match?.groups?.cronJob : undefined;
};

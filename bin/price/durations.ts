/**
 * How long the functions run. Their CPU was measured (`bench/fleet.ts`, 26 November 2026), so that a bill is the same on
 * every machine; what they wait for is assumed, and errs on the long side.
 */
import type { StepName } from '../../lib/audit/contract.ts';

/** A fleet of `accounts` that are all of one size. */
export interface BilledFleet {
  readonly accounts: number;
  /** Clusters and roles of each account. */
  readonly clusters: number;
  readonly roles: number;
  /** Whether the clusters are read from inside. */
  readonly inCluster: boolean;
}

/** Seconds of one answer. */
const waits = {
  thousandRoles: 1.5,
  iamOrEks: 0.2,
  document: 0.04,
  table: 0.02,
  clusterInside: 1.5,
  probe: 0.15,
} as const;
/** Calls that are under way at once, as the collectors and steps have it. */
const atOnce = { eks: 8, clusters: 8, documents: 32, probes: 12 } as const;
/** Megabytes at which Lambda gives one full virtual CPU (Lambda Developer Guide, "Configure Lambda function memory"). */
const wholeCpu = 1769;
/** Seconds that a function takes to start, which are billed; it starts once a run. */
export const coldStart = 0.8;

/** Seconds of one call: of CPU, and of waiting. */
interface Duration {
  readonly cpu: number;
  readonly wait: number;
}

const perThousand = (count: number) => count / 1000;

const durationOf = (step: StepName, { accounts, clusters, roles, inCluster }: BilledFleet): Duration => {
  const issuers = accounts * clusters;
  switch (step) {
    case 'list-targets':
      return { cpu: 0.05, wait: 1 + Math.ceil(accounts / 20) * waits.iamOrEks };
    case 'collect-account':
      return {
        cpu: 0.1 + 0.3 * perThousand(roles) + 0.01 * clusters,
        wait: 1 + Math.ceil(roles / 1000) * waits.thousandRoles + ((2 * clusters) / atOnce.eks) * waits.iamOrEks,
      };
    case 'collect-cluster':
      return { cpu: 0.2 + 0.08 * clusters, wait: 0.5 + Math.ceil(clusters / atOnce.clusters) * waits.clusterInside };
    case 'index-issuers':
      return { cpu: 0.1 + 0.0015 * accounts, wait: (accounts / atOnce.documents) * waits.document };
    case 'probe-issuers':
      return { cpu: 0.1 + 0.002 * issuers, wait: 1 + Math.ceil((2 * issuers) / atOnce.probes) * waits.probe };
    case 'evaluate-account':
      return {
        cpu: 0.2 + 0.5 * perThousand(roles) + (inCluster ? 0.04 * clusters : 0),
        wait: 5 * waits.document + (inCluster ? (clusters / 16) * waits.document : 0) + 20 * waits.table,
      };
    case 'notify-drift':
      return { cpu: 0.1 + 0.0005 * accounts, wait: 0.5 + (accounts / atOnce.documents) * waits.document };
    case 'complete-run':
      return { cpu: 0.5 + 0.02 * accounts, wait: 1 + 2 * (accounts / 16) * waits.document };
  }
};

/** Seconds that one call of a step is billed with so much memory, in MB. */
export const billedSeconds = (step: StepName, size: BilledFleet, memory: number): number => {
  const { cpu, wait } = durationOf(step, size);
  return cpu / Math.min(1, memory / wholeCpu) + wait;
};

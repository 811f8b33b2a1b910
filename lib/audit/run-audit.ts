import { inParallel } from '../kit/in-parallel.ts';
import { retryThrown } from '../kit/retry.ts';
import { given } from '../text.ts';
import type { ItemStatus, StepName } from './contract.ts';
import type { RunState, StartEvent } from './events.ts';
import { isTransient } from './failure.ts';
import type { AuditChoices, AuditPorts } from './ports.ts';
import { type RunResult, runResultOf } from './run-result.ts';
import { collectAccount } from './steps/collect-account.ts';
import { collectCluster } from './steps/collect-cluster.ts';
import { completeRun } from './steps/complete-run.ts';
import { evaluateAccount } from './steps/evaluate-account.ts';
import { indexIssuers } from './steps/index-issuers.ts';
import { listTargets } from './steps/list-targets.ts';
import { notifyDrift } from './steps/notify-drift.ts';
import { probeIssuers } from './steps/probe-issuers.ts';

/** The events of `runAudit` while it works. `total` counts the items of a step that has items. */
export type AuditEvent =
  | { readonly kind: 'step-started'; readonly step: StepName; readonly total?: number }
  | { readonly kind: 'step-ended'; readonly step: StepName }
  | {
      readonly kind: 'item-ended';
      readonly step: StepName;
      readonly accountId: string;
      /** `<region>/<name>` */
      readonly cluster?: string;
      readonly status: ItemStatus;
    };

/** For errors that a repeat may get over, as the workflow does it; fewer tries, since somebody is waiting. */
const stepRetries = { attempts: 3, firstWaitMs: 2_000, maxWaitMs: 60_000 };

/**
 * One audit in this process: the same steps as the workflow's, in the same order, with the same documents. An item that
 * fails is a gap of the result. Throws what ends a run: `TargetsUnreadable`, and a store that does not answer.
 */
export const runAudit = async (
  ports: AuditPorts,
  choices: AuditChoices,
  start: StartEvent,
  tell: (event: AuditEvent) => void = () => undefined,
): Promise<RunResult> => {
  const state = await inStep(tell, 'list-targets', undefined, () => listTargets(ports, start));
  await collect(ports, choices, state, tell);
  await inStep(tell, 'index-issuers', undefined, () => indexIssuers(ports, choices, state));
  await inStep(tell, 'probe-issuers', undefined, () => item(ports, () => probeIssuers(ports, state)));
  await inStep(tell, 'evaluate-account', state.accounts.length, () =>
    inParallel(state.accounts, choices.concurrency, async accountId => {
      const status = await item(ports, () => evaluateAccount(ports, choices, { ...start, accountId }));
      tell({ kind: 'item-ended', step: 'evaluate-account', accountId, status: status ?? 'failed' });
    }),
  );
  await inStep(tell, 'notify-drift', undefined, () => retryStep(ports, () => notifyDrift(ports, choices, state)));
  await inStep(tell, 'complete-run', undefined, () => completeRun(ports, choices, state));
  return runResultOf(ports.documents, state);
};

const collect = (
  ports: AuditPorts,
  choices: AuditChoices,
  state: RunState,
  tell: (event: AuditEvent) => void,
): Promise<unknown> =>
  inStep(tell, 'collect-account', state.accounts.length, () =>
    inParallel(state.accounts, choices.concurrency, async accountId => {
      const event = { runId: state.runId, startedAt: state.startedAt, accountId };
      const collected = await item(ports, () => collectAccount(ports, choices, event));
      tell({ kind: 'item-ended', step: 'collect-account', accountId, status: collected?.status ?? 'failed' });
      const { clusters } = ports;
      if (clusters === undefined) return;
      await inParallel((collected?.clusters ?? []).flat(), choices.concurrency, async cluster => {
        const one = { ...event, clusters: [cluster] };
        const status = await item(ports, () => collectCluster({ ...ports, clusters }, one));
        tell({ kind: 'item-ended', step: 'collect-cluster', accountId, cluster, status: status ?? 'failed' });
      });
    }),
  );

const inStep = async <T>(
  tell: (event: AuditEvent) => void,
  step: StepName,
  total: number | undefined,
  work: () => Promise<T>,
): Promise<T> => {
  tell({ kind: 'step-started', step, ...given({ total }) });
  const result = await work();
  tell({ kind: 'step-ended', step });
  return result;
};

/** An item's own Retry and Catch: undefined for one that failed for good. The steps after it see that its document is
 *  missing, and say so. */
const item = async <T>(ports: AuditPorts, work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await retryStep(ports, work);
  } catch {
    return undefined;
  }
};

const retryStep = <T>({ sleep }: AuditPorts, work: () => Promise<T>): Promise<T> =>
  retryThrown({ ...stepRetries, sleep }, work, isTransient);

import type { NotifyEvent } from '../../../lib/audit/events.ts';
import { collectAccount } from '../../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../../lib/audit/steps/list-targets.ts';
import { notifyDrift } from '../../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../../lib/audit/steps/probe-issuers.ts';
import { sendSummary } from '../../../lib/audit/steps/send-summary.ts';
import type { Run } from './run.ts';
import type { Simulation } from './simulation.ts';

const attempted = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'Abandoned') throw error;
    return undefined;
  }
};

const parallel = async <T>(list: readonly T[], limit: number, work: (item: T) => Promise<unknown>): Promise<void> => {
  const queue = [...list];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, queue.length) }, worker));
};

/** Sends the weekly summary, as its own schedule does. */
export const summarize = async (simulation: Simulation, run: Run): Promise<void> => {
  const ports = { ...simulation.portsOf(run), findings: simulation.store };
  const event: NotifyEvent = { runId: run.runId, startedAt: run.startedAt, accounts: [], summary: true };
  try {
    run.notified = await simulation.invocations.invoke(run, 'send-summary', undefined, () =>
      sendSummary(ports, simulation.choices, event),
    );
    run.outcome = 'succeeded';
  } catch (error) {
    run.outcome = `failed: ${error}`;
  }
};

/** How the last states of the machine end a run. */
const outcomeOf = (failure: unknown, { completed }: Run): string => {
  if (failure !== undefined) return 'NotificationFailed';
  return completed?.readNothing === true ? 'NothingRead' : 'succeeded';
};

/** Runs the state machine by hand. */
export const execute = async (simulation: Simulation, run: Run): Promise<void> => {
  const ports = simulation.portsOf(run);
  const { choices, invocations } = simulation;
  const { invoke } = invocations;
  const { clusters } = ports;
  run.outcome = 'running';
  const start = { runId: run.runId, startedAt: run.startedAt };
  try {
    const state = await invoke(run, 'list-targets', undefined, () => listTargets(ports, start));
    await parallel(state.accounts, 3, async accountId => {
      const event = { ...start, accountId };
      const collected = await attempted(() =>
        invoke(run, 'collect-account', accountId, () => collectAccount(ports, choices, event)),
      );
      if (clusters)
        await parallel(collected?.clusters ?? [], 2, some =>
          attempted(() =>
            invoke(run, 'collect-cluster', some[0], () =>
              collectCluster({ ...ports, clusters }, { ...event, clusters: [...some] }),
            ),
          ),
        );
    });
    await invoke(run, 'index-issuers', undefined, () => indexIssuers(ports, choices, state));
    await attempted(() => invoke(run, 'probe-issuers', undefined, () => probeIssuers(ports, state)));
    await parallel(state.accounts, 3, accountId =>
      attempted(() =>
        invoke(run, 'evaluate-account', accountId, () => evaluateAccount(ports, choices, { ...start, accountId })),
      ),
    );
    await run.beforeNotify?.();
    let failure: unknown;
    try {
      run.notified = await invoke(run, 'notify-drift', undefined, () => notifyDrift(ports, choices, state));
    } catch (error) {
      if (error instanceof Error && error.name === 'Abandoned') throw error;
      failure = error;
      simulation.log.push(`notify of ${run.runId} failed: ${error}`);
    }
    run.completed = await invoke(run, 'complete-run', undefined, () => completeRun(ports, choices, state));
    run.outcome = outcomeOf(failure, run);
  } catch (error) {
    run.outcome = `failed: ${error}`;
  }
};

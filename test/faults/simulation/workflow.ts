import type { NotifyEvent } from '../../../lib/audit/events.ts';
import type { AuditPorts } from '../../../lib/audit/ports.ts';
import { runFailure } from '../../../lib/audit/run-failure.ts';
import { beginRun } from '../../../lib/audit/steps/begin-run.ts';
import { collectAccount } from '../../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../../lib/audit/steps/index-issuers.ts';
import { notifyDrift } from '../../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../../lib/audit/steps/probe-issuers.ts';
import { recordFailure } from '../../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../../lib/audit/steps/send-summary.ts';
import { settle } from './invocations.ts';
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

/** A step that reads: one that is given up leaves something unread. */
const reading = async <T>(run: Run, work: () => Promise<T>): Promise<T | undefined> => {
  const answer = await attempted(work);
  if (answer === undefined) run.gaveUp = true;
  return answer;
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

/** What the rule on executions does that did not succeed. A run that was stopped before it began has no record either. */
const noteFailure = async (simulation: Simulation, run: Run, ports: AuditPorts): Promise<void> => {
  const { runId, startedAt, outcome } = run;
  // It is no step of the execution that could be stopped with it.
  run.abandonAt = undefined;
  const failure = runFailure('FAILED', { error: outcome, cause: '' });
  const record = await attempted(() =>
    simulation.invocations.invoke(run, 'complete-run', 'failure', () =>
      recordFailure(ports, { runId, startedAt, failure }),
    ),
  );
  if (record !== undefined) run.failureNoted = true;
};

/** Runs the state machine by hand. */
export const execute = async (simulation: Simulation, run: Run): Promise<void> => {
  const ports = simulation.portsOf(run);
  run.outcome = 'running';
  simulation.runs.set(run.runId, run);
  try {
    run.outcome = await outcomeOfSteps(simulation, run, ports);
  } catch (error) {
    run.outcome = `failed: ${error}`;
  }
  // Functions that are at work when their execution is stopped come to their end: before the next run, as a rule.
  if (run.abandoned) await settle(400);
  if (run.outcome !== 'succeeded' && run.outcome !== 'skipped') await noteFailure(simulation, run, ports);
};

const outcomeOfSteps = async (simulation: Simulation, run: Run, ports: AuditPorts): Promise<string> => {
  const { choices, invocations } = simulation;
  const { invoke } = invocations;
  const start = { runId: run.runId, startedAt: run.startedAt };
  const state = await invoke(run, 'list-targets', undefined, () => beginRun(ports, start));
  if ('skippedFor' in state) {
    const other = simulation.runs.get(state.skippedFor.runId);
    const wasOver = other === undefined || other.outcome === 'succeeded' || other.failureNoted === true;
    run.skippedFor = { runId: state.skippedFor.runId, wasOver };
    return 'skipped';
  }
  await collect(simulation, run, ports, state.accounts);
  await invoke(run, 'index-issuers', undefined, () => indexIssuers(ports, choices, state));
  await reading(run, () => invoke(run, 'probe-issuers', undefined, () => probeIssuers(ports, state)));
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
  return outcomeOf(failure, run);
};

const collect = async (
  { choices, invocations: { invoke } }: Simulation,
  run: Run,
  ports: AuditPorts,
  accounts: readonly string[],
): Promise<void> => {
  const { clusters } = ports;
  await parallel(accounts, 3, async accountId => {
    const event = { runId: run.runId, startedAt: run.startedAt, accountId };
    const collected = await reading(run, () =>
      invoke(run, 'collect-account', accountId, () => collectAccount(ports, choices, event)),
    );
    if (clusters)
      await parallel(collected?.clusters ?? [], 2, some =>
        reading(run, () =>
          invoke(run, 'collect-cluster', some[0], () =>
            collectCluster({ ...ports, clusters }, { ...event, clusters: [...some] }),
          ),
        ),
      );
  });
};

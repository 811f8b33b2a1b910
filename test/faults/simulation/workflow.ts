import type { NotifyEvent } from '../../../lib/audit/events.ts';
import { executionEnded, parseEvent } from '../../../lib/audit/events.ts';
import type { AuditPorts } from '../../../lib/audit/ports.ts';
import { recordFailure } from '../../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../../lib/audit/steps/send-summary.ts';
import type { State } from '../../../sandbox/workflow/definition.ts';
import { settle } from './invocations.ts';
import { type Failure, machines, retryOf, runMachine } from './machine.ts';
import { repeatsOf } from './repeats.ts';
import type { Invoked, Run } from './run.ts';
import type { Simulation } from './simulation.ts';

/** Invokes a function until it answers, or fails with what is not repeated. */
const repeated = async <T>(
  { invocations, share }: Simulation,
  run: Run,
  [step, item]: readonly [Invoked, string?],
  retry: State['Retry'],
  work: () => Promise<T>,
): Promise<T> => {
  const repeats = repeatsOf(retry, share);
  for (;;)
    try {
      return await invocations.attempt(run, step, item, work);
    } catch (error) {
      const wait = repeats(error);
      if (wait === undefined) throw error;
      run.triedAgain = true;
      await invocations.waitFor(wait);
    }
};

/** Sends the weekly summary, as its own schedule does. */
export const summarize = async (simulation: Simulation, run: Run): Promise<void> => {
  const ports = { ...simulation.portsOf(run), findings: simulation.store };
  const event: NotifyEvent = { runId: run.runId, startedAt: run.startedAt, accounts: [], summary: true };
  const { weeklySummary } = await machines();
  try {
    run.notified = await repeated(simulation, run, ['send-summary'], retryOf(weeklySummary, 'SendSummary'), () =>
      sendSummary(ports, simulation.choices, event),
    );
    run.outcome = 'succeeded';
  } catch (error) {
    run.outcome = `failed: ${error}`;
  }
};

/** How Lambda repeats what the event bus asked it for (Lambda Developer Guide, "Asynchronous invocation"). */
const asynchronous = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60, MaxAttempts: 2 }];

/** The work of the rule on executions that did not succeed. A run that was stopped before it began has no record
 *  either. */
const noteFailure = async (simulation: Simulation, run: Run, ports: AuditPorts, ended: Failure): Promise<void> => {
  const event = {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      ...{ ...ended, name: run.runId },
      ...{ startDate: Date.parse(run.startedAt), stopDate: Date.parse(simulation.now()) },
    },
  };
  try {
    await repeated(simulation, run, ['complete-run', 'failure'], asynchronous, () =>
      recordFailure(ports, parseEvent(executionEnded, 'complete-run', event)),
    );
    run.failureNoted = true;
  } catch (error) {
    simulation.log.push(`the failure of ${run.runId} is not recorded: ${error}`);
  }
};

/** Runs the state machine, and what follows an execution that did not succeed. */
export const execute = async (simulation: Simulation, run: Run): Promise<void> => {
  const ports = simulation.portsOf(run);
  run.outcome = 'running';
  simulation.runs.set(run.runId, run);
  const ended = await runMachine(simulation, run, ports);
  if (ended.status === 'SUCCEEDED') {
    run.outcome = run.skippedFor === undefined ? 'succeeded' : 'skipped';
    return;
  }
  run.outcome = `${ended.status} ${ended.error}: ${ended.cause}`;
  // Functions that are at work when their execution is stopped come to their end: before the next run, as a rule.
  if (ended.status === 'ABORTED') await settle(400);
  // The rule on executions is for those of full runs.
  if (!run.isFast) await noteFailure(simulation, run, ports, ended);
};

/** The state machines as they are synthesized: that of a run, run by a public engine, whose Tasks invoke the real steps. */
import type { AuditPorts } from '../../../lib/audit/ports.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { stateNameOf } from '../../../lib/infra/step-function.ts';
import { stepHandlers } from '../../../sandbox/step-handlers.ts';
import { allStates, type State, type States } from '../../../sandbox/workflow/definition.ts';
import { isSkipped, runWorkflow, type StepHandlers } from '../../../sandbox/workflow/run-workflow.ts';
import { statesIn, synthesizedTemplate } from '../../../sandbox/workflow/synthesized-definition.ts';
import { type Repeats, repeatsOf } from './repeats.ts';
import type { Invoked, Run } from './run.ts';
import type { Simulation } from './simulation.ts';

interface Machines {
  /** Without and with the insides of clusters. */
  readonly plain: States;
  readonly inside: States;
  readonly weeklySummary: States;
  readonly fast: States;
  readonly fastInside: States;
}

let known: Machines | undefined;

/** The definitions, made once in a thread: to be awaited before real time is taken away. */
export const machines = async (): Promise<Machines> => {
  if (known !== undefined) return known;
  const templateOf = (inCluster: boolean) =>
    synthesizedTemplate(
      parseConfiguration(
        JSON.stringify({
          inCluster: { enabled: inCluster },
          weeklySummary: { enabled: true },
          fastLane: { enabled: true },
        }),
        'a schedule',
      ),
    );
  const [plain, inside] = [await templateOf(false), await templateOf(true)];
  known = {
    plain: statesIn(plain, 'audit'),
    inside: statesIn(inside, 'audit'),
    weeklySummary: statesIn(plain, 'weekly-summary'),
    fast: statesIn(plain, 'fast-lane'),
    fastInside: statesIn(inside, 'fast-lane'),
  };
  return known;
};

/** The `Retry` of a Task. Throws if the definition has none of that name. */
export const retryOf = (definition: States, name: string): State['Retry'] => {
  const state = allStates(definition).find(([each]) => each === name)?.[1];
  if (state === undefined) throw new Error(`the definition has no state ${name}`);
  return state.Retry;
};

/** How an execution ended that did not succeed. */
export interface Failure {
  readonly status: 'FAILED' | 'ABORTED';
  readonly error: string;
  readonly cause: string;
}
type Ended = { readonly status: 'SUCCEEDED' } | Failure;

const reading: readonly Invoked[] = ['collect-account', 'collect-cluster', 'probe-issuers'];
const never = (): Promise<never> => new Promise(() => undefined);

const itemOf = (input: unknown): string | undefined => {
  if (typeof input !== 'object' || input === null) return undefined;
  if ('clusters' in input && Array.isArray(input.clusters)) return String(input.clusters[0]);
  return 'accountId' in input ? String(input.accountId) : undefined;
};

const skippedFor = ({ runs }: Simulation, runId: string): NonNullable<Run['skippedFor']> => {
  const other = runs.get(runId);
  return { runId, wasOver: other === undefined || other.outcome === 'succeeded' || other.failureNoted === true };
};

const takeBeforeNotify = (run: Run): Run['beforeNotify'] => {
  const { beforeNotify } = run;
  run.beforeNotify = undefined;
  return beforeNotify;
};

/** Runs one execution. One that is stopped enters no state any more; its functions that are at work go on. */
export const runMachine = async (simulation: Simulation, run: Run, ports: AuditPorts): Promise<Ended> => {
  const { plain, inside, fast, fastInside } = await machines();
  const [without, within] = run.isFast ? [fast, fastInside] : [plain, inside];
  const definition = ports.clusters === undefined ? without : within;
  const { invocations } = simulation;
  const choices = { ...simulation.choices, waivers: run.world.waivers };
  const unread = new Set<string>();
  const stop = new AbortController();

  type Handler = (input: unknown) => Promise<unknown>;
  const invoked = (step: Exclude<Invoked, 'send-summary'>, handler: Handler = never): Handler => {
    const repeats = new Map<string, Repeats>();
    return async input => {
      if (run.abandonAt === step) {
        run.abandonAt = undefined;
        run.abandoned = true;
        stop.abort();
      }
      if (run.abandoned) return never();
      const item = itemOf(input);
      const name = `${step} ${item}`;
      try {
        if (step === 'notify-drift') await takeBeforeNotify(run)?.();
        if (step === 'complete-run') run.deliveredBefore ??= simulation.destinations.delivered.length;
        const answer = await invocations.attempt(run, step, item, () => {
          if (step === 'notify-drift') run.notifyBegan = simulation.time;
          return handler(input);
        });
        unread.delete(name);
        if (isSkipped(answer)) run.skippedFor = skippedFor(simulation, answer.skippedFor.runId);
        return answer;
      } catch (error) {
        if (reading.includes(step)) unread.add(name);
        // The engine repeats at once: so the wait is before its turn.
        const own = repeats.get(name) ?? repeatsOf(retryOf(definition, stateNameOf(step)), simulation.share);
        repeats.set(name, own);
        await invocations.waitFor(own(error) ?? 0);
        throw error;
      } finally {
        run.gaveUp = unread.size > 0;
      }
    };
  };
  const handlers = stepHandlers(ports, choices);
  const steps: StepHandlers = {
    'list-targets': invoked('list-targets', handlers['list-targets']),
    'collect-account': invoked('collect-account', handlers['collect-account']),
    'collect-cluster': invoked('collect-cluster', handlers['collect-cluster']),
    'index-issuers': invoked('index-issuers', handlers['index-issuers']),
    'probe-issuers': invoked('probe-issuers', handlers['probe-issuers']),
    'evaluate-account': invoked('evaluate-account', handlers['evaluate-account']),
    'notify-drift': invoked('notify-drift', handlers['notify-drift']),
    'complete-run': invoked('complete-run', handlers['complete-run']),
    'plan-fast-run': invoked('plan-fast-run', handlers['plan-fast-run']),
    'overlay-issuers': invoked('overlay-issuers', handlers['overlay-issuers']),
  };
  const { runId, startedAt } = run;
  const { signal } = stop;
  const execution = await runWorkflow(definition, { steps, runId, startedAt, signal, retryInterval: 0 });
  if (execution.status === 'succeeded') return { status: 'SUCCEEDED' };
  return run.abandoned ? { status: 'ABORTED', error: '', cause: '' } : { ...execution, status: 'FAILED' };
};

import { StateMachine } from 'aws-local-stepfunctions';
import { type FastStepName, type FunctionName, functionNames, type StepName } from '../../lib/audit/contract.ts';
import type { SkippedRun } from '../../lib/audit/events.ts';
import { stateNameOf } from '../../lib/infra/step-function.ts';
import { allStates, type States } from './definition.ts';
import type { StepFaults } from './step-faults.ts';

/** A step as its Lambda would run it: JSON in, JSON out. Throws errors whose `name` the definition retries or catches. */
type StepHandler = (input: unknown) => Promise<unknown>;
/** `collect-cluster` and the steps of the fast lane may be left out where the definition does not have them. */
export type StepHandlers = Readonly<Record<Exclude<StepName, 'collect-cluster'>, StepHandler>> &
  Readonly<Partial<Record<'collect-cluster' | Exclude<FastStepName, 'note-changes'>, StepHandler>>>;

/** One thing that happened, for the live list. `attempt` counts from 1; `milliseconds` are of this attempt. */
export type WorkflowEvent = {
  readonly step: FunctionName;
  readonly accountId?: string;
  readonly clusters?: number;
  readonly attempt: number;
} & (
  | { readonly phase: 'started' }
  | { readonly phase: 'done'; readonly milliseconds: number; readonly output: unknown }
  | { readonly phase: 'failed'; readonly milliseconds: number; readonly error: string; readonly message: string }
);

export interface RunOptions {
  readonly steps: StepHandlers;
  /** The execution's name and start: `$$.Execution.Name` and `$$.Execution.StartTime`. */
  readonly runId: string;
  readonly startedAt: string;
  readonly input?: Readonly<Record<string, string>>;
  readonly onEvent?: (event: WorkflowEvent) => void;
  /** Told of each state that is entered: Step Functions charges for it. */
  readonly onTransition?: () => void;
  readonly faults?: StepFaults;
  /** Stops the execution, which then fails: no further state is entered. */
  readonly signal?: AbortSignal;
  /** Milliseconds between repeats, instead of the definition's seconds. */
  readonly retryInterval?: number;
}

/** How an execution ended, as Step Functions reports it. */
export type Execution =
  | { readonly status: 'succeeded'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: string; readonly cause: string };

/** True for what an execution answers that ended because another run goes on. */
export const isSkipped = (output: unknown): output is SkippedRun =>
  typeof output === 'object' && output !== null && 'skippedFor' in output;

/** The largest input or output of a state in Step Functions. */
const stateLimit = 256 * 1024;

/** A payload that Step Functions would refuse. */
class DataLimitExceeded extends Error {
  override readonly name = 'States.DataLimitExceeded';
  readonly code = 'data-limit-exceeded';
}

/**
 * Runs a synthesized definition with the given steps, by the rules of the States Language. Throws if a Task has no
 * handler: the local engine would pass its input on as success.
 */
export const runWorkflow = async (definition: States, options: RunOptions): Promise<Execution> => {
  const overrides = overridesOf(definition, options);
  // Tests find out whether a definition is valid: it takes longer than to run one.
  const machine = new StateMachine(JSON.parse(withOwnStart(definition)), { validationOptions: { noValidate: true } });
  const execution = machine.run(
    { ...options.input },
    {
      overrides: {
        taskResourceLocalHandlers: overrides,
        // Nobody waits for the end of a slot here.
        waitTimeOverrides: Object.fromEntries(waitsOf(definition).map(name => [name, 0])),
        retryIntervalOverrides: Object.fromEntries(
          Object.keys(overrides).map(name => [name, options.retryInterval ?? 20]),
        ),
      },
      context: { Execution: { Name: options.runId, Start: options.startedAt, Input: {} } },
    },
  );
  options.signal?.addEventListener('abort', () => execution.abort(), { once: true });
  try {
    if (options.onTransition !== undefined)
      for await (const { type } of execution.eventLogs) if (type === 'StateEntered') options.onTransition();
    return { status: 'succeeded', output: await execution.result };
  } catch (error) {
    const failure = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!(failure instanceof Error)) throw error;
    return { status: 'failed', error: failure.name, cause: failure.message };
  }
};

const waitsOf = (definition: States): readonly string[] =>
  allStates(definition).flatMap(([name, { Type }]) => (Type === 'Wait' ? [name] : []));

/** The engine always says that an execution began now; the sandbox's clock is its own. Nothing else is changed. */
const withOwnStart = (definition: States): string =>
  JSON.stringify(definition).replaceAll('"$$.Execution.StartTime"', () => '"$$.Execution.Start"');

type Override = (input: unknown) => Promise<{ readonly StatusCode: 200; readonly Payload: Json }>;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const overridesOf = (definition: States, options: RunOptions): Readonly<Record<string, Override>> => {
  const tasks = allStates(definition).filter(([, state]) => state.Type === 'Task');
  if (tasks.length === 0) throw new Error('the definition has no Task: nothing would run');
  const byName = new Map<string, Exclude<FunctionName, 'note-changes'>>(
    functionNames.flatMap(step => (step === 'note-changes' ? [] : [[stateNameOf(step), step] as const])),
  );
  return Object.fromEntries(
    tasks.map(([name]) => {
      const step = byName.get(name);
      const handler = step && options.steps[step];
      if (!step || !handler)
        throw new Error(`the Task ${name} has no handler: the engine would take its input for success`);
      return [name, invocation(step, handler, options)];
    }),
  );
};

/** A Lambda invocation: JSON both ways, limits checked, faults injected, events told. */
const invocation = (step: FunctionName, handler: StepHandler, options: RunOptions): Override => {
  const attempts = new Map<string, number>();
  return async parameters => {
    const input = checked(step, payloadOf(parameters));
    const key = JSON.stringify(input);
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    const about = { step, ...itemOf(input), attempt };
    const began = performance.now();
    const milliseconds = () => Math.round(performance.now() - began);
    options.onEvent?.({ ...about, phase: 'started' });
    try {
      options.faults?.('before', step, input);
      const output = checked(step, await handler(input));
      options.faults?.('after', step, input);
      options.onEvent?.({ ...about, phase: 'done', milliseconds: milliseconds(), output });
      return { StatusCode: 200, Payload: output };
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      const { name, message } = failure;
      options.onEvent?.({ ...about, phase: 'failed', milliseconds: milliseconds(), error: name, message });
      throw failure;
    }
  };
};

/** A value as it is after a trip through JSON. Throws where Step Functions would refuse it or the engine mistake it. */
const checked = (step: FunctionName, value: unknown): Json => {
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error(`${step} returned nothing; want a JSON value`);
  if (Buffer.byteLength(text) > stateLimit)
    throw new DataLimitExceeded(`${step}: ${Buffer.byteLength(text)} bytes of JSON, want at most ${stateLimit}`);
  const parsed: Json = JSON.parse(text);
  if (parsed === 0 || parsed === '' || parsed === false || parsed === null)
    throw new Error(`${step} returned ${text}, which the local engine takes for nothing`);
  return parsed;
};

const payloadOf = (parameters: unknown): unknown => {
  if (typeof parameters === 'object' && parameters !== null && 'Payload' in parameters) return parameters.Payload;
  throw new Error(`a Task was called with ${JSON.stringify(parameters)}, want { FunctionName, Payload }`);
};

const itemOf = (input: Json): { readonly accountId?: string; readonly clusters?: number } => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {};
  const { accountId, clusters } = input;
  return {
    ...(typeof accountId === 'string' ? { accountId } : {}),
    ...(Array.isArray(clusters) ? { clusters: clusters.length } : {}),
  };
};

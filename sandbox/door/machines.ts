/**
 * Step Functions: the state machines of the template, with what the local engine does not know of it. An item of a distributed map
 * is an execution of its own, which the machine's role must be allowed to start, and its failures are tolerated as the map says; no
 * input or output is larger than 256 KiB; `States.ALL` catches neither that nor `States.Runtime`; the error of a function is its
 * `errorType` and the cause its JSON; a name is used once; `TimeoutSeconds` of the machine and of each try of a task is that of the
 * world's clock. Sources: Step Functions Developer Guide, "Service quotas", "Handling errors", "Task workflow state", "Distributed Map
 * state", "IAM policies for using Distributed Map states"; API Reference, `StartExecution`, `LambdaFunctionScheduledEventDetails`
 * (`timeoutInSeconds`: a try has it); of an execution that timed out, floci-io/floci issue 2733 (answers of AWS).
 */
import { randomUUID } from 'node:crypto';
import { StateMachine } from 'aws-local-stepfunctions';
import { allStates, isDefinition, type State, type States } from '../workflow/definition.ts';
import { retried, uncaughtByAll, waitHandlers, withoutTimers } from './clock/state-waits.ts';
import type { WorldClock } from './clock/world-clock.ts';
import { type DistributedMap, withChildTasks } from './distributed-maps.ts';
import { historyOf, mostData, named } from './execution-history.ts';
import { FunctionFailed } from './functions/run-function.ts';
import type { Question } from './judge.ts';
import { type Deployed, type Json, record } from './stack.ts';

/** How an execution ended: one that ran out of time has neither error nor output. */
export type Ended =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

/** An execution, running or ended. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly ended: Promise<Ended>;
}

/** An execution that the machine remembers, with its end once it has one, and the states that it entered so far. */
type Kept = Execution & {
  ending: (Ended & { readonly stoppedAt: number }) | undefined;
  readonly entered: readonly { readonly state: string; readonly at: number }[];
};

/** One task that began or ended. `input` and `output` are what the function gets and answers. */
export interface TaskEvent {
  readonly functionArn: string;
  readonly input: unknown;
  readonly phase: 'started' | 'done' | 'failed';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** The parts that a machine needs. */
export interface MachinePlace {
  readonly invoke: (functionArn: string, payload: string) => Promise<string>;
  readonly ask: (question: Question, operation: string) => Promise<boolean>;
  readonly onTask?: (event: TaskEvent) => void;
  /** Throws, with a `name`, what Lambda or a function fails with before or after it was called. */
  readonly fault?: (when: 'before' | 'after', functionArn: string, input: unknown) => void;
  readonly onEnded?: (execution: Execution, ended: Ended) => void;
  /** The clock of its waits and retries. */
  readonly clock: WorldClock;
}

/** A name has up to 80 characters, of which none is white space, a bracket, a wildcard, a control character or one of these signs. */
const nameForm = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\ufffe\uffff\u{10ffff}]{1,80}$/u;

/** The input of an execution. Throws for one that is too large or no JSON. */
const executionInput = (text: string): Json => {
  if (Buffer.byteLength(text) > mostData) throw named('InvalidExecutionInput', 'the input is too large');
  try {
    return record(JSON.parse(text), 'the input');
  } catch (error) {
    throw named('InvalidExecutionInput', `Invalid State Machine Execution Input: '${String(error)}'`);
  }
};

/** A state machine of the template. */
export class Machine {
  readonly arn: string;
  private readonly roleArn: string;
  private readonly definition: States;
  private readonly place: MachinePlace;
  private readonly executions = new Map<string, Kept>();
  private readonly watchers: ((execution: Execution) => void)[] = [];

  constructor({ arn, properties }: Deployed, place: MachinePlace) {
    const definition: unknown = JSON.parse(String(properties.DefinitionString));
    if (!isDefinition(definition)) throw new Error(`${arn} has no definition`);
    const tasks = allStates(definition);
    // By the guide it catches every error but States.Timeout ("Error names"); the local engine lets it catch that too.
    if (
      tasks.some(([, state]) =>
        (state.Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes('States.TaskFailed')),
      )
    )
      throw new Error(`${arn} catches States.TaskFailed, by which the local engine catches States.Timeout too`);
    this.arn = arn;
    this.roleArn = String(properties.RoleArn);
    this.definition = definition;
    this.place = place;
  }

  /** Starts an execution. Throws `ExecutionAlreadyExists`, `InvalidName` and `InvalidExecutionInput`. */
  start(name: string = randomUUID(), input = '{}'): Execution {
    if (!nameForm.test(name)) throw named('InvalidName', `Invalid Name: '${name}'`);
    const given = executionInput(input);
    const known = this.executions.get(name);
    if (known !== undefined) {
      if (known.ending === undefined && known.input === input) return known;
      throw named('ExecutionAlreadyExists', `Execution Already Exists: '${this.executionArn(name)}'`);
    }
    const startedAt = this.place.clock.now();
    const entered: { state: string; at: number }[] = [];
    const enter = (state: string) => void entered.push({ state, at: this.place.clock.now() });
    const ended = this.run(this.definition, given, name, enter);
    const execution = { arn: this.executionArn(name), machineArn: this.arn, name, input, startedAt, ended };
    const kept: Kept = { ...execution, entered, ending: undefined };
    this.executions.set(name, kept);
    for (const told of this.watchers.splice(0)) told(execution);
    void ended.then(end => {
      kept.ending = { ...end, stoppedAt: this.place.clock.now() };
      this.place.onEnded?.(execution, end);
    });
    return execution;
  }

  /** The next execution that is started. */
  nextStarted(): Promise<Execution> {
    return new Promise(resolve => this.watchers.push(resolve));
  }

  /** An execution by its ARN. */
  find(executionArn: string): Kept | undefined {
    return this.list().find(({ arn }) => arn === executionArn);
  }

  /** Its executions, the newest first. */
  list(): readonly Kept[] {
    return [...this.executions.values()].reverse();
  }

  private executionArn(name: string): string {
    return `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`;
  }

  private async run(
    states: States,
    input: Json,
    name: string,
    enter: (state: string) => void = () => undefined,
  ): Promise<Ended> {
    const { definition, maps } = withChildTasks(states);
    let fatal: Error | undefined;
    const end = (error: Error): void => {
      fatal ??= error;
      execution.abort();
    };
    const stop = (error: Error): never => {
      end(error);
      throw error;
    };
    const history = historyOf({ isItem: state => maps.has(state), enter, end });
    const tasks = allStates(definition).filter(([, { Type }]) => Type === 'Task');
    const handlers = tasks.map(([state, task]) => {
      const map = maps.get(state);
      return [
        state,
        map === undefined
          ? (given: unknown) =>
              retried(task, this.place.clock, () => this.call(task, given, stop).finally(history.tried))
          : (given: unknown) => this.child(map, given, stop),
      ] as const;
    });
    const waits = waitHandlers(definition, this.place.clock);
    const machine = new StateMachine(JSON.parse(JSON.stringify(withoutTimers(definition))), {
      validationOptions: { noValidate: true },
    });
    const execution = machine.run(JSON.parse(JSON.stringify(input)), {
      overrides: { taskResourceLocalHandlers: Object.fromEntries([...handlers, ...waits]) },
      context: { Execution: { Name: name, Input: JSON.parse(JSON.stringify(input)) } },
    });
    const { TimeoutSeconds } = states;
    const timer =
      TimeoutSeconds === undefined ? undefined : this.place.clock.after(() => end(outOfTime), TimeoutSeconds * 1000);
    const read = history.read(execution.eventLogs);
    try {
      const output = await execution.result;
      await read;
      if (fatal === undefined) return { status: 'SUCCEEDED', output };
      return endOf(fatal);
    } catch (error) {
      await read;
      const failure = fatal ?? (error instanceof Error && error.cause instanceof Error ? error.cause : error);
      if (!(failure instanceof Error)) throw error;
      return endOf(failure);
    } finally {
      timer?.close();
    }
  }

  /** A task: the function is called with the machine's role. */
  private async call(task: State, parameters: unknown, stop: (error: Error) => never): Promise<never> {
    const { FunctionName, Payload } = record(parameters, 'the parameters of a task');
    const functionArn = String(FunctionName);
    const limited = (value: string): string => {
      if (Buffer.byteLength(value) <= mostData) return value;
      const error = named(
        'States.DataLimitExceeded',
        `${functionArn} has ${Buffer.byteLength(value)} bytes of input or output, at most ${mostData}`,
      );
      return namesError(task, error.name) ? raise(error) : stop(error);
    };
    const payload = limited(JSON.stringify(Payload));
    const input: unknown = JSON.parse(payload);
    this.place.onTask?.({ functionArn, input, phase: 'started' });
    try {
      const answer = await timed(task, this.place.clock, () => this.invoke(functionArn, payload, input));
      const output = parsedOutput(functionArn, limited(answer));
      this.place.onTask?.({ functionArn, input, phase: 'done', output });
      return { StatusCode: 200, ExecutedVersion: '1', Payload: output } as never;
    } catch (error) {
      const { name, message } = stepError(error);
      this.place.onTask?.({ functionArn, input, phase: 'failed', error: name, cause: message });
      if (uncaughtByAll.includes(name) && !namesError(task, name)) stop(named(name, message));
      throw named(name, message);
    }
  }

  private async invoke(functionArn: string, payload: string, input: unknown): Promise<string> {
    const question = { principal: this.principal(), action: 'lambda:InvokeFunction', resource: functionArn };
    if (!(await this.place.ask(question, 'states:Task')))
      throw named('Lambda.AWSLambdaException', `${this.roleArn} is not authorized to perform: lambda:InvokeFunction`);
    this.place.fault?.('before', functionArn, input);
    const output = await this.place.invoke(functionArn, payload);
    this.place.fault?.('after', functionArn, input);
    return output;
  }

  /** An item of a distributed map: an execution of its own. Its failure is counted; the map says how many it tolerates. */
  private async child(map: DistributedMap, input: unknown, stop: (error: Error) => never): Promise<never> {
    const question = { principal: this.principal(), action: 'states:StartExecution', resource: this.arn };
    if (!(await this.place.ask(question, 'states:MapRun')))
      stop(named('States.Permissions', `${this.roleArn} is not authorized to perform: states:StartExecution`));
    map.count += 1;
    const ended = await this.run(map.processor, record(input, 'an item'), randomUUID());
    if (ended.status === 'SUCCEEDED') return ended.output as never;
    map.failed += 1;
    const { error, cause } = 'error' in ended ? ended : { error: outOfTime.name, cause: '' };
    if (map.tolerated >= 100) return { Error: error, Cause: cause } as never;
    throw named('States.ExceedToleratedFailureThreshold', `${error}: ${cause}`);
  }

  private principal() {
    return { kind: 'session', roleArn: this.roleArn, session: 'states' } as const;
  }
}

const outOfTime = named('States.Timeout', 'the execution ran out of time');

const endOf = (failure: Error): Exclude<Ended, { readonly output: unknown }> =>
  failure === outOfTime ? { status: 'TIMED_OUT' } : { status: 'FAILED', error: failure.name, cause: failure.message };

const raise = (error: Error): never => {
  throw error;
};

/** One try of a task, for as long as the task says. A function that is out of time goes on: nobody waits for its answer (Step Functions
 *  Developer Guide, "Handling errors", `States.Timeout`). */
const timed = <T>({ TimeoutSeconds }: State, clock: WorldClock, work: () => Promise<T>): Promise<T> => {
  if (TimeoutSeconds === undefined) return work();
  return new Promise((resolve, reject) => {
    const late = named('States.Timeout', `the task took longer than ${TimeoutSeconds} seconds`);
    const timer = clock.after(() => reject(late), Number(TimeoutSeconds) * 1000);
    void work()
      .then(resolve, reject)
      .finally(() => timer.close());
  });
};

/** The error of a function as Step Functions tells it: its type, and its JSON as the cause. */
const stepError = (error: unknown): { readonly name: string; readonly message: string } => {
  if (error instanceof FunctionFailed) return { name: error.payload.errorType, message: JSON.stringify(error.payload) };
  return error instanceof Error ? error : new Error(String(error));
};

const namesError = ({ Retry = [], Catch = [] }: State, name: string): boolean =>
  [...Retry, ...Catch].some(({ ErrorEquals }) => ErrorEquals.includes(name));

/** The engine takes these values for nothing. */
const parsedOutput = (functionArn: string, text: string): unknown => {
  const output: unknown = JSON.parse(text);
  if (output === null || output === 0 || output === '' || output === false)
    throw new Error(`${functionArn} answered ${text}, which the local engine takes for nothing`);
  return output;
};

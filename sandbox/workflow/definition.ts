/** A state machine in the States Language, as far as the runner looks into it. */
export interface State {
  readonly Type: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Matcher[];
  readonly ItemProcessor?: States;
  readonly Iterator?: States;
  readonly Branches?: readonly States[];
  readonly [property: string]: unknown;
}
interface Matcher {
  readonly ErrorEquals: readonly string[];
  readonly [property: string]: unknown;
}
/** What is repeated, how often and how long it waits before (Amazon States Language, "Retrying after error"). */
export interface Retrier extends Matcher {
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}
export interface States {
  readonly StartAt: string;
  /** The longest that an execution runs. */
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

/** True for a document that has the outline of a state machine. The local engine validates the rest. */
export const isDefinition = (value: unknown): value is States =>
  typeof value === 'object' &&
  value !== null &&
  'StartAt' in value &&
  typeof value.StartAt === 'string' &&
  'States' in value &&
  typeof value.States === 'object' &&
  value.States !== null;

/** Every state with its name, those inside maps and branches among them. */
export const allStates = (machine: States): readonly (readonly [name: string, state: State])[] =>
  Object.entries(machine.States).flatMap(entry => {
    const [, state] = entry;
    const inner = [state.ItemProcessor, state.Iterator, ...(state.Branches ?? [])];
    return [entry, ...inner.flatMap(each => (each === undefined ? [] : allStates(each)))];
  });

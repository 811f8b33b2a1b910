import type { FunctionName } from '../../lib/audit/contract.ts';
import type { Fault } from '../world/world.ts';

/** Called around each step; throws to make it fail there. */
export type StepFaults = (when: 'before' | 'after', step: FunctionName, input: unknown) => void;

/** The names of such failures in Lambda and in the steps. A crash and a time-out are not repeated, throttling is. */
const errorNames: Readonly<Partial<Record<Fault['kind'], string>>> = {
  crash: 'Runtime.ExitError',
  'time-out': 'Sandbox.Timedout',
  throttle: 'ThrottledError',
  reset: 'TransientError',
  state: 'States.Runtime',
};

/**
 * Injects the world's faults whose operation is `step:<name>`. `resource: "after"` lets the step do all its writes
 * first, so that nothing but its answer is lost; else it fails before it begins. `times` counts down in the world.
 */
export const stepFaultsOf =
  (faults: readonly Fault[]): StepFaults =>
  (when, step, input) => {
    const accountId = typeof input === 'object' && input !== null && 'accountId' in input ? input.accountId : undefined;
    for (const fault of faults) {
      const name = errorNames[fault.kind];
      if (name === undefined || fault.operation !== `step:${step}` || fault.times === 0) continue;
      if (fault.accountId !== undefined && fault.accountId !== accountId) continue;
      if ((fault.resource ?? 'before') !== when) continue;
      if (fault.times !== undefined) fault.times -= 1;
      throw Object.assign(new Error(`${step}: injected ${fault.kind}`), { name });
    }
  };

import type { State } from '../../../sandbox/workflow/definition.ts';

/** When a Task is called again after an error: milliseconds to wait; undefined if it is not, or not any more. */
export type Repeats = (error: unknown) => number | undefined;

/** The repeats of one Task that is entered once, by its `Retry` (States Language, "Retrying after error"). */
export const repeatsOf = (retry: State['Retry'], share: () => number): Repeats => {
  const retriers = (retry ?? []).map(({ ErrorEquals, ...retrier }) => {
    const number = (property: string, otherwise: number): number => Number(retrier[property] ?? otherwise);
    return {
      errors: ErrorEquals,
      waitBefore: (attempt: number): number => {
        const wait = number('IntervalSeconds', 1) * number('BackoffRate', 2) ** attempt;
        const jitter = retrier.JitterStrategy === 'FULL' ? share() : 1;
        return 1000 * Math.min(wait, number('MaxDelaySeconds', Infinity)) * jitter;
      },
      most: number('MaxAttempts', 3),
      used: 0,
    };
  });
  return error => {
    const name = error instanceof Error ? error.name : '';
    const retrier = retriers.find(({ errors }) => errors.includes(name) || errors.includes('States.ALL'));
    if (retrier === undefined || retrier.used >= retrier.most) return undefined;
    retrier.used += 1;
    return retrier.waitBefore(retrier.used - 1);
  };
};

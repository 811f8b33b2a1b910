/**
 * Distributed maps, which the local engine does not know. Source: Step Functions Developer Guide, "Distributed Map state".
 */
import type { States } from '../workflow/definition.ts';
import { longest } from './clock/state-waits.ts';
import { record } from './stack.ts';

/** A distributed map, whose items are executions of their own. */
export interface DistributedMap {
  readonly processor: States;
  /** Percent of items. */
  readonly tolerated: number;
  count: number;
  failed: number;
}

/** The task that stands for the items of a distributed map, by the name of the map. */
export const itemOf = (map: string): string => `${map} item`;

/** The definition with each distributed map's items as one task, and the maps by the name of that task. */
export const withChildTasks = (
  states: States,
): { readonly definition: States; readonly maps: Map<string, DistributedMap> } => {
  const maps = new Map<string, DistributedMap>();
  const definition = {
    ...states,
    States: Object.fromEntries(
      Object.entries(states.States).map(([name, state]) => {
        const { ItemProcessor } = state;
        if (ItemProcessor === undefined || !isDistributed(ItemProcessor)) return [name, state];
        const child = itemOf(name);
        maps.set(child, {
          processor: ItemProcessor,
          tolerated: Number(state.ToleratedFailurePercentage ?? 0),
          ...{ count: 0, failed: 0 },
        });
        const task = {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution',
          TimeoutSeconds: longest,
          End: true,
        };
        return [name, { ...state, ItemProcessor: { StartAt: child, States: { [child]: task } } }];
      }),
    ),
  };
  return { definition, maps };
};

const isDistributed = (processor: States): boolean =>
  'ProcessorConfig' in processor && record(processor.ProcessorConfig, 'ProcessorConfig').Mode === 'DISTRIBUTED';

/** Steps by the tables: their commands, where they go, and their stored form. */
import * as z from 'zod';
import type { Fields } from '../kit/fields.ts';
import type { AccessChange, Act, Change, LookStep, Step, StepTarget } from '../model.ts';
import { changeShape, changeTargetOf, commandsOfChange, isSound } from './change-table.ts';
import type { Command, Tool } from './command.ts';
import { commandOfLook, isSoundLook, lookShape, targetOfLook } from './look-table.ts';

/** A step that makes a change; without `access` nobody gains or loses a role. */
export const act = <C extends Change>(
  change: C,
  access: readonly AccessChange[] = [],
): Act & { readonly change: C } => ({ change, ...(access.length === 0 ? {} : { access }) });

/** The commands of a step, in order. */
export const commandsOf = (step: Step): readonly Command[] =>
  step.change === undefined ? [commandOfLook(step.look)] : commandsOfChange(step.change);

/** Where a step goes. */
export const targetOfStep = (step: Step): StepTarget =>
  step.change === undefined ? targetOfLook(step.look) : changeTargetOf(step.change);

/** The tools that a step runs. */
export const toolsOf = (step: Step): readonly Tool[] => [...new Set(commandsOf(step).map(({ tool }) => tool))];

/** True for a step that a command can be made of: its names are names as AWS and Kubernetes have them. */
export const isSoundStep = (step: Step): boolean =>
  step.change === undefined ? isSoundLook(step.look) : isSound(step.change);

/** The stored form of a step: the change or the look alone. Who gains access is worked out where the step is used. */
export const stepShape: z.ZodType<Step> = z.union([
  z.object({ change: changeShape } satisfies Fields<Omit<Act, 'access' | 'look'>>),
  z.object({ look: lookShape } satisfies Fields<Omit<LookStep, 'access' | 'change'>>),
]);

import { commandsOf } from '../../lib/fixes/step.ts';
import type { Step } from '../../lib/model/step.ts';

/** The arguments of the first command of a step. */
export const argsOf = (step: Step | undefined): readonly string[] =>
  step === undefined ? [] : (commandsOf(step)[0]?.args ?? []);

/** The value of an option among arguments: `--option value` or `--option=value`. */
export const optionIn = (args: readonly string[], option: string): string | undefined => {
  const at = args.findIndex(word => word === option || word.startsWith(`${option}=`));
  const found = args[at];
  return found === option ? args[at + 1] : found?.slice(option.length + 1);
};

/** The value of an option of the first command of a step. */
export const optionOf = (step: Step, option: string): string | undefined => optionIn(argsOf(step), option);

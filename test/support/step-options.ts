import type { Step } from '../../lib/model/step.ts';

/** The value of an option of a step: `--option value` or `--option=value`. */
export const optionOf = ({ args }: Step, option: string): string | undefined => {
  const at = args.findIndex(word => word === option || word.startsWith(`${option}=`));
  const found = args[at];
  return found === option ? args[at + 1] : found?.slice(option.length + 1);
};

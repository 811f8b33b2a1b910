import { InvalidArgumentError, Option } from 'commander';
import { severities } from '../../model/finding.ts';

/** A word in any case: reports write `HIGH`. */
const oneOf =
  (choices: readonly string[]) =>
  (text: string): string => {
    const found = choices.find(choice => choice === text.toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return found;
  };

/** An option that takes a severity; `extra` are other words that it takes. */
export const severityOption = (flags: string, description: string, extra: readonly string[] = []): Option => {
  const choices = [...severities, ...extra];
  return new Option(flags, description).choices(choices).argParser(oneOf(choices));
};

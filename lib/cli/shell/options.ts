import { type Command, InvalidArgumentError, Option } from 'commander';
import { allEksRegions, atLeast, type Severity, severities } from '../../model.ts';
import { type Format, formatByName, formats } from '../../report/formats.ts';
import { nearest } from '../../text.ts';

/** A format by what a person calls it; `table` is `text`. Throws `InvalidArgumentError` that lists them. */
export const formatNamed = (name: string): Format => {
  const format = formatByName(name === 'table' ? 'text' : name);
  if (format === undefined)
    throw new InvalidArgumentError(`wanted one of ${formats.map(each => each.name).join(', ')}`);
  return format;
};

/** `--format` of a command that writes a report; `extra` are other words that it takes. */
export const formatOption = (usual: string, extra: readonly string[] = []): Option =>
  new Option('-o, --format <format>', 'how to write it')
    .choices([...extra, ...formats.map(format => format.name)])
    .argParser(formatNamed)
    .default(formatNamed(usual), usual);

/** Adds a region to a list. Throws `InvalidArgumentError` for any other word, and for a region that has no EKS: AWS would be looked
 *  for at a host that does not exist. The regions of isolated partitions are not published. */
export const regionAmong = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(text)) throw new InvalidArgumentError('wanted a region such as eu-west-1');
  if (!allEksRegions.includes(text) && !text.includes('-iso'))
    throw new InvalidArgumentError(
      `no published region of EKS is called ${text}; did you mean ${nearest(text, allEksRegions) ?? 'eu-west-1'}?`,
    );
  return [...before, text];
};

/** A name that is asked about by itself: a second one would take the place of the first without a word. Throws
 *  `InvalidArgumentError`. */
export const once = (value: string, before?: string): string => {
  if (before !== undefined) throw new InvalidArgumentError('it takes one here, and got two');
  return value;
};

/** A word in any case: reports write `HIGH`. */
const oneOf =
  (choices: readonly string[]) =>
  (text: string): string => {
    const found = choices.find(choice => choice === text.toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return found;
  };

/** An option that takes a severity. */
export const severityOption = (flags: string, description: string, choices: readonly string[] = severities): Option =>
  new Option(flags, description).choices(choices).argParser(oneOf(choices));

/** The severity from which on a command exits with 1. */
export type FailOn = Severity | 'never';

/** `--fail-on`, the same for every command that has findings. */
export const failOnOption = (): Option =>
  severityOption('--fail-on <severity>', 'exit 1 at or above (default: all that is shown)', [...severities, 'never']);

/** True for a finding of a severity that makes the exit code 1. */
export const failsAt = (severity: Severity, failOn: FailOn): boolean => failOn !== 'never' && atLeast(severity, failOn);

/** Adds `--output-file`. `--output`, which names the format for kubectl and the AWS CLI, is refused with both names. */
export const withOutputFile = (command: Command, description: string): Command =>
  command.option('--output-file <file>', description).addOption(
    new Option('--output <word>').hideHelp().argParser(() => {
      throw new InvalidArgumentError('write --output-file FILE for the file, -o FORMAT for the format');
    }),
  );

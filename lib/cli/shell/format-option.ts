import { InvalidArgumentError, Option } from 'commander';
import { type Format, formatByName, formats } from '../../report/formats.ts';

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

import { visible } from '../../text.ts';
import { UsageError } from '../shell/io.ts';

/** Options of fix that exclude or need each other; absent where they were not given. */
interface Given {
  readonly undo?: string;
  readonly apply?: boolean;
  readonly script?: string;
  readonly input?: string;
  readonly table?: string;
  readonly choose?: number;
  readonly journal?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly rule?: readonly string[];
  readonly cluster?: readonly string[];
  readonly role?: readonly string[];
  readonly serviceAccount?: readonly string[];
}

/** Options that choose findings. */
const filters = ['rule', 'cluster', 'role', 'serviceAccount'] as const;

const flagOf = (name: keyof Given): string => (name === 'serviceAccount' ? 'service-account' : name);

/** Throws `UsageError` for options that would be ignored: whoever gives one expects that it does something. */
export const refuseIgnored = (ids: readonly string[], options: Given): void => {
  const { undo: journal, script, apply, input } = options;
  const needs = (name: keyof Given, what: string): void => {
    if (options[name] !== undefined) throw new UsageError(`--${name} needs ${what}`);
  };
  const excludes = (one: string, other: keyof Given): void => {
    if (options[other] !== undefined) throw new UsageError(`${one} and --${flagOf(other)} exclude each other`);
  };
  if (journal !== undefined) {
    for (const other of ['apply', 'script', 'input', 'table', 'choose', 'journal', 'json', ...filters] as const)
      excludes('--undo', other);
    if (ids.length > 0) throw new UsageError('--undo goes back all steps of its journal: it takes no ids of findings');
    return;
  }
  if (input !== undefined) excludes('--input', 'table');
  if (script !== undefined && script === input)
    throw new UsageError(`--script would write over the report ${visible(script)}: name another file`);
  if (!apply) for (const name of ['yes', 'journal'] as const) needs(name, '--apply');
  if (script !== undefined) excludes('--script', 'json');
};

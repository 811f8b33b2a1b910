/** Calls of functions with their results, a line each: a table that a golden file keeps. */

// biome-ignore lint/suspicious/noExplicitAny: functions of every shape are called by data
type Anything = (...args: any[]) => unknown;

/** JSON without characters that are not seen; of one letter many times how often it stands there. */
const shown = (value: unknown): string =>
  (JSON.stringify(value) ?? 'undefined')
    .replace(/(\w)\1{39,}/g, (run, letter: string) => `${letter}*${run.length}`)
    .replace(/[^\x20-\x7e]/g, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const resultOf = (call: Anything, args: readonly unknown[]): string => {
  try {
    return shown(call(...args));
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : String(error)}`;
  }
};

/** One line for each call: `name(arguments) → result`. */
export const callsOf = (
  calls: readonly (readonly [call: Anything, ...lists: readonly (readonly unknown[])[]])[],
): string =>
  `${calls.flatMap(([call, ...lists]) => lists.map(args => `${call.name}(${args.map(shown).join(', ')}) → ${resultOf(call, args)}`)).join('\n')}\n`;

/**
 * A class of errors of one name and one code. State machines and the command line tell errors apart by `name`, which a
 * bundler keeps; `code` is for programs, in kebab-case.
 */
export const namedError = <N extends string, C extends string>(name: N, code: C) =>
  class extends Error {
    override readonly name = name;
    readonly code = code;
  };

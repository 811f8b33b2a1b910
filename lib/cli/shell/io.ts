import type { Readable, Writable } from 'node:stream';
import { namedError } from '../../text.ts';

/** The parts of the process that a command may touch. Tests hand in their own. Data goes to stdout, all else to
 *  stderr. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** File name under which the program was started; `irsa-auditor` if absent. */
  readonly calledAs?: string;
  /** The instant, ISO 8601. */
  readonly now: () => string;
  /** Colour and live progress are for terminals only. */
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Calls back at ^C, once, in place of the end of the process; the result switches that off again. */
  readonly onInterrupt?: (act: () => void) => () => void;
  /** Sets the exit code; the last call wins. 0 clean, 1 findings, 2 usage or configuration, 3 incomplete. */
  readonly exit: (code: 0 | 1 | 2 | 3) => void;
}

/** Bad input of the user: printed as one sentence, exit code 2, no stack trace. */
export const UsageError = namedError('UsageError', 'usage');

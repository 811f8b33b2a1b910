import type { Io } from '../shell/io.ts';
import { type Following, followRuns, shownOf } from './follow-runs.ts';
import { startPageServer } from './page-server.ts';

/** Serves the page of the last run, and of each that follows, until the process is ended; prints the address. Throws what
 *  the first look throws, and `UsageError` where the port is not free. */
export const serveReport = async (
  following: Omit<Following, 'now'>,
  options: { readonly port?: number },
  io: Io,
): Promise<void> => {
  const first = await following.look();
  const server = await startPageServer(shownOf(first), options);
  io.stdout.write(`${server.address}\n`);
  io.stderr.write('Serving until Ctrl-C, on this machine alone. Whoever has the address can read the report.\n');
  await followRuns({ ...following, now: io.now }, first, server.show);
};

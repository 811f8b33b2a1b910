import type { Notifier } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/history/transition.ts';

/** A destination that takes every digest, into `took`. */
export const takingNotifier = (name: string, took: Digest[]): Notifier => ({
  name,
  send: async digest => {
    took.push(digest);
    return 'sent';
  },
});

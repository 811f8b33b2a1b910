import { setTimeout as pause } from 'node:timers/promises';
import { visible } from '../../text/visible-text.ts';
import type { RunPage, Shown } from './page-server.ts';

/** What one look at the runs tells. */
export interface Look {
  /** The last run that has a page; absent where there is none. */
  readonly page?: RunPage;
  /** When that run ended, ISO 8601. */
  readonly endedAt?: string;
  /** Why a later run has no page. */
  readonly failed?: string;
}

/** Looks, again and again. */
export interface Following {
  readonly look: () => Promise<Look>;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly now: () => string;
  /** Resolves to false where there is to be no further look. */
  readonly wait?: (milliseconds: number) => Promise<boolean>;
}

/** Shows what each look after the first finds. A look that fails leaves the page as it was, and says when and why. */
export const followRuns = async (following: Following, first: Look, show: (shown: Shown) => void): Promise<void> => {
  const { look, interval, now, wait = async milliseconds => pause(milliseconds, true) } = following;
  let last = first;
  while (await wait(interval)) {
    try {
      last = await look();
      show(shownOf(last));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      show(shownOf({ ...last, failed: `The look at ${minuteOf(now())} failed: ${why}` }));
    }
  }
};

/** A look as readers see it. */
export const shownOf = ({ page, endedAt, failed }: Look): Shown => {
  const of = page === undefined ? 'No run has a page yet' : `The run of ${minuteOf(endedAt ?? '')}`;
  const next = page === undefined ? 'The first is shown when it ends.' : 'The next one is shown when it ends.';
  return {
    ...(page === undefined ? {} : { page }),
    text:
      failed === undefined ? `${of}. ${next}` : `${visible(failed)}. ${of}${page === undefined ? '' : ' is shown'}.`,
    isTrouble: failed !== undefined,
  };
};

/** `2026-11-25 20:00 UTC` */
const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** Whether a run reads the world that the runs before it have read: then it has nothing to tell. */
import { type Run, readsLess } from '../simulation/run.ts';
import type { Judged, Truth } from './truth.ts';

interface World {
  readonly text: string;
  readonly accounts: Run['accounts'];
  /** What was true of it when the run began that read it first: a waiver may expire in a world that is as it was. */
  readonly findings: string;
  readonly since: string;
  isKnown: boolean;
}

/** Follows the worlds that runs read. */
export const steadiness = (truthOf: (judged: Judged) => Truth) => {
  let now: World | undefined;
  const findingsIn = (run: Judged): string =>
    JSON.stringify(
      [...truthOf(run).values()].map(({ findings }) =>
        [...findings.values()].map(({ id, severity, message, waiver }) => [id, severity, message, waiver]).sort(),
      ),
    );
  const isSame = (known: World, run: Run): boolean =>
    known.text === JSON.stringify(run.world) &&
    (run.isFast === true || `${known.accounts}` === `${run.accounts}`) &&
    known.findings === findingsIn({ ...run, accounts: known.accounts });
  return {
    /** Says of a run that is over since when its world is as it is, and whether it was known. */
    begin: (run: Run): void => {
      if (now === undefined || !isSame(now, run))
        // A fast run reads a part of a world only.
        now = run.isFast
          ? undefined
          : {
              ...{ text: JSON.stringify(run.world), accounts: run.accounts, since: run.startedAt, isKnown: false },
              findings: findingsIn(run),
            };
      if (now === undefined) return;
      run.steadySince = now.since;
      run.isSettled = now.isKnown;
    },
    /** `isWhole`: the run has read its world and written it. */
    end: (run: Run, isWhole: boolean): void => {
      if (now !== undefined && isWhole && !run.isFast && !readsLess(run)) now.isKnown = true;
    },
  };
};

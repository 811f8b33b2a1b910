import { counted } from '../../text.ts';
import type { AuditPorts } from '../ports.ts';
import type { SkippedRecord } from '../skipped-run.ts';

/** A sentence on runs that were skipped, newest first; none where there is none. */
export const skippedNote = (skipped: readonly SkippedRecord[], since: string): readonly string[] => {
  const [newest] = skipped;
  if (newest === undefined) return [];
  const { startedAt, skippedFor } = newest;
  return [
    `${counted(skipped.length, 'run')} did not begin since ${since}, the last one on ${startedAt}: run ${skippedFor} was going on, or had not said that it was over.`,
  ];
};

/** Says which runs were skipped since the last one on record began. */
export const skippedNotes = async (
  findings: Pick<AuditPorts['findings'], 'runs' | 'skippedRuns'>,
): Promise<readonly string[]> => {
  const [last] = (await findings.runs({ limit: 1 })).items;
  return last === undefined ? [] : skippedNote(await findings.skippedRuns(last.startedAt), last.startedAt);
};

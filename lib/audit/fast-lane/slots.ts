/**
 * When a fast run begins. Time is cut into slots of a minute; everything that is noted in one slot belongs to the one run
 * that begins at its end. A storm of events makes one run a minute, whatever the number of batches that it comes in.
 */

/** Seconds of a slot. */
const slotSeconds = 60;
/** Seconds before its end from which on a slot takes nothing new. */
const marginSeconds = 15;
/** Seconds before its end at which a note must be written; the rest is for clocks that differ. */
const guardSeconds = 5;

/** A slot by its end. */
export interface Slot {
  /** Name of the execution: letters, digits and `-`, well below the 80 characters that Step Functions allows. */
  readonly runId: string;
  /** The end, when the run begins: ISO 8601. */
  readonly until: string;
}

const prefix = 'fast-';

/** The slot for what is noted at `now` (ISO 8601): at least `marginSeconds` are left of it. */
export const slotAt = (now: string): Slot => {
  const slot = slotSeconds * 1000;
  const until = new Date(Math.ceil((Date.parse(now) + marginSeconds * 1000) / slot) * slot).toISOString();
  return { runId: `${prefix}${until.replace(/[-:]/g, '').replace(/\.\d+/, '')}`, until };
};

/** True while what was written by `now` is surely seen by the slot's run. */
export const isInTime = ({ until }: Slot, now: string): boolean =>
  Date.parse(now) <= Date.parse(until) - guardSeconds * 1000;

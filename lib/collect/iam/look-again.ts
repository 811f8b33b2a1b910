import { type Collected, withGaps } from '../../model.ts';
import { counted } from '../../text.ts';

/** How long after a list that lacks something the second one is read, milliseconds: IAM needs some seconds to show a
 *  change everywhere. */
export const beforeSecondLook = 5_000;

/** The list to compare with, and the time that lies between two of them. */
export interface SecondLook {
  /** Names that the last complete list had; undefined where there is no such list. */
  readonly earlier: readonly string[] | undefined;
  readonly wait: () => Promise<void>;
}

/**
 * Reads a list, and a second time if it is complete and lacks what the list of an earlier run had: IAM is eventually
 * consistent, and one list may lack what exists (IAM User Guide, "Changes that I make are not always immediately
 * visible"). An entry of either list exists; only one that both lack is gone. If the second list cannot be read, the
 * section is partial: what is missing is then unknown, not gone.
 */
export const readLookingAgain = async <T>(
  read: () => Promise<Collected<readonly T[]>>,
  nameOf: (item: T) => string,
  { earlier = [], wait }: SecondLook,
): Promise<Collected<readonly T[]>> => {
  const first = await read();
  if (first.status !== 'complete') return first;
  const listed = new Set(first.value.map(nameOf));
  const missing = earlier.filter(name => !listed.has(name));
  if (missing.length === 0) return first;
  await wait();
  const second = await read();
  if (second.status === 'unavailable')
    return withGaps(first.value, [
      { what: `${counted(missing.length, 'entry', 'entries')} of an earlier list`, reason: second.reason },
    ]);
  const more = second.value.filter(item => !listed.has(nameOf(item)));
  return withGaps([...first.value, ...more], second.status === 'partial' ? second.gaps : []);
};

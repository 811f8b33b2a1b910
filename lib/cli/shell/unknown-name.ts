import { nearest, shortListOf, visible } from '../../text.ts';
import { UsageError } from './io.ts';

/** Names that are listed where none is near. */
const maxListed = 5;
/** A shorter text is a part of too many names. */
const minPart = 3;

/** The error for a name that nothing has: an empty answer would look like health. Names the nearest one, else those that
 *  contain it, else the first ones. `what` is the kind of thing: `cluster`; `where` is where it was looked for. */
export const unknownName = (
  option: string,
  what: string,
  got: string,
  known: readonly string[],
  where?: string,
): Error => {
  const near = nearest(got, known);
  const like = near === undefined ? known.filter(name => got.length >= minPart && name.includes(got)) : [near];
  const hint =
    like.length > 0
      ? `; did you mean ${shortListOf(like, maxListed)}?`
      : known.length > 0
        ? `; known: ${shortListOf(known, maxListed)}`
        : '';
  return new UsageError(
    visible(`${option}: unknown ${what} "${got}"${where === undefined ? '' : ` in ${where}`}${hint}`),
  );
};

/** Characters that a terminal shows in two columns: East Asian wide and full-width ones, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu;
/** Characters that stand on the one before them. */
const combining = /[\p{Mn}\p{Me}]/gu;

/** How many columns of a terminal a text takes, which has no control characters (`visible`). Source: Unicode Standard
 *  Annex #11, "East Asian Width". */
export const displayWidth = (text: string): number => {
  const bare = text.replace(combining, '');
  return [...bare].length + (bare.match(wide)?.length ?? 0);
};

/** The text with blanks after it, to that many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)));

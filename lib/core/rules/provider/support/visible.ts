/** A value as a person must see it: white space and invisible characters as their code points, the rest as it is. */
export const visible = (text: string): string =>
  [...text.slice(0, 300)]
    .map(character =>
      /^[\u0021-\u007e]$/.test(character) || /^[\p{L}\p{N}]$/u.test(character)
        ? character
        : `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`,
    )
    .join('');

/** The text without white space and invisible characters, in lower case: what was meant. */
export const bare = (text: string): string => text.replace(/[\s\p{C}\p{Z}]/gu, '').toLowerCase();

/** The text without white space and invisible characters, in lower case: what was meant. */
export const bare = (text: string): string => text.replace(/[\s\p{C}\p{Z}]/gu, '').toLowerCase();

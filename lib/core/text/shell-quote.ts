/** Quotes a word for a POSIX shell, whatever stands in it: names of clusters, issuers and audiences are hostile. */
export const shellQuote = (word: string): string =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

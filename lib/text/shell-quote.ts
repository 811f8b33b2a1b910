/** Quotes a word for a POSIX shell, whatever stands in it: names of clusters, issuers and audiences are hostile. */
export const shellQuote = (word: string): string =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** An option with its value, joined by `=` where the value begins with a dash and would be taken for an option. */
export const optionWord = (option: string, value: string): string =>
  `${option}${value.startsWith('-') ? '=' : ' '}${shellQuote(value)}`;

/** The words of a command as a POSIX shell reads them: plain words, single quotes and backslashes, which is all that the
 *  program writes. */
export const shellWords = (command: string): readonly string[] => {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length; at += 1) {
    const character = command[at] ?? '';
    if (character === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = command.indexOf("'", at + 1);
      word = (word ?? '') + command.slice(at + 1, end);
      at = end;
    } else if (character === '\\') {
      word = (word ?? '') + (command[at + 1] ?? '');
      at += 1;
    } else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
};

/** The value of an option: `--option value` or `--option=value`. */
export const optionOf = (command: string, option: string): string | undefined => {
  const words = shellWords(command);
  const at = words.findIndex(word => word === option || word.startsWith(`${option}=`));
  const found = words[at];
  return found === option ? words[at + 1] : found?.slice(option.length + 1);
};

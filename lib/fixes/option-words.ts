/** An option with its value, as words; one word where the value begins with a dash and would be taken for an option. */
export const optionWords = (option: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${option}=${value}`] : [option, value];

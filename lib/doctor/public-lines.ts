import type { CheckLine } from './verdict.ts';

/** Account ids, e-mail addresses, access keys and ids of organizations: all that a line may have of a deployment's owner. */
const owned = /(?<![\w-])(?:\d{12}|[\w.+'-]+@[\w-]+(?:\.[\w-]+)+|A[KS]IA[A-Z0-9]{12,}|o-[a-z0-9]{10,32})(?![\w-])/g;

const kindOf = (text: string): string => {
  if (text.includes('@')) return 'address';
  return /^\d/.test(text) ? 'account' : 'id';
};

/** The lines for a public report: whatever names the owner of a deployment is replaced, the same by the same word. */
export const publicLines = (lines: readonly CheckLine[]): readonly CheckLine[] => {
  const words = new Map<string, string>();
  const wordFor = (text: string): string => {
    const word = words.get(text) ?? `<${kindOf(text)}-${words.size + 1}>`;
    words.set(text, word);
    return word;
  };
  const without = (text: string): string => text.replace(owned, wordFor);
  return lines.map(line => ({
    ...line,
    text: without(line.text),
    ...(line.fix === undefined ? {} : { fix: without(line.fix) }),
  }));
};

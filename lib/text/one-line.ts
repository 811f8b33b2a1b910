import { cut } from './visible-text.ts';

/** One line without control characters, at most 300 characters: for words of others inside a sentence. */
export const oneLine = (text: string): string => cut(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 300);

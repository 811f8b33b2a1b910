import { safeJson } from '../../text.ts';

/** Rises when a program that reads answers would read one wrongly. */
const answerVersion = 1;

/** The answer of a command with `--json`: one object, on lines of its own, safe to show. */
export const jsonAnswer = (answer: object): string => `${safeJson({ schemaVersion: answerVersion, ...answer }, 2)}\n`;

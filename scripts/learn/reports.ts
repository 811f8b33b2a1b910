/** The labelled reports that causes are learned from, and what else teaches them: the catalogue, the messages, descriptions. */
import { readFileSync } from 'node:fs';
import { type CauseId, catalogue } from '../../lib/explain/causes/catalogue.ts';
import { plainText } from '../../lib/explain/log-records.ts';
import { knownMessages, messagesIn } from '../../lib/explain/messages/known-messages.ts';
import type { Example } from './train.ts';

/** One public report: repository and number of its thread, what its author saw, and the cause that the thread established. */
export interface Report {
  readonly source: string;
  readonly text: string;
  readonly cause: CauseId;
  /** `train`: learned from. `held-out`: never; only asked. */
  readonly split: 'train' | 'held-out';
  /** The round of a held-out report. */
  readonly round?: string;
}

/** A sentence about a cause, written for people: no report. */
interface Description {
  readonly text: string;
  readonly cause: CauseId;
}

const linesOf = <T>(file: string): readonly T[] =>
  readFileSync(new URL(`../../test/incidents/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as T);

/** Every labelled report. */
export const reports = (): readonly Report[] => linesOf<Report>('reports.jsonl');

/** A text as an example. */
export const exampleOf = ({ text, cause }: Pick<Report, 'text' | 'cause'>): Example => {
  const plain = plainText(text);
  return { text: plain, cause, messages: messagesIn(plain).map(({ message }) => message.id) };
};

/** Examples that are no reports: each cause and each message in the words of the tool, and descriptions. */
export const told = (): readonly Example[] => [
  ...catalogue.map(({ id, says, fix }) => exampleOf({ text: `${says} ${fix}`, cause: id })),
  ...knownMessages.flatMap(({ sample, causes: [first] }) =>
    first === undefined ? [] : [exampleOf({ text: sample, cause: first })],
  ),
  ...linesOf<Description>('descriptions.jsonl').map(exampleOf),
];

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
  /** The round of a report that was measured before anything was learned from it. */
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

/** The frames in which SDKs show an answer of STS. */
const frames: readonly ((answer: string) => string)[] = [
  answer => answer,
  answer => answer.replace(/^\w+: /, ''),
  answer =>
    answer.replace(/^(\w+): (.*)$/s, 'An error occurred ($1) when calling the AssumeRoleWithWebIdentity operation: $2'),
  answer => `WebIdentityErr: failed to retrieve credentials caused by: ${answer} status code: 400, request id: 0`,
  answer =>
    `failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0, api error ${answer}`,
];

/** Examples that are no reports: each cause and each message in the words of the tool, and descriptions. */
export const told = (): readonly Example[] => [
  ...catalogue.map(({ id, says, fix }) => exampleOf({ text: `${says} ${fix}`, cause: id })),
  // A message of several causes teaches none: which of them is likelier, reports alone tell.
  ...knownMessages.flatMap(({ sample, by, causes: [cause, ...others] }) =>
    cause === undefined || others.length > 0
      ? []
      : (by.startsWith('STS') ? frames : frames.slice(0, 1)).map(frame => exampleOf({ text: frame(sample), cause })),
  ),
  ...linesOf<Description>('descriptions.jsonl').map(exampleOf),
];

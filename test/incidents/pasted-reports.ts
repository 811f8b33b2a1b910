/** Texts of public reports as people pasted them, judged by their threads: `pasted-reports.txt`. */
import { readFileSync } from 'node:fs';
import { explainMessage } from '../../lib/explain/explain-message.ts';

/** One report. `told`: words of its true cause; absent where it is not about the role of a pod on EKS. */
export interface PastedReport {
  readonly source: string;
  readonly cause: string;
  readonly text: string;
  readonly told?: RegExp;
}

/** The answer to a text. `exact`: the true cause is first, or the text is told as one of another matter. `undecided`: the true
 *  cause is among others, or the matter is another one, and the answer says that the text does not decide. */
export type Answer = 'exact' | 'undecided' | 'not known' | 'misled';

const parseReport = (part: string): PastedReport => {
  const [head = '', ...text] = part.split('\n---\n');
  const [source = '', ...lines] = head.split('\n');
  const field = (name: string): string | undefined =>
    lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const told = field('told');
  const cause = field(told === undefined ? 'other' : 'cause');
  if (cause === undefined || text.length === 0) throw new Error(`${source}: got no cause or no text`);
  return { source, cause, text: text.join('\n---\n'), ...(told !== undefined && { told: new RegExp(told, 'i') }) };
};

/** The reports of a file beside this one. */
export const pastedReports = (file: string): readonly PastedReport[] =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map(parseReport);

/** Explains a report, and judges the answer. */
export const answerTo = ({ text, told }: PastedReport): Answer => {
  const explanation = explainMessage(text);
  if (told === undefined) return explanation.known ? (explanation.decided ? 'misled' : 'undecided') : 'exact';
  if (!explanation.known) {
    const { says, look } = explanation.elsewhere ?? { says: '', look: '' };
    return explanation.elsewhere === undefined ? 'not known' : told.test(`${says} ${look}`) ? 'exact' : 'misled';
  }
  const place = explanation.message.causes.findIndex(cause => told.test(cause.text));
  return place === 0 ? 'exact' : place > 0 && !explanation.decided ? 'undecided' : 'misled';
};

import { expect, test } from '@jest/globals';
import { cluesIn } from '../../lib/explain/clues.ts';
import { explainMessage, knownMessages } from '../../lib/explain/explain-message.ts';
import { plainText } from '../../lib/explain/log-records.ts';
import { golden } from '../support/golden.ts';
import { answerLine } from './answer-line.ts';
import { textsIn } from './texts-in.ts';

/** The texts of a message and its example, by their answers: those that are not the message alone. Of a sign, the other signs
 *  that its texts show. */
const answersOf = (name: string, texts: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const [kind = '', id = ''] = name.split(' ');
  const answers = new Map<string, string[]>();
  for (const text of texts) {
    const answer = kind === 'clue' ? [...cluesIn(plainText(text))].join(' ') : answerLine(explainMessage(text));
    if (answer !== id) answers.set(answer, [...(answers.get(answer) ?? []), text]);
  }
  return answers;
};

test('the answer to each text', () => {
  const samples = new Map(knownMessages.map(({ id, sample }) => [`message ${id}`, sample]));
  const lines = [...textsIn('needed-texts.txt')].flatMap(([name, texts]) => {
    const answers = [...answersOf(name, [...texts, ...(samples.has(name) ? [samples.get(name) ?? ''] : [])])];
    return answers.length === 0
      ? []
      : [name, ...answers.flatMap(([answer, asked]) => [`  ${answer}`, ...asked.map(text => `    ${text}`)])];
  });
  expect(lines.length).toBeGreaterThan(100);
  golden('explain/answers.txt', `${lines.join('\n')}\n`);
});

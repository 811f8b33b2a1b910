import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../../lib/core/explain/explain-message.ts';
import { notOurs, shapes } from './pasted-logs.ts';

/** The explanation of a text in which a message is known. */
const knownIn = (text: string) => {
  const explanation = explainMessage(text);
  if (!explanation.known) throw new Error(`nothing is known in ${text}`);
  return explanation;
};

const idOf = (text: string): string => {
  const explanation = explainMessage(text);
  return explanation.known ? explanation.message.id : 'unknown';
};

describe('a pasted log is understood', () => {
  test.each(shapes)('%s: %s', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });

  test.each(notOurs)('and is not taken for one: %s', (_, text) => {
    expect(idOf(text)).toBe('unknown');
  });

  test('noise around it is not the first thing told', () => {
    const noise = notOurs.map(([, text]) => text).join('\n');
    const { message, also } = knownIn(`${noise}\nUnable to locate credentials`);
    expect([message, also]).toMatchObject([{ id: 'sdk-no-credentials' }, []]);
  });
});

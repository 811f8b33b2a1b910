import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../../lib/core/explain/explain-message.ts';
import { shapes } from './pasted-logs.ts';

const idOf = (text: string): string => {
  const explanation = explainMessage(text);
  return explanation.known ? explanation.message.id : 'unknown';
};

describe('a pasted log is understood', () => {
  test.each(shapes)('%s: %s', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });
});

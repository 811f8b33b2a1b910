import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import { otherWords } from './other-words.ts';

describe('a message in other words is the same one', () => {
  test.each(otherWords)('%s, first %s: %s', (id, cause, text) => {
    const explanation = explainMessage(text);
    expect(explanation).toMatchObject({ known: true, message: { id } });
    if (explanation.known) expect(explanation.message.causes[0]?.text).toMatch(cause);
  });

  test('a permission policy beside an error is not the cause', () => {
    const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    expect(explainMessage(`Unable to locate credentials\n${policy}`)).toMatchObject({
      message: { id: 'sdk-no-credentials' },
    });
  });

  test('an answer of STS about an expired token is none of the agent', () => {
    const text =
      'ExpiredTokenException: Token expired: current date/time 1700000000 must be before the expiration date/time 1699999000';
    expect(explainMessage(text)).toMatchObject({ message: { id: 'sts-expired' } });
  });
});

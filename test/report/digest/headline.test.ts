import { expect, test } from '@jest/globals';
import { alertHeadlineOf } from '../../../lib/report/digest/headline.ts';
import { aDigest, openedOf } from '../../support/digest-builders.ts';
import { aRoleFinding } from '../../support/drift-builders.ts';

test('a headline that has just enough room is whole, and with a character less counts the last cause', () => {
  const digest = aDigest(openedOf([aRoleFinding('x'), aRoleFinding('y', { ruleId: 'trust-provider-missing' })]));
  const { text } = alertHeadlineOf(digest, 1000);
  const [first] = text.split('; ');
  expect([text.length, text.length - 1].map(limit => alertHeadlineOf(digest, limit).text)).toEqual([
    text,
    `${first}; 1 more (2 new)`,
  ]);
});

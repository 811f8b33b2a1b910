import { expect, test } from '@jest/globals';
import { policyText } from '../../../lib/collect/iam/policy-text.ts';
import { fc } from '../../support/properties.ts';

const policy = '{"Version":"2012-10-17","Statement":[{"Sid":"100% ünïcode +plus"}]}';

test.each([
  ['URL-encoded, as AWS gives it', encodeURIComponent(policy), policy],
  ['plain, as others give it', policy, policy],
  ['plain with a percent sign that decodes', '{"a":"%20"}', '{"a":"%20"}'],
  ['what cannot be decoded', '%7B%zz', '%7B%zz'],
  ['encoded with white space before', `%0A%20${encodeURIComponent(policy)}`, `\n ${policy}`],
  ['encoded with a byte order mark', encodeURIComponent(`\ufeff${policy}`), policy],
  ['nothing', '', ''],
])('%s', (_, document, text) => {
  expect(policyText(document)).toBe(text);
});

test('every JSON object survives both ways', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const text = JSON.stringify(value);
      expect(policyText(text)).toBe(text);
      expect(policyText(encodeURIComponent(text))).toBe(text);
    }),
  );
});

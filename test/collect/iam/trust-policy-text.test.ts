import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { trustPolicyText } from '../../../lib/collect/iam/trust-policy-text.ts';

const policy = '{"Version":"2012-10-17","Statement":[{"Sid":"100% ünïcode +plus"}]}';

test.each([
  ['URL-encoded, as AWS gives it', encodeURIComponent(policy), policy],
  ['plain, as others give it', policy, policy],
  ['plain with a percent sign that decodes', '{"a":"%20"}', '{"a":"%20"}'],
  ['what cannot be decoded', '%7B%zz', '%7B%zz'],
  ['nothing', '', ''],
])('%s', (_, document, text) => {
  expect(trustPolicyText(document)).toBe(text);
});

test('every JSON object survives both ways', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const text = JSON.stringify(value);
      expect(trustPolicyText(text)).toBe(text);
      expect(trustPolicyText(encodeURIComponent(text))).toBe(text);
    }),
  );
});

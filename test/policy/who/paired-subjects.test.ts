/** Subjects of each form of each of their parts: the service account that each names, or the one that was meant. */
import { test } from '@jest/globals';
import { addressText } from '../../../lib/policy/decide/address-range.ts';
import { accountOfSubject, accountText, nearestSubject, partsOfSubject, rangeOf } from '../../../lib/policy.ts';
import { line, tell, texts } from '../../support/paired-lines.ts';

test('subjects', () => {
  const subjects = texts(
    [
      'system:serviceaccount:',
      'system:serviceaccounts:',
      'System:ServiceAccount:',
      'serviceaccount:',
      'sa/',
      'system/service-account/',
      '',
      ' system:serviceaccount:',
    ],
    [
      'checkout',
      'Checkout',
      'check_out',
      '',
      '-checkout',
      'checkout-',
      'c',
      'n'.repeat(63),
      'n'.repeat(64),
      '*',
      '${NS}',
      'a.b',
    ],
    [':', '/', '::', '', ' : '],
    [
      'cart',
      'Cart',
      'cart.web',
      'cart-',
      '.cart',
      'cart..web',
      '',
      'x'.repeat(253),
      'x'.repeat(254),
      'car?',
      '"cart"',
      '<name>',
    ],
    ['', ':extra', ' ', '\u200b', '\n'],
  );
  tell(
    'subjects',
    subjects.map(one =>
      line(
        one.replaceAll(/(.)\1{20,}/g, (all, letter) => `${letter}{${all.length}}`),
        [
          accountOfSubject(one) !== undefined,
          partsOfSubject(one) !== undefined,
          accountText(one).length,
          nearestSubject(one)?.slice(0, 60),
        ],
      ),
    ),
  );
});

test('addresses', () => {
  const addresses = texts(
    [
      '10.0.0.0',
      '192.0.2.255',
      '256.0.0.1',
      '1.2.3',
      '2001:db8::1',
      '::',
      '::ffff:1.2.3.4',
      '2001:db8:0:0:0:0:0:1',
      'fd00:::1',
      '1:2:3:4:5:6:7:8:9',
      'x',
      '',
    ],
    ['', '/0', '/8', '/31', '/32', '/33', '/64', '/128', '/129', '/', '/08', '/8/8', '/-1'],
  );
  tell(
    'ranges',
    addresses.map(one => {
      const range = rangeOf(one);
      return line(one, range && [addressText(range.first, range.bits), addressText(range.last, range.bits)]);
    }),
  );
});

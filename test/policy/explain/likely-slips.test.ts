/** The slip that is named beside a test that fails: by keys and values near the right ones and far from them. */
import { expect, test } from '@jest/globals';
import { app, explained } from '../../support/explained.ts';
import { aStatement, aud, P, S, sub } from '../../support/trust-cases.ts';

const slipOf = (condition: unknown): string | undefined => {
  const { lines } = explained([aStatement({ Condition: condition })]);
  return lines.find(line => line.includes('likely slip'))?.replace('      likely slip: ', '');
};
const keyed = (key: string) => ({ StringEquals: { [key]: app } });
const valued = (value: unknown, key = sub, operator = 'StringEquals') => ({ [operator]: { [key]: value } });
/** The issuer with so many of its last characters replaced. */
const changed = (count: number): string => `${P.slice(0, -count)}${'x'.repeat(count)}`;
const another = 'the key names another issuer';
const write = 'write <issuer>:sub for this one';

test.each<[string, unknown, string | undefined]>([
  ['one character of the issuer', keyed(`${changed(1)}:sub`), `${another}, by a few characters: ${write}`],
  ['eight characters', keyed(`${changed(8)}:sub`), `${another}, by a few characters: ${write}`],
  ['nine characters', keyed(`${changed(9)}:sub`), `${another}: ${write}`],
  ['a scheme', keyed(`https://${sub}`), 'the key begins with a scheme: write <issuer>:sub'],
  [
    'an ARN',
    keyed(`arn:aws:iam::111122223333:oidc-provider/${sub}`),
    'the key begins with the provider’s ARN: write <issuer>:sub',
  ],
  ['a slash at the end', keyed(`${P}/:sub`), 'the key’s issuer ends with a slash'],
  ['upper case in the issuer', keyed(`${P.toUpperCase()}:sub2`), undefined],
  ['a key of AWS', keyed('aws:PrincipalTag/x'), undefined],
  ['a word without issuer', keyed('sub'), undefined],
  ['a wildcard', valued(`${S}prod:*`), `"${S}prod:*" has a wildcard: only StringLike reads it as one`],
  [
    'a wildcard in one of several',
    valued([`${S}x:y`, `${S}prod:?pp`]),
    `"${S}prod:?pp" has a wildcard: only StringLike reads it as one`,
  ],
  [
    'a wildcard for any value',
    valued(`${S}prod:*`, sub, 'ForAnyValue:StringEquals'),
    `"${S}prod:*" has a wildcard: only StringLike reads it as one`,
  ],
  ['a wildcard under StringLike', valued(`${S}orders:*`, sub, 'StringLike'), undefined],
  ['case', valued(`${S}Prod:app`), `"${S}Prod:app" differs from "<subject>" only in case`],
  ['white space', valued(`${app} `), '"<subject> " has white space around it'],
  ['a subject under the audience', valued(app, aud), 'a subject stands under :aud'],
  [
    'the same name in another namespace',
    valued(`${S}orders:app`),
    'the policy has the account app in namespace orders, not prod',
  ],
  [
    'of two, the same name in another namespace',
    valued([`${S}orders:other`, `${S}orders:app`]),
    'the policy has the account app in namespace orders, not prod',
  ],
  ['another name in another namespace', valued(`${S}orders:cart`), undefined],
  ['a letter of the name', valued(`${S}prod:apq`), `"${S}prod:apq" is close to "<subject>": is one of them mistyped?`],
  [
    'a letter of the audience',
    valued('sts.amazonaws.con', aud),
    '"sts.amazonaws.con" is close to "sts.amazonaws.com": is one of them mistyped?',
  ],
  ['another audience', valued('vault.example', aud), undefined],
])('%s', (_title, condition, expected) => {
  expect(slipOf(condition)).toBe(expected);
});

import { test } from '@jest/globals';
import { ageInWords } from '../../lib/text/age-in-words.ts';
import { compareText } from '../../lib/text/compare-text.ts';
import { counted } from '../../lib/text/counted.ts';
import { cutMark, lengthBeforeCut } from '../../lib/text/cut-mark.ts';
import { daysBetween } from '../../lib/text/days-between.ts';
import { given } from '../../lib/text/given.ts';
import { hashOf } from '../../lib/text/hash-of.ts';
import { canonicalJson, isObject, jsonOf, objectOf, valueAt } from '../../lib/text/json-value.ts';
import { differingPart, lineAt, lineDiff } from '../../lib/text/lines.ts';
import { listed, phrase, renderPhrase, renderTemplate } from '../../lib/text/message.ts';
import { byLikeness, near, nearest } from '../../lib/text/nearest.ts';
import { csvOf, hcl, notInterpolated, optionWord, shellQuote } from '../../lib/text/quote.ts';
import {
  cut,
  cutUnits,
  displayWidth,
  embeddableJson,
  oneLine,
  padTo,
  queueableJson,
  safeJson,
  safeJsonText,
  spelledOut,
  visible,
  visibleLines,
} from '../../lib/text/visible-text.ts';
import { withoutTrailingSlashes } from '../../lib/text/without-trailing-slashes.ts';
import { callsOf } from '../support/calls.ts';
import { golden } from '../support/golden.ts';

const now = '2026-11-29T12:00:00.000Z';
const of = (...values: readonly unknown[]): readonly (readonly unknown[])[] => values.map(value => [value]);
const hidden = ['a\u202eb', 'a\u200bb', 'a\ud800b', 'a\u2028b', 'a\tb\nc\rd', '\u001b[31m', '\u{e0041}', '\u00ad'];
const commands = [
  '::error x',
  'a ::add-mask::x',
  '##[x]',
  '##vso[x]',
  '##teamcity[x]',
  'AWS::IAM::Role',
  'arn:aws:iam::1:x',
  '::stop-commands::',
  '::Error::',
  'a::set-output',
];
const long = (length: number): string => 'x'.repeat(length);

/** Each function at its limits: a change of a limit, an order or a word is a change of this table. */
test('of every function of texts: results at and beyond its limits', () =>
  golden(
    'calls/text.txt',
    callsOf([
      [
        ageInWords,
        ...['11:59:59.001', '11:59:00.000', '11:58:00.000', '11:00:00.000', '11:00:00.001', '12:00:00.001'].map(
          time => [`2026-11-29T${time}Z`, now],
        ),
        ...['2026-11-28T12:00:00.000Z', '2026-11-28T12:00:00.001Z', '2026-11-26T12:00:00.000Z', now, 'never'].map(
          instant => [instant, now],
        ),
      ],
      [compareText, ['a', 'b'], ['b', 'a'], ['a', 'a'], ['B', 'a'], ['', 'a'], ['é', 'z']],
      [
        counted,
        [0, 'pod'],
        [1, 'pod'],
        [2, 'pod'],
        [999, 'pod'],
        [1000, 'pod'],
        [1234567, 'pod'],
        [1, 'policy', 'policies'],
        [3, 'policy', 'policies'],
      ],
      [cutMark, [2049, '0123456789abcdef']],
      [
        lengthBeforeCut,
        ['whole'],
        [`a${cutMark(2049, '0123456789abcdef')}`],
        [`${cutMark(2049, '0123456789abcdef')}b`],
        ['…(cut: x characters, sha256 0123456789abcdef)'],
        [`${long(100)}${cutMark(7, '0123456789abcdef')}`],
      ],
      [
        daysBetween,
        ['2026-11-28T12:00:00.000Z', now],
        ['2026-11-28T12:00:00.001Z', now],
        [now, now],
        [now, '2026-11-29T11:59:59.999Z'],
      ],
      [given, [{ a: 1, b: undefined, c: null, d: false, e: '' }], [{}]],
      [hashOf, [['a', 'b'], 8], [['ab'], 8], [['a', 'b'], 64], [[], 4]],
      [isObject, ...of({}, [], null, undefined, 'x', 0)],
      [objectOf, ...of({ a: 1 }, [], null, 'x')],
      [
        valueAt,
        [{ a: { b: 1 } }, 'a', 'b'],
        [{ a: { b: 1 } }, 'a', 'c'],
        [{ a: 1 }, 'a', 'b'],
        [[1], '0'],
        [{}, 'toString'],
        [{ a: 1 }],
        [undefined, 'a'],
      ],
      [jsonOf, ...of('{"a":1}', '1', '', 'x', '{')],
      [canonicalJson, ...of({ b: 1, a: { d: [3, { f: 1, e: 2 }], c: 0 } }, [2, 1], 'x', null)],
      [lineDiff, ['a\nb\nc', 'a\nc\nd'], ['', ''], ['a', ''], ['x\ny', 'y\nx'], ['a\na\nb', 'a\nb\nb']],
      [
        differingPart,
        [long(20), `${long(20)}`, 20],
        [long(21), long(20), 20],
        [`${long(10)}a${long(30)}`, `${long(10)}b${long(30)}`, 20],
        [`${long(11)}a${long(30)}`, `${long(11)}b${long(30)}`, 20],
        [`${long(200)}a`, `${long(200)}b`, 130],
        [`${long(200)}a`, `${long(200)}b`, 100],
        ['a', `b${long(30)}`, 20],
      ],
      [
        lineAt,
        ['a\n  b c \nd', 4],
        [`ab\n${long(3000)}`, 1],
        [`${long(1999)}\nab${long(3000)}`, 2001],
        ['a\n\nb', 2],
        ['', 0],
        [long(120), 5],
        [long(121), 5],
        [`${long(3000)}\nb`, 3001],
        [`a\n${long(5000)}`, 4000],
        [' \n', 0],
      ],
      [
        listed,
        ...of([], ['a'], ['a', 'b'], ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd', 'e', 'f']),
        [['a', 'b', 'c'], 2],
        [['a', 'b'], 1],
      ],
      [phrase, ['x'], ['{a}', { a: 1 }]],
      [
        renderTemplate,
        ['{a} of {b:pod}', { a: 'x', b: 1 }],
        ['{b:pod}', { b: ['a', 'b'] }],
        ['{b}', { b: ['a', 'b'] }],
        ['{a}', {}],
        ['{toString}', {}],
        ['{n}', { n: 0 }],
        ['{ a }', { a: 1 }],
      ],
      [renderPhrase, ['{a}'], [{ template: '{a}', data: { a: 1 } }]],
      [
        nearest,
        ['cart', ['crat', 'carts']],
        ['cart', ['crat']],
        ['cart', ['CART', 'crat']],
        ['checkout', ['chekout', 'check']],
        ['checkout', ['chekot', 'x']],
        ['checkout', ['chkot']],
        ['cart', ['cart']],
        ['abcdefgh', ['abcdefXY', 'abcdefgX']],
        ['abcdefghijklmnop', ['abcdefghijklWXYZ']],
        ['abcdefghijklmnopqrst', ['abcdefghijklmnoVWXYZ']],
        ['abcdefghijklmnop', ['abcdefghijklmXYZ'], 2],
        ['abcdefghijklmnop', ['abcdefghijklmnYZ'], 2],
        [long(512), [`${long(511)}y`]],
        [long(513), [`${long(512)}y`]],
        [long(512), [long(513), long(514)]],
        [long(511), [long(512)]],
        ['a', ['b']],
        ['', ['a']],
        ['ab', ['ba', 'ab']],
        ['ab', ['xa']],
        ['ab', ['bx']],
        ['abc', ['acb']],
      ],
      [
        near,
        ['cart', ['crat', 'carts', 'xxxx', 'cart']],
        ['checkout', ['chekot', 'chekout']],
        [long(513), [long(512)]],
        [long(512), [long(511)]],
      ],
      [byLikeness, ['cart', ['zzzzzzzzzzzzz', 'crat', 'carts', 'cart', 'aaaaaaaaaaaaa', 'crat']]],
      [
        csvOf,
        [
          ['a', 'b'],
          [{ a: '=1', b: 'x,y' }, { a: '"', b: undefined }, { b: ' x' }],
        ],
        [['a'], [{ a: ';+1' }, { a: "'-1" }, { a: 'a=b' }, { a: '＝1' }, { a: 'x;y' }, { a: 'x ' }]],
      ],
      [hcl, ...of('a"b', '${x}', '%{x}', '$${x}', '😀', 'a\u202eb', '\ud83d', 'a\u{e0041}b\u{1d173}')],
      [notInterpolated, ...of('${a} %{b} $a', '$$')],
      [optionWord, ['--a', 'b c'], ['--a', '-b'], ['--a', '']],
      [shellQuote, ...of('a', 'a b', "it's", '', '$x', 'a=b', '=b', 'arn:aws:iam::1:role/a+b@c,d.e_f-g%', '~', 'a\nb')],
      [cut, ['abc', 3], ['abcd', 3], ['😀😀😀', 3], ['😀😀😀', 2], ['abc', 0], ['', 0], ['😀a', 1]],
      [cutUnits, ['abc', 3], ['abcd', 3], ['😀😀', 4], ['😀😀', 3], ['a😀b', 3], ['abc', 0]],
      [displayWidth, ...of('abc', 'あ', '😀', 'e\u0301', '한글', '｡', 'Ａ', '')],
      [embeddableJson, ...of('</script>&', { a: '<' })],
      [oneLine, ...of(' a\n\tb ', 'a\u2028b', long(300), long(301))],
      [padTo, ['a', 3], ['あ', 3], ['abc', 2], ['', 2]],
      [queueableJson, ...of('a\ufffeb\uffff', 'x')],
      [safeJson, ...of(...hidden, ...commands.slice(0, 4)), [{ a: [1] }, 2]],
      [safeJsonText, ...of('"a\u202e"', '"::error x"')],
      [spelledOut, ...of('a b', 'é', 'a…', long(301))],
      [visible, ...of(...hidden, ...commands, 'plain')],
      [visibleLines, ...of('a\tb\nc\u202e', 'a\r\nb', 'x\n::error y')],
      [withoutTrailingSlashes, ...of('a/', 'a//', 'a', '/', '', 'a/b/')],
    ]),
  ));

/** The shares of causes by small models whose numbers are worked out by hand: the one that ships is learned, and says nothing of how
 *  it is asked. */
import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../../lib/explain/causes/catalogue.ts';
import { curveAt, type Model, packed, readModel, sharesBy, toldShares } from '../../lib/explain/model/classify.ts';
import { isBare, kindOf, valuesOf, wordFeaturesOf } from '../../lib/explain/model/features.ts';

const [a, b, c] = catalogue.map(({ id }) => id);
if (a === undefined || b === undefined || c === undefined) throw new Error('there are three causes');

const step = 0.05;
const aModel = (over: Partial<Model> = {}): Model => ({
  ...{ causes: [a, b, c], biases: [0, 0, 0], step, sharpness: 1, rates: {} },
  // 20 steps of 0.05 are 1.
  features: packed([
    { name: '@seen', rarity: 1, weights: [[2, 20]] },
    { name: 'alpha', rarity: 1, weights: [[0, 20]] },
    {
      name: 'alpine',
      rarity: 1,
      weights: [
        [0, -20],
        [1, 20],
      ],
    },
  ]),
  ...over,
});
/** Shares in the order of the causes a, b, c. */
const sharesIn = (model: Model, text: string, ids: readonly string[] = [], possible = new Set<typeof a>()) => {
  const shares = sharesBy(readModel(model), text, ids, possible);
  expect(shares.map(({ share }) => share)).toEqual(shares.map(({ share }) => share).sort((x, y) => y - x));
  return [a, b, c].map(id => Number((shares.find(one => one.id === id)?.share ?? Number.NaN).toFixed(3)));
};
const thirds = [0.333, 0.333, 0.333];
const { E } = Math;
const parts = (...weights: readonly number[]) => {
  const sum = weights.reduce((all, one) => all + one, 0);
  return weights.map(one => Number((one / sum).toFixed(3)));
};

describe('shares of causes', () => {
  test.each<[string, string, readonly number[]]>([
    ['of a text without a known word', 'nothing of it', thirds],
    ['by a word', 'alpha', parts(E, 1, 1)],
    ['by a word that stands twice, which alone is all that is known', 'Alpha alpha', parts(E, 1, 1)],
    ['by a word that speaks against one', 'alpine', parts(1 / E, E, 1)],
    [
      'by two words, as long together as one',
      'alpha x alpine',
      parts(E ** (Math.SQRT1_2 - Math.SQRT1_2), E ** Math.SQRT1_2, 1),
    ],
    [
      'by two words, of which one stands twice',
      'alpha x alpine x alpine',
      (() => {
        const twice = 1 + Math.log(2);
        const length = Math.hypot(1, twice);
        return parts(E ** ((1 - twice) / length), E ** (twice / length), 1);
      })(),
    ],
  ])('%s', (_, text, wanted) => {
    expect(sharesIn(aModel(), text)).toEqual(wanted);
  });

  test('a cause is as likely as its bias says, and more so the sharper the model is', () => {
    expect(sharesIn(aModel({ biases: [1, 0, 0] }), 'x')).toEqual(parts(E, 1, 1));
    expect(sharesIn(aModel({ biases: [1, 0, 0], sharpness: 3 }), 'x')).toEqual(parts(E ** 3, 1, 1));
  });

  test('a cause that none of the messages can have is less likely, not impossible; without a message none is', () => {
    expect(sharesIn(aModel(), 'x', [], new Set([b, c]))).toEqual(parts(E ** -0.3, 1, 1));
    expect(sharesIn(aModel(), 'x', [], new Set())).toEqual(thirds);
  });

  test('messages count as words of their own', () => {
    expect(sharesIn(aModel(), 'alpha', ['seen'])).toEqual(parts(E, 1, E));
    expect(sharesIn(aModel(), 'alpha', ['other'])).toEqual(parts(E, 1, 1));
  });

  const rates = {
    seen: [
      [0, 3],
      [2, 1],
    ],
    beside: [[2, 4]],
    never: [[0, 0]],
  };
  test.each<[string, readonly string[], string, readonly number[]]>([
    ['of the reports with a message', ['seen'], 'x', [0.75, 0, 0.25]],
    ['of the reports with two messages together', ['seen', 'beside'], 'x', [0.375, 0, 0.625]],
    ['of a message that no report had: the words alone', ['never'], 'x', thirds],
    ['of a message without rates: the words alone', ['other'], 'x', thirds],
    ['of a message with a rate beside one without', ['other', 'seen'], 'x', [0.75, 0, 0.25]],
  ])('the rate %s', (_, ids, text, wanted) => {
    expect(sharesIn(aModel({ rates, features: packed([]) }), text, ids)).toEqual(wanted);
  });

  test('the more words are known, the less a rate counts: half and half at ten', () => {
    const words = ['ba', 'ca', 'da', 'ea', 'fa', 'ga', 'ha', 'ia', 'ja', 'ka'];
    const features = packed(words.map(name => ({ name, rarity: 1, weights: [] })));
    expect(sharesIn(aModel({ rates, features }), words.join('\n0 '), ['seen'])).toEqual([0.542, 0.167, 0.292]);
    expect(sharesIn(aModel({ rates, features }), words.slice(0, 5).join(' 0 '), ['seen'])[1]).toBeCloseTo(0.111, 3);
  });

  test('a model with a cause that the catalogue does not have is refused', () => {
    expect(() => readModel(aModel({ causes: [a, 'no-such-cause', c] }))).toThrow(/got cause no-such-cause/);
  });
});

test('features are read as they were written', () => {
  const features = [
    { name: '#<ab', rarity: 0, weights: [] },
    { name: '@message', rarity: 1, weights: [[0, 45] as const] },
    { name: 'ab', rarity: 1 / 9, weights: [[80, -45] as const, [81, 0] as const] },
    { name: 'ab cd', rarity: 2 / 9, weights: [[82, 1] as const] },
    { name: 'abc', rarity: 1, weights: [[171, 2] as const, [172, -3] as const] },
    { name: 'abcd', rarity: 1, weights: [[173, 4] as const, [400, 5] as const, [3, 6] as const] },
    { name: 'b', rarity: 1, weights: [[1, -1] as const] },
  ];
  const { known, weights } = readModel(aModel({ features: packed(features), step: 1 }));
  expect([...known]).toEqual(features.map(({ name, rarity }, number) => [name, { number, rarity }]));
  expect(weights).toEqual(features.map(each => each.weights));
});

describe('the curve of told shares', () => {
  const knots = [
    [0.2, 0.3],
    [0.6, 0.5],
  ];
  test.each([
    [0, 0],
    [0.1, 0.15],
    [0.2, 0.3],
    [0.4, 0.4],
    [0.6, 0.5],
    [0.9, 0.5],
  ])('%f is told as %f', (share, told) => {
    expect(curveAt(share, knots)).toBeCloseTo(told, 10);
  });
  test('without knots a share is told as it is', () => {
    expect(curveAt(0.4, [])).toBe(0.4);
  });

  test.each([[[1, 0, 0]], [[0.97, 0.02, 0.01]], [[0.8, 0.15, 0.05]], [[0.5, 0.45, 0.05]], [[0.35, 0.33, 0.32]]])(
    'of %p each is told in its order, and all are the whole at most',
    shares => {
      const told = toldShares([a, b, c].map((id, at) => ({ id, share: shares[at] ?? 0 })));
      expect(told.map(({ id }) => id)).toEqual([a, b, c]);
      const values = told.map(({ share }) => share);
      expect(values).toEqual([...values].sort((x, y) => y - x));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(values.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1 + 1e-9);
      // The others keep their parts of the rest.
      expect((values[1] ?? 0) * (shares[2] ?? 0)).toBeCloseTo((values[2] ?? 0) * (shares[1] ?? 0), 10);
    },
  );
});

describe('features of a text', () => {
  test('words and their pairs, each as often as it stands, codes of three digits, and messages', () => {
    const features = [...wordFeaturesOf('Error 403: access_denied, error 403 in a pod', ['one', 'two'])];
    expect(features.filter(([name]) => kindOf(name) !== '#')).toEqual([
      ['error', 2],
      ['403', 2],
      ['error 403', 2],
      ['access_denied', 1],
      ['403 access_denied', 1],
      ['access_denied error', 1],
      ['in', 1],
      ['403 in', 1],
      ['pod', 1],
      ['in pod', 1],
      ['@one', 1],
      ['@two', 1],
    ]);
  });

  test('parts of words with their ends; of an id or a token none', () => {
    const partsOf = (text: string) => [...wordFeaturesOf(text, [])].filter(([name]) => kindOf(name) === '#');
    expect(partsOf('pods Pods')).toEqual([
      ['#<pod', 2],
      ['#pods', 2],
      ['#ods>', 2],
    ]);
    expect(partsOf('ab')).toEqual([['#<ab>', 1]]);
    expect(partsOf('a')).toEqual([]);
    expect(partsOf('a'.repeat(24)).length).toBeGreaterThan(0);
    expect(partsOf('a'.repeat(25))).toEqual([]);
  });

  test('no more than four thousand characters are looked at', () => {
    const before = ' '.repeat(3996);
    expect([...wordFeaturesOf(`${before}pod end`, []).keys()]).toEqual(['pod', '#<pod', '#pod>']);
    expect(isBare(`${before}pod and many more words that are no frame of a log`, ['pod'])).toBe(true);
  });

  test('each kind has a length of its own, whatever the others have', () => {
    const known = new Map(['pod', 'role', '@one', '#<pod'].map((name, number) => [name, { number, rarity: 1 }]));
    const values = (names: readonly string[]) => [...valuesOf(new Map(names.map(name => [name, 1])), known)];
    expect(values(['pod', '@one', '#<pod', 'unknown'])).toEqual([
      [0, 1],
      [2, 1],
      [3, 0.7],
    ]);
    expect(values(['pod', 'role']).map(([, value]) => value.toFixed(3))).toEqual(['0.707', '0.707']);
  });

  test.each<[string, readonly string[], boolean]>([
    ['access denied', [], false],
    ['access denied', ['Access denied'], true],
    ['access denied: ba ca da ea fa ga ha', ['Access denied'], true],
    ['access denied: ba ca da ea fa ga ha ia', ['Access denied'], false],
    ['access denied: ba ba ba ba ba ba ba ba', ['Access denied'], true],
    ['no token, access denied: ba ca da ea fa ga ha', ['Access denied', 'no token'], true],
  ])('%p beside the messages %p is next to nothing else: %p', (text, samples, wanted) => {
    expect(isBare(text, samples)).toBe(wanted);
  });
});

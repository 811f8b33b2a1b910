import { describe, expect, test } from '@jest/globals';
import { assumersAmong, setContains, subjectOf, subjectsOf } from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';
import { dice, randomSubjectPolicy } from '../../support/random-policy.ts';
import { aRequest, mustParse, policyWith, S, sub } from '../../support/trust-cases.ts';

const accounts = ['prod', 'a', 'ab', 'b', 'a-b'].flatMap(namespace =>
  ['app', 'a', 'b', 'a.b', 'app-1'].map(name => ({ namespace, name })),
);

const among = (condition: unknown, of = accounts) =>
  assumersAmong(subjectsOf(policyWith(condition), aRequest()), of).map(({ namespace, name }) => `${namespace}/${name}`);

describe('which of these service accounts are allowed', () => {
  test.each([
    [{ StringEquals: { [sub]: `${S}a:b` } }, ['a/b']],
    [{ StringEquals: { [sub]: [`${S}b:a`, `${S}a:a`, `${S}x:y`] } }, ['a/a', 'b/a']],
    [{ StringLike: { [sub]: `${S}a-b:a*` } }, ['a-b/app', 'a-b/a', 'a-b/a.b', 'a-b/app-1']],
    [{ StringLike: { [sub]: `${S}*:app-?` } }, ['prod/app-1', 'a/app-1', 'ab/app-1', 'b/app-1', 'a-b/app-1']],
    [{ StringLike: { [sub]: [`${S}prod:a`, `${S}p*:a`] } }, ['prod/a']],
    [
      { StringLike: { [sub]: `${S}a:*` }, StringNotEquals: { [sub]: [`${S}a:a`, `${S}a:b`] } },
      ['a/app', 'a/a.b', 'a/app-1'],
    ],
    [{ StringEquals: { [sub]: `${S}nobody:a` } }, []],
    [{ StringEquals: { 'sts:RoleSessionName': 'x' } }, []],
  ])('%j', (condition, expected) => {
    expect(among(condition)).toEqual(expected);
  });

  test('all of them, or none', () => {
    expect(among({})).toHaveLength(accounts.length);
    expect(among({ StringEquals: { [sub]: 'x' } })).toEqual([]);
    expect(among({ StringLike: { [sub]: '*' } }, [])).toEqual([]);
  });

  test('the same where there are too many alternatives to be written out', () => {
    const half = (of: string) => [...Array.from({ length: 80 }, (_, at) => `*${of}${at}*`), `${S}a*:*p*`];
    const condition = {
      StringLike: { [sub]: half('x') },
      'ForAnyValue:StringLike': { [sub]: half('y') },
      StringNotEquals: { [sub]: `${S}ab:app` },
    };
    expect(among(condition)).toEqual(['a/app', 'a/app-1', 'ab/app-1', 'a-b/app', 'a-b/app-1']);
  });

  test('one that stands twice in the list is answered twice, in the order given', () => {
    const twice = [...accounts, ...accounts].reverse();
    expect(among({ StringEquals: { [sub]: [`${S}a:b`, `${S}prod:a`] } }, twice)).toEqual([
      'a/b',
      'prod/a',
      'a/b',
      'prod/a',
    ]);
  });

  test('the same as asking for each alone', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const set = subjectsOf(mustParse(JSON.stringify(randomSubjectPolicy(dice(seed)))), aRequest());
        const alone = accounts.filter(({ namespace, name }) => setContains(set, subjectOf(namespace, name)));
        expect(assumersAmong(set, accounts)).toEqual(alone);
      }),
      { numRuns: 300 },
    );
  });
});

import { expect, test } from '@jest/globals';
import {
  type EveryoneAnswer,
  everyoneAsJson,
  everyoneInWords,
  isUnknown,
  type PodsAnswer,
} from '../../../lib/cli/trust/everyone-in-words.ts';
import type { Assumer } from '../../../lib/policy/who/everyone.ts';
import type { SubjectSet } from '../../../lib/policy/who/subject-set.ts';

const subject = (name: string): string => `system:serviceaccount:checkout:${name}`;
const set = (over: Partial<SubjectSet>): SubjectSet => ({
  ...{ kind: 'list', subjects: [], patterns: [], except: [], reasons: [] },
  // The printed answer is made of the texts alone.
  ...{ certain: undefined as never, possible: undefined as never },
  ...over,
});
const pods = (over: Partial<SubjectSet>, more: Partial<PodsAnswer> = {}): PodsAnswer => ({
  ...{ issuer: 'https://i', audience: 'sts.amazonaws.com', audiences: [], undecided: 0 },
  set: set(over),
  ...more,
});
const assumer = (over: Partial<Assumer>): Assumer =>
  ({ kind: 'account', principal: '999999999999', can: 'yes', sends: [], ...over }) as Assumer;
const answer = (over: Partial<EveryoneAnswer>): EveryoneAnswer => ({
  pods: [],
  others: [],
  controlPolicies: 'evaluated',
  ...over,
});
const note = '(resource control policies are not evaluated)';

test.each<readonly [string, EveryoneAnswer, readonly string[]]>([
  ['nobody', answer({ controlPolicies: 'not evaluated' }), ['The trust policy allows no principal.']],
  [
    'nobody of a cluster, and none of others',
    answer({ controlPolicies: 'not evaluated', pods: [pods({ kind: 'none' })], others: [assumer({ can: 'no' })] }),
    [
      'Service accounts of https://i with audience sts.amazonaws.com: none',
      'Audiences allowed: none',
      'AWS principal 999999999999: cannot assume the role',
      '  closed to everyone outside of the zone of trust',
    ],
  ],
  [
    'a list, with those that exist',
    answer({
      controlPolicies: 'not evaluated',
      pods: [
        pods(
          { subjects: [subject('cart')], example: subject('cart') },
          { audiences: ['sts.amazonaws.com', 'x'], members: [], undecided: 1 },
        ),
      ],
    }),
    [
      'Service accounts of https://i with audience sts.amazonaws.com:',
      '  checkout/cart',
      'Audiences allowed: sts.amazonaws.com, x',
      'Existing service accounts allowed: none',
      'Existing accounts of which it is unknown: 1',
      note,
    ],
  ],
  [
    'any, without a pattern beside it',
    answer({
      pods: [
        pods({ kind: 'any', patterns: ['*'], except: [subject('x')], example: subject('a') }, { members: ['a/b'] }),
      ],
    }),
    [
      'Service accounts of https://i with audience sts.amazonaws.com: any',
      `  but not ${subject('x')}`,
      'for example checkout/a',
      'Audiences allowed: none',
      'Existing service accounts allowed:',
      '  a/b',
    ],
  ],
  [
    'what is not known',
    answer({ pods: [pods({ kind: 'unknown', patterns: ['p*'] }), pods({ kind: 'unknown', because: 'of x' })] }),
    [
      'Service accounts of https://i with audience sts.amazonaws.com: unknown (undocumented); at most:',
      '  p*',
      'Audiences allowed: none',
      'Service accounts of https://i with audience sts.amazonaws.com: unknown (of x); at most:',
      'Audiences allowed: none',
    ],
  ],
  [
    'others alone',
    answer({
      controlPolicies: 'not evaluated',
      others: [
        assumer({ can: 'maybe', sends: ['a=b', 'c'] }),
        assumer({
          can: 'maybe',
          because: 'of y',
          stranger: { verdict: 'may-be', witness: 'w', because: 'of z' } as never,
        }),
        assumer({ can: 'no', because: 'of n', stranger: { verdict: 'open', witness: 'w', isDormant: true } as never }),
      ],
    }),
    [
      'AWS principal 999999999999: may be able to assume the role: that is not documented',
      '  with a request such as: a=b, c',
      '  closed to everyone outside of the zone of trust',
      'AWS principal 999999999999: may be able to assume the role: of y',
      '  cannot be proven closed, since of z; for example w',
      'AWS principal 999999999999: cannot assume the role: of n',
      '  open to w, as soon as the account has the provider',
      note,
    ],
  ],
])('%s in words', (_, given, lines) => {
  expect(everyoneInWords(given)).toEqual(lines);
});

test.each<readonly [string, Partial<EveryoneAnswer>, boolean]>([
  ['nothing', {}, false],
  ['a list', { pods: [pods({})], others: [assumer({ can: 'no' })] }, false],
  ['one open set of two', { pods: [pods({}), pods({ kind: 'unknown' })] }, true],
  ['one open principal of two', { others: [assumer({}), assumer({ can: 'maybe' })] }, true],
])('whether %s leaves it open who can', (_, over, isOpen) => {
  expect(isUnknown(answer(over))).toBe(isOpen);
});

const doubt = { kind: 'unsupported-operator', operator: 'o', key: 'k' } as const;

test('as JSON: one issuer by itself, several in a list, and patterns with the exact subjects beside them', () => {
  const one = pods(
    {
      subjects: [subject('b')],
      patterns: [`${subject('a')}*`],
      except: ['x'],
      because: 'y',
      reasons: [doubt],
      example: subject('b'),
    },
    { members: ['a/b'], undecided: 1 },
  );
  const told = {
    subjects: {
      ...{ kind: 'list', accounts: ['checkout/b'], patterns: [`${subject('a')}*`, subject('b')], except: ['x'] },
      ...{ example: 'checkout/b', because: 'y', reasons: [doubt] },
    },
    ...{ audiences: [], members: ['a/b'], undecidedMembers: 1 },
  };
  const plain = {
    subjects: { kind: 'list', accounts: [subject('b')].map(() => 'checkout/b'), patterns: [] },
    audiences: [],
  };
  const rest = { principals: [], controlPolicies: 'evaluated' };
  expect(everyoneAsJson(answer({ pods: [one] }))).toEqual({ ...told, ...rest });
  expect(everyoneAsJson(answer({ pods: [one, pods({ subjects: [subject('b')] })] }))).toEqual({
    ...{
      issuers: [
        { issuer: 'https://i', ...told },
        { issuer: 'https://i', ...plain },
      ],
    },
    ...rest,
  });
});

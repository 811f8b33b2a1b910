/** The question whether the annotated role trusts a service account, and when the audience alone may be wrong. */
import { describe, expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import type { ReadyQuestion } from '../../../lib/facts/trust-question.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import {
  audienceAloneRefused,
  mayBeAudienceAlone,
  questionOf,
} from '../../../lib/rules/service-account/support/trust-decision.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, type someFacts } from '../../support/example-world.ts';
import { aGap, annotatedWith, denied, refused, withoutIssuer, worldOf } from '../../support/in-cluster-world.ts';
import { host } from './worlds.ts';

type Facts = Parameters<typeof subjectsOfAccount>[0];
const ask = (facts: Facts) => {
  const [subject] = subjectsOfAccount(facts)['service-account'];
  if (subject === undefined) throw new Error('there is no service account');
  return questionOf(subject, facts);
};
const ready = (facts: Facts): ReadyQuestion => {
  const question = ask(facts);
  if (question.status !== 'ready') throw new Error(`the question is ${question.status}`);
  return question;
};
const trusting = (audience: unknown, operator = 'StringEquals') =>
  aTrustPolicy({
    condition: {
      StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' },
      ...(operator === 'StringEquals'
        ? { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart', [`${host}:aud`]: audience } }
        : { [operator]: { [`${host}:aud`]: audience } }),
    },
  });
const world = (trustPolicy: string, over: Parameters<typeof someFacts>[0] = {}) =>
  worldOf(annotatedWith({}), { roles: complete([aRole({ trustPolicy })]), ...over });

describe('the question', () => {
  test('is of the issuer of the cluster, the role of the annotation and the subject of the account', () => {
    const { issuer, roleArn, request } = ready(world(aTrustPolicy()));
    expect({ issuer, roleArn }).toEqual({ issuer: aCluster().issuer, roleArn: aRole().arn });
    expect(request('a')).toMatchObject({ subject: 'system:serviceaccount:checkout:cart', audience: 'a' });
  });

  test('is none where the annotation holds no role', () => {
    const facts = worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': 'cart' }));
    expect(ask(facts)).toEqual({ status: 'n/a' });
  });

  test('is open where neither EKS nor the cluster tells the issuer, and takes that of the cluster where EKS tells none', () => {
    const own = (issuer: object) => worldOf({ ...annotatedWith({}), ...issuer }, {}, withoutIssuer());
    expect(ask(own({ issuer: unavailable(denied) }))).toEqual({
      status: 'unknown',
      missing: { kind: 'unread', missing: 'the issuer of cluster shop' },
    });
    expect(ready(own({ issuer: complete('https://its.own') })).issuer).toBe('https://its.own');
  });
});

describe('the audience alone is refused', () => {
  const refusedFor = (trustPolicy: string, known: readonly string[] = []) =>
    audienceAloneRefused(ready(world(trustPolicy)), known);

  test.each<[string, string, readonly string[], boolean]>([
    ['where the usual one is taken', trusting('sts.amazonaws.com'), [], true],
    ['where a known one is taken', trusting('vault'), ['vault'], true],
    ['where the second known one is taken', trusting('vault'), ['consul', 'vault'], true],
    ['not where none of the known ones is taken', trusting('vault'), ['consul'], false],
    ['not where the subject is another one', aTrustPolicy({ subject: 'system:serviceaccount:a:b' }), ['vault'], false],
  ])('%s', (_title, trustPolicy, known, wanted) => {
    expect(refusedFor(trustPolicy, known)).toBe(wanted);
  });
});

describe('the audience alone may be refused', () => {
  const may = (trustPolicy: string, over: Parameters<typeof someFacts>[0]) => {
    const facts = world(trustPolicy, over);
    return mayBeAudienceAlone(ready(facts), facts);
  };
  const unreadDetail = { providers: complete([aProvider({ detail: unavailable(denied) })]) };

  test.each<[string, string, Parameters<typeof someFacts>[0], boolean]>([
    ['where the provider was refused', trusting('vault'), unreadDetail, true],
    ['where no provider was read', trusting('vault'), { providers: refused }, true],
    ['where some providers were not read', trusting('vault'), { providers: withGaps([], [aGap('iam:List')]) }, true],
    ['by a pattern', trusting('va*t?', 'StringLike'), unreadDetail, true],
    ['by the second of two', trusting(['x', 'vault']), unreadDetail, true],
    ['not where the provider was read', trusting('vault'), { providers: complete([aProvider()]) }, false],
    [
      'not where nobody asked for providers',
      trusting('vault'),
      { providers: complete([aProvider({ detail: notAskedFor('iam:GetOpenIDConnectProvider') })]) },
      false,
    ],
    [
      'not where the provider of another cluster was refused',
      trusting('vault'),
      { providers: complete([aProvider({ issuer: 'https://other', detail: unavailable(denied) }), aProvider()]) },
      false,
    ],
    [
      'not where the subject is another one',
      aTrustPolicy({ subject: 'system:serviceaccount:a:b' }),
      unreadDetail,
      false,
    ],
  ])('%s', (_title, trustPolicy, over, wanted) => {
    expect(may(trustPolicy, over)).toBe(wanted);
  });
});

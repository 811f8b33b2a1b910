import { describe, expect, test } from '@jest/globals';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { maxRemembered, reconcileWatched } from '../../lib/history/watched-drift.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import { aFact, anEvaluation, aRun, providerPrefix, rolePrefix, stateAfter } from '../support/drift-builders.ts';

const run = aRun(2);
const baseline: KnownState = { ...nothingKnown, hasBaseline: true, readScopes: [rolePrefix, providerPrefix] };
const audiences = (value: string) => aFact({ kind: 'provider-audiences', subject: `${providerPrefix}x`, value });
const changesOf = (known: KnownState, found: Evaluation) =>
  reconcileWatched(known, found, run).factChanges.map(({ before, after }) => [before, after]);

describe('watched facts', () => {
  test('the first run records them and reports none', () => {
    const outcome = reconcileWatched(nothingKnown, anEvaluation({ watched: [aFact()] }), run);
    expect(outcome).toMatchObject({ factChanges: [], watched: [aFact()] });
  });

  test.each<[string, KnownState, Evaluation, unknown[]]>([
    ['the same value is nothing', { ...baseline, watched: [aFact()] }, anEvaluation({ watched: [aFact()] }), []],
    [
      'another value is a change',
      { ...baseline, watched: [audiences('a')] },
      anEvaluation({ watched: [audiences('a, b')] }),
      [['a', 'a, b']],
    ],
    [
      'a new subject in a scope that was read is a change',
      baseline,
      anEvaluation({ watched: [audiences('a')] }),
      [[undefined, 'a']],
    ],
    [
      'a subject of a scope that was never read is recorded only',
      { ...baseline, readScopes: [rolePrefix] },
      anEvaluation({ watched: [audiences('a')] }),
      [],
    ],
    [
      'a fact that could not be read before is recorded only',
      { ...baseline, unreadFacts: [`provider-audiences ${providerPrefix}x`] },
      anEvaluation({ watched: [audiences('a')] }),
      [],
    ],
    [
      'a subject that is gone is a change',
      { ...baseline, watched: [audiences('a')] },
      anEvaluation({}),
      [['a', undefined]],
    ],
    [
      'a subject that is there and unread is nothing',
      { ...baseline, watched: [audiences('a')] },
      anEvaluation({ subjects: [`${providerPrefix}x`] }),
      [],
    ],
    [
      'a scope that was not read is nothing',
      { ...baseline, watched: [audiences('a')] },
      anEvaluation({ closedScopes: [], openScopes: [providerPrefix] }),
      [],
    ],
  ])('%s', (_name, known, found, expected) => expect(changesOf(known, found)).toEqual(expected));

  test.each([
    ['https://oidc.eks.eu-west-1.amazonaws.com/id/A', 2],
    [`${providerPrefix}x`, 2],
    ['arn:aws:eks:eu-west-1:111122223333:cluster/shop/mutatingwebhookconfiguration//pod-identity-webhook', 1],
    [`${rolePrefix}x`, 0],
  ])('of %s %i facts are remembered as unread', (subject, count) => {
    const first = reconcileWatched(nothingKnown, anEvaluation({ subjects: [subject] }), run);
    expect(first.unreadFacts).toHaveLength(count);
    expect(first.unreadFacts.filter(key => !key.endsWith(subject))).toEqual([]);
  });

  test('an unread fact is forgotten as unread once it is read, or its subject is gone', () => {
    const unread = anEvaluation({ subjects: [`${providerPrefix}x`] });
    const known = stateAfter(nothingKnown, { transitions: [], ...reconcileWatched(nothingKnown, unread, run) }, run.at);
    expect(known.unreadFacts).toHaveLength(2);
    expect(reconcileWatched(known, anEvaluation({}), run).unreadFacts).toEqual([]);
    expect(reconcileWatched(known, anEvaluation({ watched: [audiences('a')] }), run).unreadFacts).toEqual([
      `provider-thumbprints ${providerPrefix}x`,
    ]);
  });

  test('of a cluster without its inside the webhook is remembered as unread, and of what lies in it nothing', () => {
    const shop = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
    const subjects = [shop, `${shop}/serviceaccount/books/keeper`, `${shop}/pod/books/Deployment/keeper/keeper`];
    expect(reconcileWatched(nothingKnown, anEvaluation({ subjects }), run).unreadFacts).toEqual([
      `webhook-configuration ${shop}/mutatingwebhookconfiguration//pod-identity-webhook`,
    ]);
  });

  test('of an issuer the chain and the host of its keys are remembered as unread', () => {
    const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/A';
    expect(reconcileWatched(nothingKnown, anEvaluation({ subjects: [issuer] }), run).unreadFacts).toEqual([
      `issuer-chain ${issuer}`,
      `issuer-keys-host ${issuer}`,
    ]);
  });

  test('facts and changes come in the order of their kind and subject, whatever order they were read in', () => {
    const facts = ['b', 'a', 'c'].map(name => aFact({ subject: rolePrefix + name, value: 'new' }));
    const known = {
      ...baseline,
      watched: [...facts, aFact({ subject: `${rolePrefix}0` })].map(f => ({ ...f, value: 'old' })),
    };
    const outcome = reconcileWatched(known, anEvaluation({ watched: facts }), run);
    expect(outcome.factChanges.map(({ subject }) => subject)).toEqual(
      ['0', 'a', 'b', 'c'].map(name => rolePrefix + name),
    );
    expect(outcome.watched.map(({ subject }) => subject)).toEqual(['a', 'b', 'c'].map(name => rolePrefix + name));
  });

  test('the scope that is named most exactly decides whether a subject is gone', () => {
    const known = { ...baseline, watched: [audiences('a'), aFact()] };
    const partly = anEvaluation({ closedScopes: ['arn:aws:iam::', rolePrefix], openScopes: [providerPrefix] });
    expect(reconcileWatched(known, partly, run).factChanges.map(({ subject }) => subject)).toEqual([aFact().subject]);
  });

  test('with too much unread to remember nothing counts as a baseline', () => {
    const subjects = Array.from({ length: maxRemembered }, (_, n) => `${providerPrefix}${n}`);
    const outcome = reconcileWatched(baseline, anEvaluation({ subjects }), run);
    expect(outcome).toMatchObject({ readScopes: [], unreadFacts: [] });
  });
});

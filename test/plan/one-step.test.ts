import { expect, test } from '@jest/globals';
import type { SubjectKind, Subjects } from '../../lib/facts/subjects.ts';
import { addAudience, setThumbprints, setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { annotate, unlabel } from '../../lib/fixes/kubernetes-steps.ts';
import type { Provider } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Act } from '../../lib/model/step.ts';
import { type PlanChoices, planOfFacts } from '../../lib/plan/plan.ts';
import { type AnyRule, defineRule, failOrPass } from '../../lib/rules/define-rule.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

/** Rules of one value each: `from` is wrong, and the steps of the fix set another. A fix asks where it has a `choice`. */
const ruleOf = <K extends SubjectKind>(
  id: string,
  kind: K,
  steps: (subject: Subjects[K]) => readonly Act[] | undefined,
  choice?: string,
) =>
  defineRule({
    ...{ id, kind, impact: 'breaks', needs: [], severity: 'high', shownAt: 'provider-exists' },
    ...{ title: 'healthy', fault: 'faulty', says: { broken: ['broken', 'it is broken'] } },
    ...{ why: '', fix: '', references: [] },
    check: subject => {
      const fix = steps(subject);
      return failOrPass(
        fix === undefined
          ? []
          : [
              {
                ...{ messageId: 'broken', data: {}, evidence: [{ what: 'a', got: id, readFrom: 'c' }] },
                fix: { summary: id, steps: fix, ...(choice === undefined ? {} : { choice }) },
              },
            ],
      );
    },
  }) as unknown as AnyRule;

const all: PlanChoices = { wants: () => true, isDecided: () => true };
const plan = (facts: Parameters<typeof planOfFacts>[0], rules: readonly AnyRule[], choices = all) =>
  planOfFacts(facts, { rules, waivers: [] }, choices);
const place = { name: 'shop', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop' };
const pinsOf = ({ provider: { detail } }: Subjects['provider']): string =>
  detail.status === 'complete' ? detail.value.thumbprints.join() : '';
const [a, b, c] = ['a', 'b', 'c'].map(letter => letter.repeat(40)) as [string, string, string];

test('three edits of one annotation are one step, from the value that stands there to the last', () => {
  const rules = [
    ['one', 'x'],
    ['x', 'y'],
    ['y', undefined],
  ].map(([from, to]) =>
    ruleOf(`of-${from}`, 'service-account', ({ cluster, serviceAccount: account }) =>
      account.annotations.key === from ? [annotate(cluster, account, 'key', to)] : undefined,
    ),
  );
  const world = (annotations: Record<string, string>) =>
    someFacts({
      clusters: complete([
        aReadCluster({
          serviceAccounts: complete([
            aServiceAccount({ annotations: { ...aServiceAccount().annotations, ...annotations } }),
          ]),
        }),
      ]),
    });
  const changesOf = (found: ReturnType<typeof plan>) => found.steps.map(({ change }) => change);
  const first = plan(world({ key: 'one', other: 'o' }), rules.slice(0, 2));
  const whole = expect.objectContaining(place);
  expect(changesOf(first)).toEqual([
    {
      ...{ kind: 'annotation', cluster: whole, namespace: 'checkout', serviceAccount: 'cart', key: 'key' },
      ...{ before: 'one', after: 'y' },
    },
  ]);
  expect(first.steps.map(({ findingIds }) => findingIds)).toEqual([first.fixed.map(({ id }) => id)]);
  expect(first.fixed.map(({ ruleId }) => ruleId)).toEqual(['of-one', 'of-x']);
  const removed = plan(world({ key: 'one' }), rules);
  expect(changesOf(removed)).toEqual([
    {
      ...{ kind: 'annotation', cluster: whole, namespace: 'checkout', serviceAccount: 'cart', key: 'key' },
      before: 'one',
    },
  ]);
});

test('an annotation that was not there is set from nothing, however often it is edited', () => {
  const rules = [
    [undefined, 'x'],
    ['x', 'y'],
  ].map(([from, to]) =>
    ruleOf(`of-${from}`, 'service-account', ({ cluster, serviceAccount: account }) =>
      account.annotations.key === from ? [annotate(cluster, account, 'key', to)] : undefined,
    ),
  );
  const { steps } = plan(someFacts({ clusters: complete([aReadCluster()]) }), rules);
  expect(steps.map(({ change }) => change)).toEqual([
    {
      ...{ kind: 'annotation', cluster: expect.objectContaining(place) },
      ...{ namespace: 'checkout', serviceAccount: 'cart', key: 'key', after: 'y' },
    },
  ]);
});

test('two lists of thumbprints are one step; a label beside an annotation of the same key is another one', () => {
  const pins = [
    [a, b],
    [b, c],
  ].map(([from = '', to = '']) =>
    ruleOf(`of-${from[0]}`, 'provider', subject =>
      pinsOf(subject) === from ? [setThumbprints(subject.provider.arn, [from], [to])] : undefined,
    ),
  );
  const labelled = ruleOf('labelled', 'service-account', ({ cluster, serviceAccount: account }) =>
    account.labels.key === undefined ? undefined : [unlabel(cluster, account, 'key')],
  );
  const annotated = ruleOf('annotated', 'service-account', ({ cluster, serviceAccount: account }) =>
    account.annotations.key === 'no' ? [annotate(cluster, account, 'key', 'yes')] : undefined,
  );
  const account = aServiceAccount({
    annotations: { ...aServiceAccount().annotations, key: 'no' },
    labels: { key: 'no' },
  });
  const world = someFacts({
    providers: complete([aProvider({ thumbprints: [a] })]),
    clusters: complete([aReadCluster({ serviceAccounts: complete([account]) })]),
  });
  const { steps } = plan(world, [...pins, labelled, annotated]);
  expect(steps.map(({ change }) => [change.kind, 'before' in change && change.before])).toEqual([
    ['thumbprints', [a]],
    ['annotation', 'no'],
    ['label', 'no'],
  ]);
  expect(steps[0]?.change).toMatchObject({ after: [c] });
});

const shop = aProvider({ audiences: [] });
const accepts = (provider: Provider, audience: string): boolean =>
  provider.detail.status === 'complete' && provider.detail.value.audiences.includes(audience);
const gained = {
  roleArn: aRole().arn,
  gains: [
    {
      ...{ issuer: exampleIssuer.replace('https://', ''), audience: 'sts.amazonaws.com', patterns: [], except: [] },
      subjects: ['system:serviceaccount:checkout:cart'],
    },
  ],
  loses: [],
};

test('one audience for two findings is one step for both, and says who gains; without a role that trusts it, nobody', () => {
  const stale = [{ ...gained, isOpen: true as const }];
  const rules = ['first', 'second'].map(id =>
    ruleOf(id, 'provider', ({ provider }) =>
      accepts(provider, 'sts.amazonaws.com') ? undefined : [addAudience(provider.arn, 'sts.amazonaws.com', stale)],
    ),
  );
  const change = { kind: 'audience-added', providerArn: shop.arn, audience: 'sts.amazonaws.com' };
  const both = plan(someFacts({ providers: complete([shop]), roles: complete([aRole()]) }), rules);
  // The first fix settles the second finding too.
  expect(both.steps).toEqual([{ change, findingIds: both.fixed.map(({ id }) => id), access: [gained] }]);
  expect(both.fixed.map(({ ruleId }) => ruleId)).toEqual(['first']);
  const none = plan(someFacts({ providers: complete([shop]), roles: complete([]) }), rules);
  expect(none.steps).toEqual([{ change, findingIds: none.fixed.map(({ id }) => id) }]);
});

test('a step that two findings need comes once, under both', () => {
  const needs = (own: string): AnyRule =>
    ruleOf(own, 'provider', ({ provider }) =>
      accepts(provider, own)
        ? undefined
        : [addAudience(provider.arn, own), addAudience(provider.arn, 'sts.amazonaws.com')],
    );
  const { steps, fixed } = plan(someFacts({ providers: complete([shop]) }), [needs('x'), needs('y')]);
  const [x, y] = fixed.map(({ id }) => id);
  expect(steps.map(({ change, findingIds }) => ['audience' in change && change.audience, findingIds])).toEqual([
    ['x', [x]],
    ['sts.amazonaws.com', [x, y]],
    ['y', [y]],
  ]);
});

test('of two edits of a policy of which one is no policy it is not known who gains', () => {
  const texts = ['old', 'between', 'new'].map(Id =>
    JSON.stringify(Id === 'new' ? { Id } : { ...JSON.parse(aTrustPolicy()), Id }),
  );
  const rules = ['old', 'between'].map((from, at) =>
    ruleOf(from, 'role', ({ role: { arn, trustPolicy } }) =>
      trustPolicy === texts[at] ? [setTrustPolicy(arn, trustPolicy, JSON.parse(texts[at + 1] ?? ''))] : undefined,
    ),
  );
  const { steps } = plan(someFacts({ roles: complete([aRole({ trustPolicy: texts[0] ?? '' })]) }), rules);
  expect(steps.map(({ change, access }) => [change, access])).toEqual([
    [
      { kind: 'trust-policy', roleArn: aRole().arn, before: texts[0], after: texts[2] },
      [{ roleArn: aRole().arn, gains: [], loses: [], isOpen: true }],
    ],
  ]);
});

const identity = (...subjects: readonly string[]) => ({
  ...{ issuer: 'i', audience: 'a', subjects, patterns: [], except: [] },
});
test.each([
  ['a question', { gains: [], loses: [] }, 'Which one?', 'A person must decide: Which one?'],
  [
    'no question, and a service account that loses a role',
    { gains: [], loses: [identity('s')] },
    undefined,
    'A person must decide: by this fix service accounts lose a role, or it is not known who does.',
  ],
  [
    'a question, and two service accounts that gain a role',
    { gains: [identity('s', 't')], loses: [] },
    'Which one?',
    'A person must decide, and name the id of this finding: Which one?',
  ],
])('a fix with %s waits for a person, and says why', (_, access, choice, why) => {
  const step = (arn: string): Act => ({
    ...addAudience(arn, 'sts.amazonaws.com'),
    access: [{ roleArn: aRole().arn, ...access }],
  });
  const rule = ruleOf(
    'asks',
    'provider',
    ({ provider }) => (accepts(provider, 'sts.amazonaws.com') ? undefined : [step(provider.arn)]),
    choice,
  );
  const found = plan(someFacts({ providers: complete([shop]) }), [rule], { ...all, isDecided: () => false });
  expect(found).toMatchObject({ steps: [], fixed: [], left: [{ finding: { ruleId: 'asks' }, why }] });
});

test('a finding without a step is left with its question, and without one with a sentence', () => {
  const asks = (choice?: string) =>
    plan(someFacts(), [ruleOf('none', 'provider', () => [], choice)]).left.map(({ why }) => why);
  expect([asks('Ask its owner.'), asks()]).toEqual([['Ask its owner.'], ['No step is known that fixes it.']]);
});

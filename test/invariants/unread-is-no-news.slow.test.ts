import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aRole } from '../support/example-world.ts';
import { barePod, worldOf } from '../support/in-cluster-world.ts';
import { poorerFacts } from '../support/poorer-facts.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Faults that rest on more reads than the example of their rule. */
const others: readonly (readonly [string, string, Facts])[] = [
  [
    'service-account-on-default',
    'whose role is of an association',
    worldOf(
      { serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: {} })]), pods: complete([]) },
      {},
      {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'default', roleArn: aRole().arn }]),
      },
    ),
  ],
  [
    'service-account-on-default',
    'whose role is of an association, beside a mistyped annotation',
    worldOf(
      {
        serviceAccounts: complete([
          aServiceAccount({ name: 'default', annotations: { 'eks.amazonaws.com/role_arn': aRole().arn } }),
        ]),
        pods: complete([]),
      },
      {},
      {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'default', roleArn: aRole().arn }]),
      },
    ),
  ],
  [
    'service-account-role-unannotated',
    'whose pods wait for secrets',
    worldOf(
      {
        serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
        pods: complete([
          barePod({ phase: 'Pending', mountsSecretsStore: true }),
          aPod({ name: 'driver', namespace: 'kube-system', serviceAccount: 'driver', secretsProvider: 'aws' }),
        ]),
      },
      { roles: complete([]) },
    ),
  ],
  [
    'service-account-role-unannotated',
    'that has another mark',
    worldOf({
      serviceAccounts: complete([
        aServiceAccount({ annotations: { 'eks.amazonaws.com/audience': 'sts.amazonaws.com' } }),
      ]),
      pods: complete([barePod()]),
    }),
  ],
  [
    'service-account-second-role',
    'whose first role is of an association',
    worldOf(
      { pods: complete([aPod({ containers: [aContainer({ assumesRole: aRole({ name: 'second' }).arn })] })]) },
      { roles: complete([aRole(), aRole({ name: 'second' })]) },
      {
        podIdentity: complete([
          { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn, sessionTags: true },
        ]),
      },
    ),
  ],
  [
    'service-account-second-role',
    'that a ClusterIssuer names',
    worldOf(
      {
        pods: complete([aPod({ controller: { name: 'cert-manager' } })]),
        controllerRoles: complete([
          {
            controller: 'cert-manager',
            namedBy: 'ClusterIssuer letsencrypt',
            roleArn: aRole({ name: 'zones' }).arn,
            by: 'role',
          },
        ]),
      },
      { roles: complete([aRole(), aRole({ name: 'zones' })]) },
    ),
  ],
];

const cases = [
  ...catalog.map(rule => [rule.id, 'as in its example', examplesOf(rule).fail.facts] as const),
  ...catalog.map(rule => [rule.id, 'where it holds', examplesOf(rule).pass.facts] as const),
  ...others.map(([id, title, facts]) => [id, title, () => facts] as const),
];

/** The steps that are no news: the finding is as it was, as far as it could be read. */
const quiet: readonly string[] = ['unconfirmed', 'confirmed', 'reassessed'];

/** What the runs after the first one tell, and the facts that any of them tells. */
const newsOf = (evaluations: readonly Evaluation[]): readonly string[] => {
  let known = nothingKnown;
  return evaluations.flatMap((evaluation, index) => {
    const run = aRun(index + 1);
    const change = reconcile(known, evaluation, run);
    known = stateAfter(known, change, run.at);
    const told = index === 0 ? [] : change.transitions.filter(({ kind }) => !quiet.includes(kind));
    return [
      ...told.map(({ kind, summary }) => `${kind}: ${summary}`),
      ...change.factChanges.map(({ kind, before, after }) => `${kind}: from ${before} to ${after}`),
    ];
  });
};

test.each(cases)('%s, %s: what is not read resolves, opens and changes nothing', (id, _title, factsOf) => {
  const facts = factsOf();
  const rules = catalog.filter(rule => rule.id === id);
  const whole = evaluate(facts, { rules });
  const news = poorerFacts(facts).flatMap(([name, read]) => {
    const part = evaluate(read, { rules });
    // That a whole reading finds more is news.
    const found = newsOf([part, whole]).filter(text => !text.startsWith('opened: '));
    return [...newsOf([whole, part, whole, part]), ...found].map(text => `${name}: ${text}`);
  });
  expect(news).toEqual([]);
});

test('parts of these worlds lose what findings rest on', () => {
  const lost = catalog.slice(0, 20).flatMap(rule => {
    const facts = examplesOf(rule).fail.facts();
    return poorerFacts(facts).filter(([, read]) => evaluate(read, { rules: [rule] }).findings.length === 0);
  });
  expect(lost.length).toBeGreaterThan(30);
});

/** All that an evaluation says beside findings: how far subjects were read, what is watched, and what was not read. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../../lib/rules/evaluate/evaluation.ts';
import { aPod, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { otherFacts } from '../../support/other-facts.ts';
import { poorerFacts } from '../../support/poorer-facts.ts';
import { whole } from '../../support/whole/whole.ts';
import { world } from '../../support/whole-worlds.ts';
import { anAssociation } from '../pod-identity/example-association.ts';

const facts = (): Facts =>
  world(
    {
      pods: complete([aPod()]),
      serviceAccounts: complete([aServiceAccount()]),
      webhook: complete(aWebhook({ service: { namespace: 'kube-system', name: 'webhook', ready: complete(1) } })),
    },
    {},
    { podIdentity: complete([anAssociation({ namespace: 'orders', serviceAccount: 'refund' })]) },
  );

const restOf = ({ findings: _findings, outcomes: _outcomes, undecided: _undecided, ...rest }: Evaluation): unknown =>
  rest;
/** An evaluation as lines: each entry of each of its members. */
const linesOf = (evaluation: unknown): readonly string[] =>
  Object.entries(evaluation as object).flatMap(([key, value]) =>
    Array.isArray(value)
      ? value.map(one => `${key} ${typeof one === 'string' ? one : JSON.stringify(one)}`)
      : [`${key} ${JSON.stringify(value)}`],
  );

/** Lines that another evaluation lacks, and those that it has beside. */
const differing = (one: readonly string[], other: readonly string[]): readonly string[] => [
  ...one.filter(line => !other.includes(line)).map(line => `- ${line}`),
  ...other.filter(line => !one.includes(line)).map(line => `+ ${line}`),
];

test('the whole of it', () => {
  const rest = restOf(evaluate(facts(), { rules: catalog }));
  whole('evaluation', [rest]);
  expect(rest).toHaveProperty('watched');
});

test('without one section', () => {
  const read = linesOf(restOf(evaluate(facts(), { rules: catalog })));
  const poorer = poorerFacts(facts());
  whole(
    'poorer',
    poorer.map(([name, less]) => ({ [name]: differing(read, linesOf(restOf(evaluate(less, { rules: catalog })))) })),
  );
  expect(poorer.length).toBeGreaterThan(20);
});

test('what is watched changes with what may be a drift, and with nothing else', () => {
  /** Undefined for facts that cannot be, such as a list with a hole in it. */
  const watched = (some: Facts) => {
    try {
      return evaluate(some, { rules: [] }).watched;
    } catch {
      return undefined;
    }
  };
  const before = new Map((watched(facts()) ?? []).map(({ kind, subject, value }) => [`${kind} ${subject}`, value]));
  const changes = otherFacts(facts()).flatMap(([name, other]) => {
    const found = watched(other);
    if (found === undefined) return [];
    const now = new Map(found.map(({ kind, subject, value }) => [`${kind} ${subject}`, value]));
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(key => before.get(key) !== now.get(key));
    return changed.length === 0 ? [] : [{ [name]: changed }];
  });
  whole('changes', changes);
  expect(changes.length).toBeGreaterThan(10);
});

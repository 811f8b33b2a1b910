import { expect, test } from '@jest/globals';
import { issuersByAccount } from '../../../lib/audit/steps/issuers-by-account.ts';
import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { anIssuer } from '../../support/example-world.ts';
import { examplesOf } from '../../support/rule-examples.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

/** The account as it is, and where all of one kind was deleted. */
const worldsOf = (snapshot: AccountSnapshot): readonly AccountSnapshot[] => {
  const none = complete([]);
  const regions = snapshot.regions.map(region => ({ ...region, clusters: none }));
  return [
    snapshot,
    { ...snapshot, providers: none },
    { ...snapshot, roles: none },
    { ...snapshot, regions },
    { ...snapshot, providers: none, regions },
  ];
};

/** The facts of a run that has read a world whole: with the issuers that it would have probed. */
const factsOf = (snapshot: AccountSnapshot, { now, settings }: Facts): Facts => {
  const fleet = indexOf([snapshot]);
  const urls = issuersByAccount([fleet], settings.registeredIssuers).get(snapshot.accountId) ?? [];
  const issuers = Object.fromEntries([...urls].map(url => [url, anIssuer({ url })]));
  return { snapshot, fleet, issuers, now, settings };
};

/** All but that of a cluster whose inside is not read. */
const rules = catalog.filter(({ id }) => id !== 'cluster-unauditable');

test.each(rules.map(rule => [rule.id, rule] as const))('worlds of %s that are read whole miss nothing', (_id, rule) => {
  const { fail, pass } = examplesOf(rule);
  const missed = [fail, pass].flatMap(example => {
    const facts = example.facts();
    return worldsOf(facts.snapshot).flatMap((snapshot, index) =>
      evaluate(factsOf(snapshot, facts), { rules: [] })
        .missed.filter(({ unasked }) => unasked !== true)
        .map(section => ({ index, ...section })),
    );
  });
  expect(missed).toEqual([]);
});

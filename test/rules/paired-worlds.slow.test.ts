/** Each form of each part of a world beside each form of each other part: all that the rules say of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { fleetForms, fleetWorld } from '../support/paired/fleet-forms.ts';
import { issuerForms, issuerWorld } from '../support/paired/issuer-forms.ts';
import { networkForms, networkWorld } from '../support/paired/network-forms.ts';
import { pairedWorlds } from '../support/paired/paired-worlds.ts';
import { podIdentityForms, podIdentityWorld } from '../support/paired/pod-identity-forms.ts';
import { strangerForms, strangerWorld } from '../support/paired/stranger-forms.ts';
import { halves, levelForms, trustWorld } from '../support/paired/trust-forms.ts';
import { webhookForms, webhookWorld } from '../support/paired/webhook-forms.ts';
import { workloadForms, workloadWorld } from '../support/paired/workload-forms.ts';
import { hashOf, whole } from '../support/whole/whole.ts';

/** Each finding by its rule, its message and the hash of all of it; of what is undecided the kinds, and the hash of all;
 *  and the hash of the rest: outcomes, gaps, what is watched, counts. */
const told = (facts: Facts): readonly string[] => {
  const { findings, undecided, gaps, ...rest } = evaluate(facts, { rules: catalog });
  expect(gaps.filter(({ section }) => section === 'rule')).toEqual([]);
  const open = undecided.filter(({ kind, subject }) => kind !== 'not-asked-for' || subject !== '*');
  const kinds = [...new Set(open.map(({ kind }) => kind))].sort();
  return [
    ...findings.map(one => `${one.severity} ${one.ruleId} ${one.messageId} ${short(one)}`),
    ...(open.length === 0 ? [] : [`${open.length} undecided: ${kinds.join(', ')} ${short(open)}`]),
    `rest ${short([rest, gaps])}`,
  ];
};

const short = (value: unknown): string => hashOf(JSON.stringify(value)).slice(0, 7);

test.each([
  ['trust policies', () => pairedWorlds(levelForms, trustWorld, 100)],
  ['other principals', () => pairedWorlds(strangerForms, strangerWorld, 100)],
  ['workloads', () => pairedWorlds(workloadForms, workloadWorld, 200)],
  ['webhooks', () => pairedWorlds(webhookForms, webhookWorld, 100)],
  ['issuers', () => pairedWorlds(issuerForms, issuerWorld, 200)],
  ['fleets', () => pairedWorlds(fleetForms, fleetWorld, 150)],
  ['associations', () => pairedWorlds(podIdentityForms, podIdentityWorld, 200)],
  ['networks', () => pairedWorlds(networkForms, networkWorld, 100)],
] as const)('%s', (_title, worlds) => {
  for (const [title, facts] of worlds()) whole(title, told(facts));
});

test('patterns of two statements together', () => {
  whole('any namespace', told(halves(letter => `system:serviceaccount:${letter}*:cart`)));
  whole('any service account', told(halves(letter => `system:serviceaccount:checkout:${letter}*`)));
});

/** Each form of each part of a world beside each form of each other part: all that the rules say of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { compareText } from '../../lib/text/compare-text.ts';
import { fleetForms, fleetWorld } from '../support/paired/fleet-forms.ts';
import { issuerForms, issuerWorld } from '../support/paired/issuer-forms.ts';
import { networkForms, networkWorld } from '../support/paired/network-forms.ts';
import { pairedWorlds } from '../support/paired/paired-worlds.ts';
import { podIdentityForms, podIdentityWorld } from '../support/paired/pod-identity-forms.ts';
import { strangerForms, strangerWorld } from '../support/paired/stranger-forms.ts';
import { halves, levelForms, trustWorld } from '../support/paired/trust-forms.ts';
import { webhookForms, webhookWorld } from '../support/paired/webhook-forms.ts';
import { workloadForms, workloadWorld } from '../support/paired/workload-forms.ts';
import { inBrief, keepSentences } from '../support/whole/in-brief.ts';
import { whole } from '../support/whole/whole.ts';
import { countsOf } from '../support/whole/words-in.ts';

/** Each finding of a world in brief, what is undecided by its kinds, and the outcomes by their kinds. */
const told = (facts: Facts, all: Finding[]): readonly string[] => {
  const { findings, undecided, gaps, outcomes, watched } = evaluate(facts, { rules: catalog });
  expect(gaps.filter(({ section }) => section === 'rule')).toEqual([]);
  all.push(...findings);
  const open = undecided.filter(({ kind, subject }) => kind !== 'not-asked-for' || subject !== '*');
  keepSentences(findings, open);
  return [
    ...findings.map(inBrief),
    ...[...open, ...watched].map(({ kind }) => kind),
    ...Object.values(outcomes),
    ...gaps.map(() => 'gap'),
  ];
};

/** By the form of each part how many worlds have it, how many different answers they have, and how often each thing is told of them. */
const byForm = (answers: readonly (readonly [title: string, told: readonly string[]])[]): readonly string[] => {
  const forms = answers.flatMap(([title, answer]) =>
    title.split(', ').map((form, at) => ({ form: `${at + 1} ${form}`, answer })),
  );
  return [...Map.groupBy(forms, ({ form }) => form)].map(([form, of]) => {
    const different = new Set(of.map(({ answer }) => answer.join())).size;
    const words = of.flatMap(({ answer }) => answer).sort(compareText);
    return `${form}: ${of.length} worlds, ${different} answers: ${countsOf(words)}`;
  });
};

/** Of each kind of finding how many there are, and how many different subjects, data, places and pieces of evidence. */
const kindsOf = (all: readonly Finding[]): readonly string[] =>
  [...Map.groupBy(all, inBrief)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([brief, of]) => {
      const different = (name: string, part: (finding: Finding) => unknown): string =>
        `${new Set(of.map(one => JSON.stringify(part(one)))).size} ${name}`;
      return `${brief}: ${of.length}; ${[
        different('subjects', one => [one.subject, one.discriminator]),
        different('data', one => one.data),
        different('places', one => [one.region, one.clusterArn, one.namespace, one.serviceAccount, one.roleArn]),
        different('evidence', one => one.evidence.map(({ got, data, at }) => data ?? [got, at])),
      ].join(', ')}`;
    });

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
  const all: Finding[] = [];
  const lines = byForm(worlds().map(([title, facts]) => [title, told(facts, all)]));
  whole('forms', lines, lines.length);
  const kinds = kindsOf(all);
  whole('kinds', kinds, kinds.length);
});

test('patterns of two statements together', () => {
  const any = { namespace: '%*:cart', 'service account': 'checkout:%*' };
  for (const [name, pattern] of Object.entries(any)) {
    const all: Finding[] = [];
    const facts = halves(letter => `system:serviceaccount:${pattern.replace('%', letter)}`);
    whole(`any ${name}`, [countsOf(told(facts, all)), ...kindsOf(all)]);
  }
});

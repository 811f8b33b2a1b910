/** Each form of two parts of a world where all other parts are plain: all that the rules of their groups say of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { rulesByGroup } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { compareText } from '../../lib/text/compare-text.ts';
import { fleetForms, fleetWorld } from '../support/paired/fleet-forms.ts';
import { issuerForms, issuerWorld } from '../support/paired/issuer-forms.ts';
import { networkForms, networkWorld } from '../support/paired/network-forms.ts';
import { plainWorlds } from '../support/paired/paired-worlds.ts';
import { podIdentityForms, podIdentityWorld } from '../support/paired/pod-identity-forms.ts';
import { strangerForms, strangerWorld } from '../support/paired/stranger-forms.ts';
import { levelForms, trustWorld } from '../support/paired/trust-forms.ts';
import { webhookForms, webhookWorld } from '../support/paired/webhook-forms.ts';
import { workloadForms, workloadWorld } from '../support/paired/workload-forms.ts';
import { inBrief } from '../support/whole/in-brief.ts';
import { whole } from '../support/whole/whole.ts';
import { countsOf } from '../support/whole/words-in.ts';

const { cluster, provider, issuer, trust, webhook, pod, runtime, reach } = rulesByGroup;
const { 'service-account': serviceAccount, 'pod-identity': podIdentity } = rulesByGroup;

/** The answers about a world: findings in brief, and rules that are undecided. */
const told = (facts: Facts, rules: readonly AnyRule[]): readonly string[] => {
  const { findings, undecided } = evaluate(facts, { rules });
  return [...findings.map(inBrief), ...undecided.map(({ ruleId, kind }) => `${kind} ${ruleId}`)];
};

/** By the form of a part what is told of all worlds that have it, so that a difference names it. */
const byForm = (
  worlds: Iterable<readonly [choice: readonly (readonly [string, string])[], facts: Facts]>,
  rules: readonly AnyRule[],
): void => {
  const found = new Map<string, string[]>();
  const answers: (readonly [answer: string, part: string])[] = [];
  for (const [choice, facts] of worlds) {
    const said = told(facts, rules);
    for (const [part, form] of choice) {
      const key = `${part} ${form}`;
      found.set(key, [...(found.get(key) ?? []), said.join(', ')]);
      answers.push(...said.map(one => [one, part] as const));
    }
  }
  expect(found.size).toBeGreaterThan(20);
  const lines: string[] = [];
  for (const [form, all] of found) lines.push(`${form}: ${all.length} worlds, ${new Set(all).size} answers`);
  whole('forms', lines, lines.length);
  const counts = [...Map.groupBy(answers, ([answer]) => answer)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([answer, of]) => `${answer}: ${countsOf(of.map(([, part]) => part).sort())}`);
  whole('answers', counts, counts.length);
};

test.each([
  [
    'trust policies',
    () => plainWorlds(levelForms, trustWorld, ['subject', 'providers']),
    [...trust, ...reach, ...serviceAccount],
  ],
  ['other principals', () => plainWorlds(strangerForms, strangerWorld, ['principal']), trust],
  [
    'workloads',
    () => plainWorlds(workloadForms, workloadWorld, ['association', 'roles', 'runtime']),
    [...serviceAccount, ...pod, ...runtime],
  ],
  ['webhooks', () => plainWorlds(webhookForms, webhookWorld), [...webhook, ...pod]],
  ['issuers', () => plainWorlds(issuerForms, issuerWorld), [...provider, ...issuer, ...cluster]],
  ['fleets', () => plainWorlds(fleetForms, fleetWorld), [...trust, ...provider]],
  ['associations', () => plainWorlds(podIdentityForms, podIdentityWorld), [...podIdentity, ...pod]],
  ['networks', () => plainWorlds(networkForms, networkWorld), [...cluster, ...pod]],
] as const)('%s', (_title, worlds, rules) => {
  byForm(worlds(), rules);
});

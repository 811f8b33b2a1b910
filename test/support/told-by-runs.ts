/** What the runs of one account tell, one after another, over the real rules. */
import { type KnownState, nothingKnown } from '../../lib/core/drift/known-state.ts';
import { reconcile } from '../../lib/core/drift/reconcile.ts';
import { evaluate } from '../../lib/core/evaluate/evaluate.ts';
import type { Waiver } from '../../lib/core/evaluate/waivers.ts';
import type { Facts } from '../../lib/core/facts/facts.ts';
import { catalog } from '../../lib/core/rules/catalog.ts';
import { aRun, stateAfter } from './drift-builders.ts';

/** Answers the steps of the next run: `kind rule [discriminator] severity`, and why if it is resolved. */
export const toldByRuns = (waivers: readonly Waiver[] = []): ((facts: Facts) => readonly string[]) => {
  let known: KnownState = nothingKnown;
  let number = 0;
  return facts => {
    number += 1;
    const run = aRun(number);
    const change = reconcile(known, evaluate(facts, { rules: catalog, waivers }), run);
    known = stateAfter(known, change, run.at);
    return change.transitions.map(({ kind, after: { finding, resolution } }) => {
      const discriminator = finding.discriminator === '' ? '' : ` [${finding.discriminator.split(':').at(-1)}]`;
      const why = kind === 'resolved' ? `: ${resolution}` : '';
      return `${kind} ${finding.ruleId}${discriminator} ${finding.severity}${why}`;
    });
  };
};

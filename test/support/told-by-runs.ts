/** The news of the runs of one account, one after another, over the real rules. */

import type { Facts } from '../../lib/facts/facts.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Waiver } from '../../lib/rules/evaluate/waivers.ts';
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

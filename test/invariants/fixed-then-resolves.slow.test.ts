import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { everyUse } from '../support/every-use.ts';
import { aWhollyReadCluster } from '../support/example-cluster.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { casesOf } from '../support/sample.ts';

const detail = complete({
  attachedPolicyArns: [],
  isAdministrator: false,
  tags: {},
  lastUsedAt: '2026-10-30T00:00:00.000Z',
});
/** The account as it is when all is fixed, read to the last page. */
const fixed = evaluate(
  someFacts({
    settings: { inCluster: true },
    controlPolicies: complete([]),
    ...everyUse(complete([aRole()])),
    clusters: complete([aWhollyReadCluster()]),
    roles: complete([aRole({ detail })]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
  }),
  { rules: catalog },
);
const broken = catalog.map(rule => ({
  id: rule.id,
  evaluation: evaluate(examplesOf(rule).fail.facts(), { rules: catalog }),
}));

/** The findings that are still open after these runs and one over the fixed account. */
const leftOpen = (runs: readonly (typeof broken)[number][]): readonly string[] => {
  let known = nothingKnown;
  for (const [at, evaluation] of [...runs.map(one => one.evaluation), fixed].entries()) {
    const run = aRun(at + 1);
    known = stateAfter(known, reconcile(known, evaluation, run), run.at);
  }
  return known.findings
    .filter(one => one.status !== 'resolved')
    .map(({ finding, status }) => `${status} ${finding.ruleId} ${finding.subject}`);
};

test('the fixed account has no findings', () => {
  expect(fixed.findings.map(one => one.ruleId)).toEqual([]);
});

test.each(broken.map(one => [one.id, one] as const))(
  '%s: fixed and wholly read, it is resolved at that run',
  (_id, one) => {
    expect(one.evaluation.findings.length).toBeGreaterThan(0);
    expect(leftOpen([one])).toEqual([]);
  },
);

test('after any runs over broken worlds, one over the fixed account leaves nothing open', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...broken), { minLength: 1, maxLength: 6 }), runs => {
      expect(leftOpen(runs)).toEqual([]);
    }),
    { numRuns: casesOf(50) },
  );
});

import { describe, expect, test } from '@jest/globals';
import { restartsAgain } from '../../../lib/cli/fix/missed-pods.ts';
import { goingOn } from '../../../lib/cli/fix/progress-in-words.ts';
import { restartPods } from '../../../lib/fixes/kubernetes-steps.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { PlannedStep } from '../../../lib/plan/plan.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';
import { barePod } from '../../support/in-cluster-world.ts';

const owner = { kind: 'Deployment', name: 'cart' };
const step = (name: string, createdAt: string, findingIds: readonly string[] = ['f1']): PlannedStep[] =>
  restartPods({ cluster: aCluster(), namespace: 'checkout' }, { ...owner, pods: [{ name, createdAt }] }).steps.map(
    one => ({ ...one, findingIds }),
  );
const plan = { steps: step('cart-old', '2026-10-01T10:00:00Z'), fixed: [], left: [] };
/** An audit after the restart, which finds these pods without their role. */
const later = (...pods: readonly (readonly [name: string, createdAt: string])[]) =>
  restartsAgain(plan, {
    facts: [
      someFacts({
        settings: { inCluster: true },
        clusters: complete([
          aReadCluster({ pods: complete(pods.map(([name, createdAt]) => barePod({ name, createdAt, owner }))) }),
        ]),
      }),
    ],
    choices: { rules: catalog },
  } as unknown as Parameters<typeof restartsAgain>[1]).length;

describe('a workload is restarted once more', () => {
  test('where all of its pods are new, and have no role', () => {
    expect(later(['cart-new', '2026-11-01T05:59:00Z'])).toBe(1);
    expect(later(['cart-old', '2026-11-01T05:59:00Z'])).toBe(1);
  });

  test('not where its roll-out is unfinished: the webhook missed nothing', () => {
    expect(later(['cart-old', '2026-10-01T10:00:00Z'])).toBe(0);
    expect(later(['cart-old', '2026-10-01T10:00:00Z'], ['cart-new', '2026-11-01T05:59:00Z'])).toBe(0);
  });
});

test('a plan that one step stops goes on with the findings of the others', () => {
  const paused = step('a', '2026-10-01T10:00:00Z', ['aaaaaaaaaa']);
  const others = ['bbbbbbbbbb', 'cccccccccc'].flatMap(id => step('b', '2026-10-01T10:00:00Z', [id, 'aaaaaaaaaa']));
  const told = paused.map(one => goingOn(one, [...paused, ...others]));
  expect(told).toEqual(['. To do the rest without it: irsa-auditor fix --apply bbbbbbbb cccccccc']);
  expect(paused.map(one => goingOn(one, paused))).toEqual(['']);
});

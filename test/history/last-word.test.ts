/**
 * The last word is true: whatever happens to findings, however often sending fails and whatever a destination wants,
 * it believes in the end what the table says (docs/delivery.md).
 */
import { expect, test } from '@jest/globals';
import { isClosing } from '../../lib/history/open-as.ts';
import { routeDigest } from '../../lib/history/routing.ts';
import type { Transition } from '../../lib/history/transition.ts';
import {
  aFilter,
  aFloor,
  aRunOf,
  choosesByPlace,
  digestsOf,
  isWanted,
  quiet,
  type RunOf,
  trueWords,
} from '../support/drawn-runs.ts';
import { fc } from '../support/properties.ts';

test('a destination that takes steps in any order believes what the table says', () =>
  fc.assert(
    fc.property(
      fc.array(aRunOf, { minLength: 1, maxLength: 9 }),
      aFilter,
      aFloor,
      fc.boolean(),
      (drawn, filter, minSeverity, isFixed) => {
        const last = isFixed ? [{ states: [quiet, quiet] as const, unread: false, sends: true }] : [];
        const runs = [...drawn, ...last] as RunOf[];
        const { known, digests } = digestsOf(
          runs.map((run, index) => (index === runs.length - 1 ? { ...run, sends: true } : run)),
          minSeverity,
        );
        const believed = new Map<string, Transition>();
        for (const digest of digests.flatMap(each => each ?? [])) {
          const told = routeDigest(digest, filter)?.transitions ?? [];
          expect(new Set(told.map(({ after }) => after.finding.id)).size).toBe(told.length);
          for (const transition of [...told].reverse()) believed.set(transition.after.finding.id, transition);
        }
        const table = new Map(known.findings.map(item => [item.finding.id, item]));
        for (const [id, transition] of believed) {
          const status = table.get(id)?.status ?? 'resolved';
          expect(trueWords(status)).toContain(isClosing(transition) ? transition.kind : 'open');
          const severity = table.get(id)?.finding.severity;
          if (!isClosing(transition)) expect(transition.after.finding.severity).toBe(severity);
        }
        for (const item of table.values())
          if (isWanted(item, filter, minSeverity)) {
            const word = believed.get(item.finding.id);
            if (choosesByPlace(filter)) continue;
            expect(word?.after.status).toBe('open');
            expect(word?.after.finding.severity).toBe(item.finding.severity);
          }
      },
    ),
    { numRuns: 500 },
  ));

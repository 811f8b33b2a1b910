/**
 * Schedules of an earlier harness that once showed a broken promise, by their seeds there. The same number draws another
 * schedule here, so none of them is run again: each names the test that shows what it showed, small and by itself.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { faultsOf } from './faults-of.ts';

/** Schedules of this harness that showed a broken promise, or an expectation that was none: a run whose reading ended
 *  early has not read everything (2631), history is kept for 400 days (1727), and a cause that explains another failure
 *  of the same subject (1605; see `test/core/drift/causes.test.ts`). An old SDK is no cause while the provider is not
 *  read (50004). A step that died while it was sending told an older step after a newer one (20145; see
 *  `test/audit/deliver-overtaken.test.ts`). What an attempt of the summary has sent that failed then is not in the result of the
 *  next one (5). Which certificates AWS sees is not known while the host of the keys is not read (292; see
 *  `test/core/rules/issuer/table.test.ts`). A function whose execution is stopped comes to its end before the next run
 *  (960), and none is at work for longer than Lambda lets it be (1025). A provider that is
 *  missing is no worse for what was not read (18, 58; see `test/scenarios/judged-worlds.test.ts`), and whether it is left
 *  by a cluster that is gone may be unknown (372, 385; see `test/invariants/partial-runs-model-worlds.test.ts`).
 *  What a list lacks that is not read again may be a provider, whose issuer was not probed then (300099; see
 *  `test/core/rules/trust/corners.test.ts`). A waiver that expires between two runs opens a finding in a world that is the
 *  same (400084 of the profile `reads`). A step that cannot write down who has the digest cannot say it to its repeat (690),
 *  and a record says nothing of what an invocation sends later that was given up (1388). What is asked for in a
 *  cluster that was not listed is not known (5885; see `test/core/rules/provider/table.test.ts`). A severity may be lower than in truth where
 *  something was not read (6588). Of a list that was read in part, nothing may be read later (6888; see
 *  `test/core/drift/read-coverage.test.ts`). A repeat may send what the first invocation left, and be refused by the same
 *  destination for something else (8389; see `test/audit/deliver.test.ts`). */
const shown = [
  2631, 1605, 1727, 50004, 20145, 5, 292, 960, 1025, 18, 58, 372, 385, 300099, 690, 1388, 5885, 6588, 6888,
];

test.each([
  [shown, undefined],
  [[400084], 'reads'],
] as const)(
  'every promise is kept in the schedules %j that once showed something (profile: %s)',
  async (seeds, profile) => {
    expect(await faultsOf(seeds, profile)).toEqual({ exitCode: 0, schedules: seeds.length, broken: [] });
  },
  600_000,
);

const causes = 'test/invariants/gaps-and-causes.test.ts';
const promises = 'test/faults/store-promises.test.ts';
const leases = 'test/support/lease-laws.ts';
const ids = 'test/core/evaluate/evaluate.test.ts';

test.each([
  [[10117], causes, 'a cause that can no longer be decided hides nothing that it once explained, where all was read'],
  [[10049], causes, 'another effect of a known cause opens beside a cluster that failed'],
  [[10124], causes, 'beside a cluster that is %s'],
  [[10185], causes, 'where the account has no issuer left to probe'],
  [
    [10026, 10047],
    causes,
    'events of CloudTrail that were not read resolve nothing of a role whose other calls were read',
  ],
  [[10085, 10110], ids, 'where two have a provider of one registered issuer'],
  [[10582, 10123], promises, 'an older run that is overtaken while it writes leaves what the newer one confirmed'],
  [[10318], leases, 'only one invocation sends at a time, be they of one run; one that died gives way'],
  [[11125], promises, 'a step that is added while another invocation marks those before it is not lost'],
  [
    [21042],
    'test/scenarios/partly-read-accounts.test.ts',
    'does not begin to refuse the service account because its provider was not read',
  ],
  [
    [20013],
    'test/audit/deliver-overtaken.test.ts',
    'a step that had to wait is not told after a later one of the same finding',
  ],
  [[10920], promises, 'nothing is forgotten before it is sent, however long that takes'],
])('what the earlier seeds %j showed has a test in %s: %s', (_seeds, file, title) => {
  expect(readFileSync(file, 'utf8')).toContain(title);
});

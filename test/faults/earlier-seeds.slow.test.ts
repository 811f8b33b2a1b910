/**
 * Schedules of an earlier harness that once showed a broken promise, by their seeds there. The same number draws another
 * schedule here, so none of them is run again: each names the test that shows what it showed, small and by itself.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { sample } from '../support/sample.ts';
import { faultsOf } from './faults-of.ts';

/** Schedules of this harness that showed a broken promise, or an expectation that was none, and what that was. */
const shown: Readonly<Record<number, string>> = {
  2631: 'a run whose reading ended early has not read everything',
  1727: 'history is kept for 400 days',
  1605: 'a cause explains another failure of the same subject: test/history/causes.test.ts',
  50004: 'an old SDK is no cause while the provider is not read',
  20145:
    'a step that died while it was sending told an older step after a newer one: test/audit/deliver-overtaken.test.ts',
  959: 'a fast run writes nothing of an account that the full run beside it no longer audits: test/audit/fast-lane/base.slow.test.ts',
  5: 'what an attempt of the summary has sent that failed then is not in the result of the next one',
  292: 'which certificates AWS sees is not known while the host of the keys is not read: test/rules/issuer/unread-host.test.ts',
  960: 'a function whose execution is stopped comes to its end before the next run',
  1025: 'no function is at work for longer than Lambda lets it be',
  18: 'a provider that is missing is no worse for what was not read: test/scenarios/judged-worlds.test.ts',
  58: 'the same',
  372: 'whether a provider is left by a cluster that is gone may be unknown: test/invariants/partial-runs-model-worlds.slow.test.ts',
  385: 'the same',
  300099: 'what a list lacks that is not read again may be a provider, whose issuer was not probed then',
  690: 'a step that cannot write down who has the digest cannot say it to its repeat',
  1388: 'a record says nothing of what an invocation sends later that was given up',
  5885: 'what is asked for in a cluster that was not listed is not known: test/rules/provider/provider-url-mismatch.test.ts',
  6588: 'a severity may be lower than in truth where something was not read',
  6888: 'of a list that was read in part, nothing may be read later: test/history/reading.test.ts',
  8389: 'a repeat may send what the first invocation left, and be refused something else: test/audit/deliver.test.ts',
  20014: 'issuers answer as they are now, whatever a full run has read of their clusters before a fast one',
  6784: 'a fast run probes the issuers of the full run beside it, too',
  7134: 'an expired waiver is as open as the exposure that it was written for: test/history/causes.test.ts',
  9023: 'what another invocation has sent meanwhile is sent: test/audit/deliver.test.ts',
  950381:
    'a name breaks nothing for sure while its provider was not read: test/rules/trust/trust-subject-unknown-namespace.test.ts',
  950847:
    'an association of a service account that was not read is no proof of a role: test/rules/webhook/webhook-missing.test.ts',
  952144: 'a digest whose answer was lost stands where it came again',
  22077: 'events may name another provider in the same words: test/history/reading.test.ts',
  4100248:
    'what a poorer reading found to be about another thing is no change once it is read whole: test/history/compare-finding.test.ts',
  9301486: 'effects elsewhere are as another cluster was read: test/history/reading.test.ts',
  41001388: 'what the run beside it has seen gone is looked for by no second look',
};
/** By seed and profile: a waiver that expires between two runs opens a finding in a world that is the same. */
const shownOfReads = [400_084];
/** A fast run is laid over the full run beside it, of which it takes CloudTrail, too: test/audit/fast-lane/base.slow.test.ts. */
const shownOfOverlaps = [40_017, 40_027];

test.each([
  [sample(Object.keys(shown).map(Number), 3), undefined],
  [shownOfReads, 'reads'],
  [shownOfOverlaps, 'overlap'],
] as const)(
  'every promise is kept in the schedules %j that once showed something (profile: %s)',
  async (seeds, profile) => {
    expect(await faultsOf(seeds, profile)).toEqual({ exitCode: 0, schedules: seeds.length, broken: [] });
  },
  600_000,
);

const causes = 'test/invariants/gaps-and-causes.test.ts';
const promises = 'test/faults/store-promises.slow.test.ts';
const leases = 'test/support/lease-laws.ts';
const ids = 'test/rules/evaluate/evaluate.test.ts';

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

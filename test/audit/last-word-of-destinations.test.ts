/**
 * Each destination ends with what is true, and hears nothing older after something newer: whatever it refuses, takes in part or
 * is sent by a step that dies (docs/delivery.md).
 */
import { expect, test } from '@jest/globals';
import { drain } from '../../lib/audit/drain.ts';
import type { Waiting } from '../../lib/audit/outbox.ts';
import { PartlyDelivered } from '../../lib/audit/partly-delivered.ts';
import type { Notifier } from '../../lib/audit/ports.ts';
import { areaKey } from '../../lib/history/coverage-area.ts';
import { isClosing } from '../../lib/history/open-as.ts';
import type { Digest, Transition } from '../../lib/history/transition.ts';
import { routedNotifier } from '../../lib/notify/routed-notifier.ts';
import { aFilter, aFloor, aRunOf, choosesByPlace, digestsOf, isWanted, trueWords } from '../support/drawn-runs.ts';
import { fc } from '../support/properties.ts';

/** What becomes of the digests of one run, one after the other: those beyond are taken. `dies`: it is taken, and the step ends. */
type Fate = 'takes' | 'refuses' | 'takes a part' | 'dies' | 'holds';
const aFate = fc.constantFrom<Fate>('takes', 'takes', 'refuses', 'takes a part', 'dies', 'holds');
const aDay = fc.record({
  run: aRunOf,
  fates: fc.oneof(fc.array(aFate, { maxLength: 3 }), fc.constant<readonly Fate[]>(['refuses', 'refuses'])),
  isFast: fc.boolean(),
});

/** A destination with its outbox. `took` and `givenUp`: digests, in order. */
const destination = (filter: Parameters<typeof routedNotifier>[1]['when']) => {
  const took: Digest[] = [];
  const givenUp: Digest[] = [];
  let waiting: readonly Waiting[] = [];
  let fates: Fate[] = [];
  let isDead = false;
  const send: Notifier['send'] = async digest => {
    const fate = isDead ? 'refuses' : (fates.shift() ?? 'takes');
    if (fate === 'refuses') throw new Error('not now');
    if (fate === 'holds') return 'held';
    if (fate === 'takes a part') {
      const half = Math.ceil(digest.transitions.length / 2);
      took.push({ ...digest, transitions: digest.transitions.slice(0, half), coverage: undefined } as never);
      throw new PartlyDelivered('a part', { ...digest, transitions: digest.transitions.slice(half) });
    }
    took.push(digest);
    isDead = fate === 'dies';
    return 'sent';
  };
  const notifier = routedNotifier({ name: 'x', send }, { when: filter }, () => '');
  /** One run sends. Where its step dies the outbox is as it was written last. */
  const day = async (digest: Digest | undefined, drawn: readonly Fate[], isFast: boolean): Promise<void> => {
    [fates, isDead] = [[...drawn], false];
    const queue = [
      ...waiting,
      ...(digest === undefined ? [] : [{ digest, attempts: 0, ...(isFast ? { fast: true as const } : {}) }]),
    ];
    waiting = queue;
    const drained = await drain(notifier, queue, {
      ...{ counts: isFast ? 0 : 1, isLate: () => isDead },
      save: async left => {
        if (!isDead) waiting = left;
      },
    });
    if (isDead) return;
    waiting = drained.waiting;
    givenUp.push(...drained.givenUp.map(each => each.digest));
  };
  return { day, took, givenUp, left: () => waiting.length };
};

const keyOf = ({ after: { finding } }: Transition): string => finding.id;

/** The newest step of each finding, and the last that came; the same of coverage. */
const wordsIn = (digests: readonly Digest[]) => {
  const [came, newest] = [new Map<string, Transition>(), new Map<string, Transition>()];
  const [noticed, latest] = [new Map<string, string>(), new Map<string, string>()];
  for (const { transitions, coverage } of digests) {
    for (const transition of transitions) {
      came.set(keyOf(transition), transition);
      const before = newest.get(keyOf(transition));
      if (before === undefined || before.after.version <= transition.after.version)
        newest.set(keyOf(transition), transition);
    }
    for (const notice of coverage?.notices ?? []) {
      const word = `${notice.at} ${notice.kind}`;
      noticed.set(areaKey(notice), word);
      if ((latest.get(areaKey(notice)) ?? '') <= word) latest.set(areaKey(notice), word);
    }
  }
  return { came, newest, noticed, latest };
};

test('whatever becomes of the digests on their way, each destination ends with what is true', () =>
  fc.assert(
    fc.asyncProperty(fc.array(aDay, { minLength: 1, maxLength: 16 }), aFilter, aFloor, async (days, filter, floor) => {
      const runs = days.map(({ run }, index) => (index === days.length - 1 ? { ...run, sends: true } : run));
      const { known, digests, unread } = digestsOf(runs, floor);
      const { day, took, givenUp, left } = destination(filter);
      for (const [index, { fates, isFast }] of days.entries()) await day(digests[index], fates, isFast);
      await day(undefined, [], false);
      expect(left()).toBe(0);
      const { came, newest, noticed, latest } = wordsIn(took);
      expect([...came].map(([id, { after }]) => [id, after.version])).toEqual(
        [...newest].map(([id, { after }]) => [id, after.version]),
      );
      expect(noticed).toEqual(latest);
      const read = wordsIn([...givenUp, ...took]);
      for (const item of known.findings) {
        const word = read.newest.get(item.finding.id);
        const mustKnow = !choosesByPlace(filter) && isWanted(item, filter, floor);
        if (word === undefined) {
          expect(mustKnow).toBe(false);
          continue;
        }
        expect(trueWords(item.status)).toContain(isClosing(word) ? word.kind : 'open');
        if (mustKnow) expect(word.after.finding.severity).toBe(item.finding.severity);
      }
      // Every filter that is drawn wants to know that something cannot be read.
      expect([...read.latest].filter(([, word]) => word.endsWith('fell')).map(([key]) => key)).toEqual(unread);
    }),
    { numRuns: 300 },
  ));

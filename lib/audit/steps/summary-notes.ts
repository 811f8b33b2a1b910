import { type SubscriptionState, subscribeCommand } from '../../model.ts';
import { insideSentence } from '../../report/summary.ts';
import { counted, shortListOf } from '../../text.ts';
import { unreadFrom } from '../failure.ts';
import type { RunRecord, SubscriptionReader } from '../ports.ts';

/** Milliseconds without a run that are said. */
const oldRun = 7 * 24 * 3_600_000;
const namesShown = 5;
/** A record names no more of them. */
const mostRecorded = 100;

/** The faults of the last run. */
export const runNotes = (run: RunRecord | undefined, at: string): readonly string[] => {
  if (run === undefined) return ['No run is recorded: nothing is known of what can be read.'];
  const { failedAccounts, failure, startedAt, gaps, gapCount } = run;
  return [
    ...(failure === undefined ? [] : [`The last run, of ${startedAt}, did not succeed: ${failure.message}.`]),
    ...(Date.parse(at) - Date.parse(startedAt) > oldRun
      ? [`The last run is of ${startedAt}: none has run since.`]
      : []),
    ...(failedAccounts.length === 0
      ? []
      : [
          `Nothing could be read of ${failedAccounts.length >= mostRecorded ? 'at least ' : ''}${counted(failedAccounts.length, 'AWS account')}: ${shortListOf(failedAccounts, namesShown)}.`,
        ]),
    ...insideSentence(gaps, gaps.length < gapCount),
  ];
};

/** Who does not read what is sent. A failed read is said, too. */
export const subscriptionNotes = async (subscriptions: SubscriptionReader | undefined): Promise<readonly string[]> => {
  if (subscriptions === undefined) return [];
  try {
    return unreadBy(await subscriptions.read());
  } catch (error) {
    return [
      `Whether subscriptions are confirmed could not be read: ${unreadFrom(error, 'list subscriptions').message}.`,
    ];
  }
};

const unreadBy = (states: readonly SubscriptionState[]): readonly string[] =>
  states
    .filter(({ state }) => state !== 'confirmed')
    .map(subscription => {
      const { address, state, topicArn } = subscription;
      const topic = topicArn.split(':').at(-1);
      return state === 'pending'
        ? `${address} has not confirmed its subscription to ${topic}, and gets nothing.`
        : `${address} is not subscribed to ${topic}, and gets nothing. Run ${subscribeCommand(subscription)} and confirm within 48 hours.`;
    });

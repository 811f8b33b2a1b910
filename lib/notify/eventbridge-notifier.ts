import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Notifier } from '../audit/ports.ts';
import { DeliveryFailed } from './errors.ts';
import { transitionEvent } from './events.ts';

/** What rules match events by. */
const eventSource = 'irsa-auditor';
const eventDetailType = 'irsa-auditor.finding';

const entriesACall = 10;
const attempts = 3;

/** Puts one event a transition on the default bus. Entries that the bus refuses are put again, alone; throws
 *  `DeliveryFailed` if some are still refused. */
export const eventBridgeNotifier = (name: string, client: EventBridgeClient): Notifier => ({
  name,
  send: async digest => {
    const entries = digest.transitions.map(
      (transition): PutEventsRequestEntry => ({
        EventBusName: 'default',
        Source: eventSource,
        DetailType: eventDetailType,
        Time: new Date(transition.at),
        Resources: [transition.after.finding.subject].filter(subject => subject.startsWith('arn:')),
        Detail: JSON.stringify(transitionEvent(digest, transition)),
      }),
    );
    for (let start = 0; start < entries.length; start += entriesACall)
      await putAll(client, entries.slice(start, start + entriesACall), attempts);
    return 'sent';
  },
});

const putAll = async (
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
  left: number,
): Promise<void> => {
  const { Entries = [], FailedEntryCount = 0 } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
  if (FailedEntryCount === 0) return;
  const refused = entries.filter((_, index) => Entries[index]?.ErrorCode !== undefined);
  if (left <= 1) {
    const codes = [...new Set(Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []))].join(', ');
    throw new DeliveryFailed(`EventBridge refused ${FailedEntryCount} events: ${codes}`);
  }
  await putAll(client, refused, left - 1);
};

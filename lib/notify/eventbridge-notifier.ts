import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Notifier } from '../audit/ports.ts';
import type { Digest, Transition } from '../history/transition.ts';
import { transitionEvent } from './events.ts';
import { putInBatches } from './put-in-batches.ts';

/** The fields that rules match events by. */
const eventSource = 'irsa-auditor';
const eventDetailType = 'irsa-auditor.finding';

/** Entries of a call (EventBridge API reference, PutEvents). */
const maxEntries = 10;
/** All entries of a call together must be below 256 KB (EventBridge User Guide, "Calculating PutEvents event entry size";
 *  some regions take 1 MB). */
const maxBytes = 240 * 1024;

/** Puts one event a transition on the default bus. Throws `PartlyDelivered` with those that the bus did not take. */
export const eventBridgeNotifier = (name: string, client: EventBridgeClient): Notifier => ({
  name,
  everyFinding: true,
  send: async digest => {
    await putInBatches(digest, {
      service: 'EventBridge',
      maxEntries,
      maxBytes,
      entryOf: transition => entryOf(digest, transition),
      bytesOf,
      put: async entries => {
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
        // An event that was taken has an id (EventBridge User Guide, "Handling failures with PutEvents").
        return entries.map((_entry, index) => {
          const { EventId, ErrorCode = 'unknown' } = Entries[index] ?? {};
          return EventId === undefined ? ErrorCode : undefined;
        });
      },
    });
    return 'sent';
  },
});

const entryOf = (digest: Digest, transition: Transition): PutEventsRequestEntry => ({
  EventBusName: 'default',
  Source: eventSource,
  DetailType: eventDetailType,
  Time: new Date(transition.at),
  Resources: [transition.after.finding.subject].filter(subject => subject.startsWith('arn:')),
  Detail: JSON.stringify(transitionEvent(digest, transition)),
});

/** As EventBridge counts; the time is 14 bytes. */
const bytesOf = ({ Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 14);

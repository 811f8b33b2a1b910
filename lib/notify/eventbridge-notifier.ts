import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { findingEvents } from '../audit/contract.ts';
import type { Notifier } from '../audit/ports.ts';
import type { Digest, Transition } from '../history/transition.ts';
import { transitionEvent } from './events.ts';
import { putInBatches } from './put-in-batches.ts';

/** Entries of a call (EventBridge API reference, PutEvents). */
const maxEntries = 10;
/** All entries of a call together must be below 256 KB (EventBridge User Guide, "Calculating PutEvents event entry size";
 *  some regions take 1 MB). */
const maxBytes = 240 * 1024;

/** Puts one event a transition on the default bus. Throws `PartlyDelivered` with those that the bus did not take. */
export const eventBridgeNotifier = (name: string, client: EventBridgeClient, auditorArn?: string): Notifier => ({
  name,
  everyFinding: true,
  send: async digest => {
    await putInBatches(digest, {
      service: 'EventBridge',
      maxEntries,
      maxBytes,
      entryOf: transition => entryOf(digest, transition, auditorArn),
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

/** `auditorArn`, the state machine's: several auditors of an account put their events on one bus. */
const entryOf = (digest: Digest, transition: Transition, auditorArn = ''): PutEventsRequestEntry => ({
  EventBusName: 'default',
  Source: findingEvents.source,
  DetailType: findingEvents.detailType,
  Time: new Date(transition.at),
  Resources: [auditorArn, transition.after.finding.subject].filter(subject => subject.startsWith('arn:')),
  Detail: JSON.stringify(transitionEvent(digest, transition)),
});

/** As EventBridge counts; the time is 14 bytes. */
const bytesOf = ({ Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 14);

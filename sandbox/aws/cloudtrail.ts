import { createHash } from 'node:crypto';
import type { WorldEvent } from '../world/world.ts';
import { type Call, count, type Operations, optionalText, page } from './operation.ts';

/** Seconds or an ISO date, as clients of the JSON protocol send times. */
const timeOf = (value: unknown, standard: number): number => {
  if (typeof value === 'number') return value * 1000;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? standard : parsed;
};

const wantedName = (call: Call): string | undefined => {
  const attributes = call.input.LookupAttributes;
  if (!Array.isArray(attributes)) return undefined;
  for (const attribute of attributes as unknown[])
    if (
      typeof attribute === 'object' &&
      attribute !== null &&
      'AttributeKey' in attribute &&
      'AttributeValue' in attribute
    )
      if (attribute.AttributeKey === 'EventName') return String(attribute.AttributeValue);
  return undefined;
};

const shown = (event: WorldEvent) => {
  const json = JSON.stringify(event.record);
  const { eventID, eventName, eventSource } = event.record;
  return {
    EventId: typeof eventID === 'string' ? eventID : createHash('sha256').update(json).digest('hex').slice(0, 32),
    EventName: typeof eventName === 'string' ? eventName : 'AssumeRoleWithWebIdentity',
    EventSource: typeof eventSource === 'string' ? eventSource : 'sts.amazonaws.com',
    EventTime: Date.parse(event.time) / 1000,
    ReadOnly: 'true',
    Resources: [],
    CloudTrailEvent: json,
  };
};

/** CloudTrail's event history of the account and region, newest first. */
export const cloudTrailOperations: Operations = {
  LookupEvents: call => {
    const from = timeOf(call.input.StartTime, 0);
    const to = timeOf(call.input.EndTime, Number.POSITIVE_INFINITY);
    const name = wantedName(call);
    const events = call.account.events
      .filter(event => event.region === call.region)
      .filter(event => Date.parse(event.time) >= from && Date.parse(event.time) <= to)
      .filter(event => name === undefined || shown(event).EventName === name)
      .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
    const { items, next } = page(events, count(call, 'MaxResults', 50, 50), optionalText(call, 'NextToken'));
    return { Events: items.map(shown), NextToken: next };
  },
};

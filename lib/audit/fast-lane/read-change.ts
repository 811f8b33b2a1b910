import * as z from 'zod';
import { type ChangedThing, type ChangeEvent, providerHostPath, stripScheme } from '../../model.ts';
import { cut, jsonOf, visible } from '../../text.ts';
import { watchedEvents } from '../contract.ts';

/** Why an event starts nothing. `failed-call`: nothing was changed. `other-account`: it names another account than the one
 *  that EventBridge took it from. */
export type Ignored = 'not-an-event' | 'not-watched' | 'failed-call' | 'other-account';

/** Characters that are kept of a text of the event. */
const maxText = 200;

const text = z.string();
const accountId = z.string().regex(/^\d{12}$/);
const fields = z.record(text, z.unknown());

/** The event as EventBridge hands it on (docs/facts.md §I): only what is read of it. */
const envelope = z.object({
  account: accountId,
  source: text,
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  detail: z.object({
    eventID: text.min(1),
    eventSource: text,
    eventName: text,
    eventTime: z.iso.datetime({ offset: true }),
    awsRegion: text.regex(/^[a-z0-9-]{1,30}$/),
    recipientAccountId: accountId,
    sourceIPAddress: z.unknown().optional(),
    userIdentity: z.unknown().optional(),
    errorCode: z.unknown().optional(),
    requestParameters: z.unknown().optional(),
  }),
});
type Detail = z.output<typeof envelope>['detail'];

/**
 * Reads one message of the queue: the text of an event, whatever it holds. The account is the one that EventBridge puts on
 * the envelope, which a sender cannot choose; an event whose record names another one is not believed.
 */
export const readChange = (body: string): ChangeEvent | Ignored => {
  const parsed = envelope.safeParse(jsonOf(body));
  if (!parsed.success) return 'not-an-event';
  const { account, source, detail } = parsed.data;
  const watched = watchedEvents.find(each => each.source === source && each.eventSource === detail.eventSource);
  if (!watched?.names.some(name => name === detail.eventName)) return 'not-watched';
  if (detail.recipientAccountId !== account) return 'other-account';
  if (detail.errorCode !== undefined && detail.errorCode !== null) return 'failed-call';
  return {
    eventId: cleaned(detail.eventID),
    event: detail.eventName,
    at: new Date(detail.eventTime).toISOString(),
    accountId: account,
    actor: actorOf(detail.userIdentity),
    sourceIp: textOf(detail.sourceIPAddress) ?? 'an unknown address',
    thing: thingOf(detail),
  };
};

/** A text that is not empty, bounded and cleaned. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? cleaned(value) : undefined;

const cleaned = (value: string): string => cut(visible(value.slice(0, 2 * maxText)), maxText);

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => {
  const parsed = fields.safeParse(value);
  return parsed.success ? parsed.data : {};
};

/** Who called. Roots and services have no ARN in every event (CloudTrail User Guide, "CloudTrail userIdentity element"). */
const actorOf = (userIdentity: unknown): string => {
  const { arn, userName, invokedBy, principalId, type } = fieldsOf(userIdentity);
  return (
    [arn, userName, invokedBy, principalId, type].map(textOf).find(each => each !== undefined) ?? 'somebody unknown'
  );
};

/** The things that the parameters name. EKS calls a cluster `name` or `clusterName`, as the operation has it. */
const thingOf = ({ eventSource, awsRegion, requestParameters }: Detail): ChangedThing => {
  const parameters = fieldsOf(requestParameters);
  if (eventSource === 'eks.amazonaws.com') {
    const name = nameOf(parameters.clusterName) ?? nameOf(parameters.name);
    return name === undefined ? { kind: 'unnamed' } : { kind: 'cluster', region: awsRegion, name };
  }
  const role = nameOf(parameters.roleName);
  if (role !== undefined) return { kind: 'role', name: role };
  const hostPath = hostPathOf(parameters.openIDConnectProviderArn) ?? nameOf(parameters.url);
  return hostPath === undefined ? { kind: 'unnamed' } : { kind: 'provider', hostPath: stripScheme(hostPath) };
};

/** A name that is compared with others: whole or not at all. */
const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 2 * maxText ? value : undefined;

const hostPathOf = (arn: unknown): string | undefined => {
  const text = nameOf(arn);
  return text === undefined ? undefined : providerHostPath(text);
};

/**
 * One AssumeRoleWithWebIdentity event as CloudTrail's JSON has it (docs/facts.md §E.3). Hostile until parsed: the user
 * agent and the subject are chosen by whoever called.
 */
import * as z from 'zod';
import { oneLine } from '../../text.ts';
import { boundedText, requiredText } from '../world-text.ts';

/** The part of one event that the audit keeps. No credential of the answer is among it. */
export interface AssumeEvent {
  readonly eventId: string;
  readonly roleArn: string;
  readonly subject?: string;
  readonly providerArn?: string;
  readonly region: string;
  readonly at: string;
  readonly failure?: { readonly errorCode: string; readonly errorMessage: string };
  readonly userAgent?: string;
  readonly verificationMethod?: string;
}

const text = z.string().nullish().catch(undefined);
const record = z.object({
  eventID: requiredText,
  eventName: z.literal('AssumeRoleWithWebIdentity'),
  eventTime: z.iso.datetime(),
  awsRegion: requiredText,
  errorCode: text,
  errorMessage: text,
  userAgent: text,
  userIdentity: z.object({ userName: text, identityProvider: text, principalId: text }).nullish().catch(undefined),
  requestParameters: z.object({ roleArn: text }).nullish().catch(undefined),
  responseElements: z.object({ subjectFromWebIdentityToken: text, provider: text }).nullish().catch(undefined),
  resources: z
    .array(z.object({ ARN: text, type: text }))
    .nullish()
    .catch(undefined),
  additionalEventData: z.object({ identityProviderConnectionVerificationMethod: text }).nullish().catch(undefined),
});

/** A value that is compared with others: whole as far as one may be, without control characters. */
const identifier = (value: string): string => boundedText(value.replace(/\p{Cc}+/gu, ' ').trim());

/** Reads an event's JSON; undefined if it is not one, or names no role. */
export const parseAssumeEvent = (json: string): AssumeEvent | undefined => {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = record.safeParse(document);
  if (!parsed.success) return undefined;
  const event = parsed.data;
  const roleArn =
    event.requestParameters?.roleArn ?? event.resources?.find(entry => entry.type === 'AWS::IAM::Role')?.ARN;
  if (!roleArn) return undefined;
  const subject = event.userIdentity?.userName ?? event.responseElements?.subjectFromWebIdentityToken;
  const providerArn = event.userIdentity?.identityProvider ?? event.responseElements?.provider;
  const verificationMethod = event.additionalEventData?.identityProviderConnectionVerificationMethod;
  return {
    eventId: event.eventID,
    roleArn: identifier(roleArn),
    ...(subject ? { subject: identifier(subject) } : {}),
    ...(providerArn ? { providerArn: identifier(providerArn) } : {}),
    region: event.awsRegion,
    at: new Date(event.eventTime).toISOString(),
    ...(event.errorCode
      ? { failure: { errorCode: oneLine(event.errorCode), errorMessage: oneLine(event.errorMessage ?? '') } }
      : {}),
    ...(event.userAgent ? { userAgent: oneLine(event.userAgent) } : {}),
    ...(verificationMethod ? { verificationMethod: oneLine(verificationMethod) } : {}),
  };
};

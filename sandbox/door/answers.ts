/** Answers of the door itself, and refusals in each service's own form (the "Errors" of each API Reference). */
import { randomUUID } from 'node:crypto';
import type { Asked } from './asked.ts';

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const xmlServices = new Set(['iam', 'sts', 'sns', 'cloudformation']);
const escaped = (text: string): string => text.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`);

/** A JSON answer. */
export const jsonAnswer = (body: object, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(body),
});

/** An answer of the query protocol; `result` is XML. */
export const queryAnswer = (operation: string, result: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${operation}Response><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
});

/** An error of a service: its code, its status and its words. */
export const errorAnswer = (
  { service }: Pick<Asked, 'service'>,
  code: string,
  message: string,
  status = 400,
): Answer => {
  if (service === 's3')
    return {
      ...{ status, headers: { 'content-type': 'application/xml' } },
      body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${escaped(message)}</Message><RequestId>${randomUUID()}</RequestId></Error>`,
    };
  if (xmlServices.has(service))
    return {
      ...{ status, headers: { 'content-type': 'text/xml' } },
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    };
  const own = jsonAnswer({ __type: code, message, Message: message }, status);
  const inQuery: Readonly<Record<string, string>> = service === 'sqs' ? { 'x-amzn-query-error': `${code};Sender` } : {};
  return { ...own, headers: { ...own.headers, ...inQuery, 'x-amzn-errortype': code } };
};

/** Code and status of a refusal; `AccessDeniedException` with 400 where nothing stands here. */
const refusals: Readonly<Record<string, readonly [code: string, status: number]>> = {
  s3: ['AccessDenied', 403],
  iam: ['AccessDenied', 403],
  sts: ['AccessDenied', 403],
  sqs: ['AccessDenied', 403],
  sns: ['AuthorizationError', 403],
  cloudformation: ['AccessDenied', 403],
  eks: ['AccessDeniedException', 403],
  securityhub: ['AccessDeniedException', 403],
  scheduler: ['AccessDeniedException', 403],
};

/** The code of a refusal. */
export const refusalCode = (service: string, action: string): string => {
  if (action.startsWith('kms:') && !['kms', 'secretsmanager'].includes(service))
    return service === 'sns' ? 'KMSAccessDenied' : 'KmsAccessDenied';
  return refusals[service]?.[0] ?? 'AccessDeniedException';
};

/** A refused request. */
export const refusalAnswer = (asked: Pick<Asked, 'service'>, action: string, message: string): Answer =>
  errorAnswer(asked, refusalCode(asked.service, action), message, refusals[asked.service]?.[1] ?? 400);

/** Keys that are refused. */
export const identityAnswer = (
  asked: Pick<Asked, 'service'>,
  reason: 'ExpiredToken' | 'InvalidClientTokenId',
): Answer => {
  const expired = reason === 'ExpiredToken';
  const message = `The security token included in the request is ${expired ? 'expired' : 'invalid'}.`;
  const isXml = asked.service === 's3' || xmlServices.has(asked.service);
  if (isXml) return errorAnswer(asked, expired ? 'ExpiredToken' : 'InvalidClientTokenId', message, expired ? 400 : 403);
  return errorAnswer(asked, expired ? 'ExpiredTokenException' : 'UnrecognizedClientException', message, 400);
};

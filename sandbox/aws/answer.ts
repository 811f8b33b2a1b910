import type { AwsFault } from './operation.ts';
import type { AwsRequest } from './request.ts';
import { answerXml, errorXml } from './xml.ts';

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const namespaceOf = (request: AwsRequest): string =>
  request.service === 'sts' ? 'https://sts.amazonaws.com/doc/2011-06-15/' : 'https://iam.amazonaws.com/doc/2010-05-08/';

const jsonType = (request: AwsRequest): string =>
  request.protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json';

/** The output of an operation in the request's protocol. */
export const successAnswer = (request: AwsRequest, output: object, requestId: string): Answer =>
  request.protocol === 'query'
    ? { status: 200, type: 'text/xml', body: answerXml(request.operation, namespaceOf(request), output, requestId) }
    : { status: 200, type: jsonType(request), body: JSON.stringify(output) };

/** An error in the request's protocol. */
export const errorAnswer = (request: AwsRequest, fault: AwsFault, requestId: string): Answer =>
  request.protocol === 'query'
    ? {
        status: fault.status,
        type: 'text/xml',
        body: errorXml(namespaceOf(request), fault.code, fault.message, fault.status, requestId),
      }
    : {
        status: fault.status,
        type: jsonType(request),
        body: JSON.stringify({ __type: fault.code, message: fault.message }),
        headers: { 'x-amzn-errortype': fault.code },
      };

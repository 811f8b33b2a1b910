/**
 * Stands for the native part of AWS's runtime interface client (`rapid-client.node`): the Lambda Runtime API over plain HTTP, so that
 * no compiler is needed. Source: Lambda Developer Guide, "Using the Lambda runtime API".
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { move } from './function-time.ts';

const [hostname = '', port = ''] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true });

const send = (method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly bodyJson: string; readonly headers: IncomingHttpHeaders }>((resolve, reject) => {
    const message = request(
      { hostname, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}`, headers },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ bodyJson: String(Buffer.concat(chunks)), headers: response.headers }));
      },
    );
    message.on('error', reject);
    message.end(body);
  });

/** A function ends where the sandbox is gone. */
const gone = (): never => process.exit(0);

export const initializeClient = (): void => undefined;
/** The next invocation; waits for it. It says what time it is. */
export const next = async () => {
  const given = await send('GET', 'next').catch(gone);
  move(Number(given.headers['sandbox-clock-ahead']));
  return given;
};
/** The answer of an invocation. */
export const done = (id: string, body: string): void => {
  send('POST', `${id}/response`, body).catch(gone);
};
/** The error of an invocation. */
export const error = (id: string, body: string, xray: string): void => {
  send('POST', `${id}/error`, body, { 'lambda-runtime-function-xray-error-cause': xray }).catch(gone);
};

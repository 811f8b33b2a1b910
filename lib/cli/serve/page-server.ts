import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { UsageError } from '../shell/io.ts';
import { shellPage, shellPolicy } from './shell-page.ts';

/** The page of one run. */
export interface RunPage {
  readonly run: string;
  readonly html: string;
}

/** What readers are shown. */
export interface Shown {
  /** Absent before the first run has ended. */
  readonly page?: RunPage;
  /** One sentence on the run, or on why the page may be old. */
  readonly text: string;
  readonly isTrouble: boolean;
}

/** A page that is served until it is closed. */
export interface PageServer {
  /** With the token that a reader must have. */
  readonly address: string;
  readonly show: (shown: Shown) => void;
  readonly close: () => Promise<void>;
}

const host = '127.0.0.1';

/** For every answer: nothing is kept, guessed, embedded elsewhere or told to another site. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves what is shown on the loopback interface alone, to whoever has the address with its token; readers hear at once
 * when it changes. Only GET and HEAD, only under the address's own host and port (a name that resolves to this machine is
 * another host: DNS rebinding), and only from the page itself or a person's own address bar. Throws `UsageError` where the
 * port is not free.
 */
export const startPageServer = async (
  first: Shown,
  { port = 0 }: { readonly port?: number } = {},
): Promise<PageServer> => {
  const token = randomBytes(24).toString('base64url');
  const listeners = new Set<ServerResponse>();
  let shown = first;
  let origin = '';
  const server = createServer((request, response) => {
    const path = pathFor(request, { origin, token });
    if (typeof path === 'number') refuse(response, path);
    else if (path === 'events') listen(request, response);
    else answer(response, path, shown);
  });
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write(eventOf(shown));
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
  };
  server.listen(port, host);
  await once(server, 'listening').catch(cause => {
    throw new UsageError(`--port: ${port} cannot be listened on: ${String(cause)}`, {
      cause,
    });
  });
  const address = server.address();
  origin = `http://${host}:${typeof address === 'object' && address !== null ? address.port : port}`;
  return {
    address: `${origin}/${token}/`,
    show: next => {
      shown = next;
      for (const listener of listeners) listener.write(eventOf(next));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};

/** The path below the token, or the status to refuse with. Whoever does not have the token learns nothing of paths. */
const pathFor = (
  { method = '', url = '', headers: asked }: IncomingMessage,
  { origin, token }: { readonly origin: string; readonly token: string },
): string | 403 | 404 | 405 => {
  const isFromHere =
    `http://${asked.host}` === origin &&
    (asked.origin === undefined || asked.origin === origin) &&
    ['same-origin', 'none', undefined].includes(asked['sec-fetch-site'] as string | undefined);
  const [, given = '', path] = /^\/([^/?#]*)(?:\/([^?#]*))?/.exec(url) ?? [];
  if (!isFromHere || !isSame(given, token)) return 403;
  if (method !== 'GET' && method !== 'HEAD') return 405;
  return path !== undefined && ['', 'report', 'events'].includes(path) ? path : 404;
};

/** Takes the same time wherever the two differ. */
const isSame = (given: string, token: string): boolean => timingSafeEqual(digestOf(given), digestOf(token));
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const refusals = {
  403: 'Open the address that irsa-auditor printed, with its token.',
  404: 'Nothing is here.',
  405: 'This page is only read.',
} as const;

const refuse = (response: ServerResponse, status: 403 | 404 | 405): void => {
  response
    .writeHead(status, { ...headers, 'content-type': 'text/plain', ...(status === 405 ? { allow: 'GET, HEAD' } : {}) })
    .end(`${refusals[status]}\n`);
};

const answer = (response: ServerResponse, path: string, { page }: Shown): void => {
  if (path === '') send(response, shellPage, shellPolicy);
  else if (page === undefined) refuse(response, 404);
  // The report has a policy of its own in it: here it is only said who may show it in a frame.
  else send(response, page.html, "frame-ancestors 'self'");
};

/** Node leaves out the body where the method is HEAD. */
const send = (response: ServerResponse, html: string, policy: string): void => {
  response
    .writeHead(200, { ...headers, 'content-security-policy': policy, 'content-type': 'text/html; charset=utf-8' })
    .end(html);
};

const eventOf = ({ page, text, isTrouble }: Shown): string =>
  `data: ${JSON.stringify({ run: page?.run, text, isTrouble })}\n\n`;

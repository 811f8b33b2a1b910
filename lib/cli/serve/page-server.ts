import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { servedPolicy } from '../../report/html/html.ts';
import { UsageError } from '../shell/io.ts';

/** The page of one run. */
export interface RunPage {
  readonly run: string;
  readonly html: string;
}

/** The view that readers have. */
export interface ServedView {
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
  readonly show: (shown: ServedView) => void;
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
  first: ServedView,
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
    throw new UsageError(`--port: ${port} cannot be listened on: ${String(cause)}`, { cause });
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

const answer = (response: ServerResponse, path: string, { page }: ServedView): void => {
  if (path === '') send(response, shellPage, shellPolicy);
  else if (page === undefined) refuse(response, 404);
  // The report has a policy of its own in it, which whoever may write to the bucket can change.
  else send(response, page.html, servedPolicy);
};

/** Node leaves out the body where the method is HEAD. */
const send = (response: ServerResponse, html: string, policy: string): void => {
  response
    .writeHead(200, { ...headers, 'content-security-policy': policy, 'content-type': 'text/html; charset=utf-8' })
    .end(html);
};

const eventOf = ({ page, text, isTrouble }: ServedView): string =>
  `data: ${JSON.stringify({ run: page?.run, text, isTrouble })}\n\n`;

/** Runs in the browser: loads the report into the frame when there is one, again when a run has ended, and says what the
 *  server says of it. The frame keeps its own address, and with it the filters that a reader has set. */
const script = `
const frame = document.getElementById('report');
const state = document.getElementById('state');
let shown;
const say = (text, isTrouble) => {
  state.textContent = text;
  state.className = isTrouble ? 'trouble' : '';
};
frame.addEventListener('load', () => {
  document.title = frame.contentDocument?.title || document.title;
});
const events = new EventSource('events');
events.addEventListener('message', ({ data }) => {
  const { run, text, isTrouble } = JSON.parse(data);
  say(text, isTrouble);
  if (run === undefined || run === shown) return;
  if (shown === undefined) {
    frame.src = 'report' + location.hash;
    frame.hidden = false;
  } else frame.contentWindow.location.reload();
  shown = run;
  document.documentElement.dataset.run = run;
});
events.addEventListener('error', () => say('The connection is lost: this page may be old.', true));
`;

const style = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 0.875rem/1.4 system-ui, sans-serif; color-scheme: light dark; }
#report { flex: 1; border: 0; width: 100%; }
#state { margin: 0; padding: 0.25rem 1rem; background: Canvas; color: CanvasText; border-top: 1px solid GrayText; }
#state.trouble { background: #b3261e; color: #fff; font-weight: 600; }
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The rights of the page around the report: its own script and style, and asking the server that it came from. */
const shellPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page around a served report: the report in a frame, as it is, and one line on the run that it is of. */
const shellPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>IRSA audit</title><style>${style}</style></head>
<body><iframe id="report" title="Report of the last run" hidden></iframe>
<p id="state" role="status">Connecting …</p><script>${script}</script></body></html>
`;

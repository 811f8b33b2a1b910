import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The answer of the server to one request. */
export type Answer =
  | number
  | 'reset'
  | 'silence'
  | { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** A request that the server accepted or refused. */
export interface Seen {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly answer: Answer;
}

/** A server on a free port of this machine that answers as told, one answer a request, the last one for ever. */
export const failingServer = async (
  answers: readonly Answer[],
): Promise<{ readonly url: string; readonly seen: readonly Seen[]; readonly close: () => Promise<void> }> => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? 200;
      seen.push({ body: Buffer.concat(chunks).toString(), headers: request.headers, answer });
      if (answer === 'reset') request.socket.destroy();
      else if (answer === 'silence') return;
      else if (typeof answer === 'number') response.writeHead(answer).end('x'.repeat(10));
      else response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/services/T000/B000/secret-part`,
    seen,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

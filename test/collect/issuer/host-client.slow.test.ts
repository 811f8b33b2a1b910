import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { hostClient } from '../../../lib/collect/issuer/host-client.ts';

/** A connection that does this once the request is written. */
const connection = (then: (socket: Duplex) => void): TLSSocket => {
  const socket: Duplex = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      done();
      then(socket);
    },
  });
  return socket as TLSSocket;
};
const gone = connection(() => undefined).destroy();

test.each<[string, TLSSocket, string]>([
  ['cannot be opened', gone, 'no route to the host'],
  ['is closed before an answer', connection(socket => socket.destroy()), 'socket hang up'],
  ['breaks before an answer', connection(socket => socket.destroy(new Error('reset by peer'))), 'reset by peer'],
])('a connection that %s: the GET rejects with the reason', async (_what, first, reason) => {
  const open = () => Promise.reject(new Error('no route to the host'));
  const client = hostClient('a.example', first, open, { limits: { timeoutMs: 4_000, maxBytes: 10 }, connections: 1 });
  await expect(client.get('/id')).rejects.toThrow(reason);
  client.close();
});

/** The answer to a GET whose bytes come in these pieces, and the request that was written. */
const answered = async (pieces: readonly (Buffer | string)[], maxBytes: number) => {
  let written = '';
  const socket: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
      for (const piece of pieces) socket.push(piece);
    },
  });
  const refuse = () => Promise.reject(new Error('no second connection'));
  const nothing = () => socket;
  // An agent that keeps the connection asks for these of a socket of the network.
  Object.assign(socket, { setKeepAlive: nothing, setTimeout: nothing, ref: nothing, unref: nothing });
  const client = hostClient('a.example:8443', socket as TLSSocket, refuse, {
    limits: { timeoutMs: 4_000, maxBytes },
    connections: 1,
  });
  const answer = await client.get('/id/A?x=1').catch((error: unknown) => error);
  client.close();
  return { answer, written };
};
const head = (length: number, more: readonly string[] = [], status = '200 OK'): string =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${length}`, ...more, '', ''].join('\r\n');

test.each([
  ['a whole one', [head(2), '{}'], 10],
  ['one that is too large', [head(20), 'x'.repeat(20)], 10],
])('after an answer, %s, nothing waits for its time to be up', async (_, pieces, maxBytes) => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  await answered(pieces, maxBytes);
  expect(timers()).toBe(before);
});

test('an answer is told with the headers that decide what follows, its text put together from its bytes', async () => {
  const body = Buffer.from('{"a":"ä"}');
  const cut = body.indexOf(0xc3) + 1;
  const headers = ['Location: /b', 'Retry-After: 7', 'Server: AmazonS3', 'X-Other: x'];
  const { answer, written } = await answered(
    [head(body.length, headers, '429 Too Many Requests'), body.subarray(0, cut), body.subarray(cut)],
    10,
  );
  expect(answer).toEqual({ status: 429, text: '{"a":"ä"}', location: '/b', retryAfter: '7', server: 'AmazonS3' });
  expect(written.split('\r\n')).toEqual([
    'GET /id/A?x=1 HTTP/1.1',
    'host: a.example:8443',
    'accept: application/json',
    'user-agent: irsa-auditor',
    'Connection: keep-alive',
    '',
    '',
  ]);
});

test.each<[string, number, unknown]>([
  ['as long as the limit', 10, { status: 200, text: '0123456789' }],
  ['longer by its last piece', 9, expect.objectContaining({ code: 'answer-too-large' })],
])('an answer that is %s', async (_what, maxBytes, outcome) => {
  expect((await answered([head(10), '01234', '56789'], maxBytes)).answer).toEqual(outcome);
});

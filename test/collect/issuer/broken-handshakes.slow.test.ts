import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createIssuerReader } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import { hastyClock, tally } from './running-issuers.ts';

/** Reads an issuer whose server does this with each connection. One that says nothing is waited for
 *  `connect` milliseconds; the others never are. */
const readFrom = async (behave: (socket: Socket) => void, connect: number) => {
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket.on('error', () => undefined));
    behave(socket);
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const counted = tally();
  const url = 'https://a.example/id';
  const reader = createIssuerReader({
    connectTo: [{ host: 'a.example', port: 443, address: 'loopback.example', addressPort: port }],
    resolve: async () => ['127.0.0.1'],
    clock: hastyClock(),
    timeouts: { connect },
    calls: counted,
  });
  const facts = (await reader.read([url]))[url];
  for (const socket of open) socket.destroy();
  await new Promise(resolve => server.close(resolve));
  const reason = facts?.host.status === 'unavailable' ? facts.host.reason : undefined;
  return { facts, reason, handshakes: counted.counts['tls:Handshake'] };
};

describe('a server that does not speak TLS', () => {
  test.each<[string, (socket: Socket) => void, string, RegExp, number]>([
    [
      'speaks HTTP',
      socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'unreachable',
      /the TLS handshake with 127\.0\.0\.1/,
      10_000,
    ],
    ['closes', socket => socket.end(), 'unreachable', /the TLS handshake with 127\.0\.0\.1/, 10_000],
    [
      'resets',
      socket => socket.once('data', () => socket.resetAndDestroy()),
      'unreachable',
      /the TLS handshake with 127\.0\.0\.1/,
      10_000,
    ],
    ['says nothing', () => undefined, 'timed-out', /no answer within 150 ms/, 150],
  ])('%s: a failure after three tries, not unknown', async (_what, behave, kind, message, connect) => {
    const { facts, reason, handshakes } = await readFrom(behave, connect);
    expect(reason).toMatchObject({ kind, operation: 'TLS handshake with a.example:443' });
    expect(reason?.message).toMatch(message);
    expect(handshakes).toBe(3);
    expect(facts).toMatchObject({ fromPrivateNetwork: false, keys: { reason: { kind: 'not-asked-for' } } });
  });
});

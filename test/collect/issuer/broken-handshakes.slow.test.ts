import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createIssuerReader } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import { hastyClock, tally } from './running-issuers.ts';

/** Reads an issuer whose server does this with each connection. One that says nothing is waited for
 *  `connect` milliseconds; the others never are. */
const readFrom = async (behave: (socket: Socket) => void, connect: number, host = 'a.example', port = 443) => {
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket.on('error', () => undefined));
    behave(socket);
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: addressPort } = server.address() as AddressInfo;
  const counted = tally();
  const url = `https://${host}:${port}/id`;
  const reader = createIssuerReader({
    connectTo: [{ host, port, address: 'loopback.example', addressPort }],
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

test('an issuer on another port is asked where a person names the place of just this port', async () => {
  const { reason, handshakes } = await readFrom(socket => socket.end(), 10_000, 'a.example', 8443);
  expect(reason?.operation).toBe('TLS handshake with a.example:8443');
  expect(handshakes).toBe(3);
});

test.each([
  ['a.example', true],
  ['203.0.113.5', false],
])('the server is told the name %s in its handshake: %s (an address is no name, RFC 6066)', async (host, isTold) => {
  const hellos: Buffer[] = [];
  await readFrom(
    socket =>
      socket.once('data', hello => {
        hellos.push(hello);
        socket.end();
      }),
    10_000,
    host,
  );
  expect(hellos).toHaveLength(3);
  expect(hellos.filter(hello => hello.includes(host))).toHaveLength(isTold ? 3 : 0);
});

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

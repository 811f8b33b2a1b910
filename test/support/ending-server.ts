/** A server on loopback that ends each connection at once. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Starts it. `stop` also closes connections whose client has not ended. */
export const startEndingServer = async (): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> => {
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket.on('error', () => undefined));
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise(done => server.close(done));
    },
  };
};

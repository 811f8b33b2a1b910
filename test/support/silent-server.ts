import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A server on a free port that takes connections and never answers; `stalled`: it begins an answer and never ends it. */
export const silentServer = async (
  kind: 'silent' | 'stalled',
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (kind === 'stalled')
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{'),
      );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};

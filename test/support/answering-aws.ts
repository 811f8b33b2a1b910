import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AwsClients, awsClients } from '../../lib/collect/clients.ts';
import { region } from './aws-world.ts';

/** The text of an answer, with a status of its own where it is no success. */
type Given = string | { readonly status: number; readonly text: string };

/** A request: `target` is the operation, where the protocol names it in a header; `nth` counts requests from 1. */
interface Asked {
  readonly body: string;
  readonly path: string;
  readonly target: string;
  readonly nth: number;
}

/** Answers every request with what `answer` makes of it. */
export const against = async <T>(
  answer: (request: Asked) => Given,
  use: (clients: AwsClients) => Promise<T>,
  status = 200,
): Promise<T> => {
  let nth = 0;
  // A connection that is closed while the machine is busy would be a failed call: no attempt is repeated here.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, async (message, response) => {
    let body = '';
    for await (const chunk of message) body += String(chunk);
    nth += 1;
    const target = String(message.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const given = answer({ body, path: message.url ?? '', target, nth });
    const sent = typeof given === 'string' ? { status, text: given } : given;
    response.writeHead(sent.status, { 'content-type': 'text/plain' }).end(sent.text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const credentials = { accessKeyId: 'AKIA111122223333SBOX', secretAccessKey: 'x' };
  const clients = awsClients({ region, endpoint: `http://127.0.0.1:${port}`, credentials, maxAttempts: 1 });
  try {
    return await use(clients);
  } finally {
    clients.close();
    server.closeAllConnections();
    server.close();
  }
};

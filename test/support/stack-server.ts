/** CloudFormation as a test needs it: answers by the name of the operation, in front of a server that answers the rest. */
import { createServer } from 'node:http';

/** The XML of an operation; undefined lets the server behind answer. */
type Answers = (action: string, form: URLSearchParams) => string | undefined;

/** Starts it; `refuse` gives the whole answer to a request of S3. */
export const startStackServer = async (
  behind: string,
  answers: Answers,
  refuse: (request: { readonly method: string; readonly url: string }) => string | undefined = () => undefined,
) => {
  const server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part);
    const body = Buffer.concat(parts);
    const form = new URLSearchParams(body.toString());
    const action = form.get('Action') ?? '';
    const { method = 'POST', url = '' } = message;
    const refusal = refuse({ method, url });
    if (refusal !== undefined) {
      response.writeHead(200, { 'content-type': 'application/xml' }).end(refusal);
      return;
    }
    const own = answers(action, form);
    if (own !== undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(`<${action}Response><${action}Result>${own}</${action}Result></${action}Response>`);
      return;
    }
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = message.headers;
    const answer = await fetch(new URL(message.url ?? '/', behind), {
      ...{ method: message.method ?? 'POST', headers: headers as Record<string, string> },
      ...(body.length === 0 ? {} : { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

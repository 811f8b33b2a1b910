/** A server that takes what chats and webhooks are sent, and the secrets that lead to it. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeAuthority } from '../../../sandbox/kubernetes/authority.ts';

/** Starts it; `certificates` is the path of a file that is written with its authority. */
export const startHooks = async (certificates: string) => {
  const authority = await makeAuthority();
  const posted: string[] = [];
  const server = createServer({ key: authority.serverKeyPem, cert: authority.serverCertPem }, (request, response) => {
    posted.push(request.url ?? '');
    request.resume();
    response.end('ok');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(certificates, authority.caPem);
  const at = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    posted: posted as readonly string[],
    secrets: Object.fromEntries(
      ['slack', 'teams', 'own', 'keyed'].map(name => [`plum/${name}`, `${at}/services/${name}`]),
    ),
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
};

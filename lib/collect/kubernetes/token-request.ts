import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

const tokenBody = z.object({ status: z.object({ token: z.string().min(1) }) });

const accountPath = (namespace: string, name: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}`;

/** Asks the cluster for a token of a service account (TokenRequest), for ten minutes, the least that there is. It changes
 *  nothing in the cluster and needs `create serviceaccounts/token`. The token is a secret: it goes to STS and nowhere else.
 *  An audience that the API server itself takes must not be asked for (`why --prove` refuses it before). */
export const requestToken = async (
  api: KubernetesApi,
  account: { readonly namespace: string; readonly name: string },
  audience: string,
): Promise<Collected<string>> => {
  const answer = await api.send({
    verb: 'create',
    resource: 'serviceaccounts/token',
    name: account.name,
    path: `${accountPath(account.namespace, account.name)}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [audience], expirationSeconds: 600 },
    },
  });
  if (!answer.ok) return unavailable(answer.reason);
  const parsed = tokenBody.safeParse(answer.body);
  return parsed.success
    ? complete(parsed.data.status.token)
    : unavailable({ kind: 'invalid', operation: 'create serviceaccounts/token', message: 'the answer has no token' });
};

import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import type { ServiceAccount } from '../../model/kubernetes.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { takeServiceAccount } from './parse-service-account.ts';

const serviceAccountBody = z.looseObject({ kind: z.literal('ServiceAccount') });
const tokenBody = z.object({ status: z.object({ token: z.string().min(1) }) });

const accountPath = (namespace: string, name: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}`;

/** One service account. One that does not exist is `not-found`. */
export const readServiceAccount = async (
  api: KubernetesApi,
  namespace: string,
  name: string,
): Promise<Collected<ServiceAccount>> => {
  const answer = await api.send({ verb: 'get', resource: 'serviceaccounts', path: accountPath(namespace, name), name });
  if (!answer.ok) return unavailable(answer.reason);
  const taken = takeServiceAccount(answer.body);
  const isIt = serviceAccountBody.safeParse(answer.body).success;
  return isIt && 'keep' in taken && taken.keep.namespace === namespace && taken.keep.name === name
    ? complete(taken.keep)
    : unavailable({
        kind: 'invalid',
        operation: 'get serviceaccounts',
        message: 'the answer is not a service account',
      });
};

/** Asks the cluster for a token of a service account (TokenRequest), for ten minutes, the least that there is. It changes
 *  nothing in the cluster and needs `create serviceaccounts/token`. The token is a secret: it goes to STS and nowhere else.
 *  An audience that the API server itself takes must not be asked for (`prove` refuses it before). */
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

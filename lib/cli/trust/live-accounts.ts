import { kubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { readServiceAccounts } from '../../collect/kubernetes/read-kubernetes-facts.ts';
import { readFailuresOf } from '../../model/collected.ts';
import type { AccountName } from '../../policy/who/service-account-subject.ts';
import { contextNamed } from '../kubeconfig/kubeconfig-files.ts';
import { named } from '../scan/cluster-access.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The service accounts of the cluster behind a kubeconfig context. Throws `UsageError` where they cannot be read whole:
 *  a list with holes would look like an answer. */
export const liveAccounts = async (
  options: { readonly kubeconfig?: string; readonly context?: string },
  io: Io,
): Promise<readonly AccountName[]> => {
  const context = await contextNamed(options.kubeconfig, options.context, io);
  const { endpoint } = await named(context, io);
  const api = kubernetesApi(endpoint);
  try {
    const accounts = await readServiceAccounts(api);
    const [reason] = readFailuresOf(accounts);
    if (accounts.status !== 'complete')
      throw new UsageError(
        `the service accounts of ${context.name} cannot be read: ${reason?.operation}: ${reason?.message}`,
      );
    return accounts.value.map(({ namespace, name: account }) => ({ namespace, name: account }));
  } finally {
    api.close();
  }
};

import * as z from 'zod';
import { kubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { readServiceAccounts } from '../../collect/kubernetes/read-kubernetes-facts.ts';
import { readFailuresOf } from '../../model.ts';
import type { AccountName } from '../../policy.ts';
import { contextNamed } from '../kubeconfig/kubeconfig-files.ts';
import { named } from '../scan/cluster-access.ts';
import { type Io, UsageError } from '../shell/io.ts';

const nameShape = z.object({ namespace: z.string().min(1), name: z.string().min(1) });
const listed = z.object({ items: z.array(z.object({ metadata: nameShape })) });
const json = z.union([
  z.array(z.union([z.string(), nameShape])),
  listed.transform(list => list.items.map(item => item.metadata)),
]);

/**
 * Existing service accounts from a file: lines `namespace/name`, a JSON array of these or of `{namespace, name}`, or what
 * `kubectl get serviceaccounts -A -o json` prints. Throws `UsageError` for anything else.
 */
export const readAccounts = (text: string): readonly AccountName[] => {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return trimmed === '' ? [] : trimmed.split(/\s+/).map(accountOf);
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch (cause) {
    throw new UsageError('--accounts begins like JSON and is not valid JSON', { cause });
  }
  const parsed = json.safeParse(value);
  if (!parsed.success)
    throw new UsageError('--accounts holds JSON that is neither a list of accounts nor a list from kubectl');
  return parsed.data.map(entry => (typeof entry === 'string' ? accountOf(entry) : entry));
};

const accountOf = (text: string): AccountName => {
  const [namespace, name, more] = text.split('/');
  if (!namespace || !name || more !== undefined)
    throw new UsageError(`--accounts has ${JSON.stringify(text.slice(0, 100))}, wanted <namespace>/<name>`);
  return { namespace, name };
};

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

import { awsClients } from '../../collect/clients.ts';
import { readEntryOfRole } from '../../collect/eks/cluster-access.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { LastRunFacts, RefusingCluster } from '../../doctor/deployment.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Collected, notAskedFor, parseArn, valueOr } from '../../model.ts';
import type { SdkClientOptions } from '../../outbound/sdk-client-options.ts';
import { readerOf } from '../init/fleet.ts';

/** Clusters that are looked at: two calls each, and one for the role of their account. */
const most = 20;

/** The clusters that answered 401 in the last run, each with the access entry of the role that reads it. Those of other accounts
 *  cannot be asked with the credentials of this one. `topicArn`: of the deployment, which tells its account. */
export const readRefusing = async (
  where: SdkClientOptions & { readonly region: string },
  configuration: Configuration,
  lastRun: Collected<LastRunFacts | undefined>,
  topicArn = '',
): Promise<readonly RefusingCluster[]> => {
  const { accountId: own = '', partition = 'aws' } = parseArn(topicArn) ?? {};
  const refusals = new Map<string, Omit<RefusingCluster, 'principalArn' | 'entry'>>();
  for (const { accountId, region, clusterName, reason } of valueOr(lastRun, undefined)?.gaps ?? [])
    if (region !== undefined && clusterName !== undefined && reason.message.startsWith('401:'))
      refusals.set(`${accountId} ${region} ${clusterName}`, { accountId, region, clusterName });
  if (refusals.size === 0) return [];
  const clients = awsClients(where);
  const readers = new Map<string, ReturnType<typeof readerOf>>();
  try {
    return await inParallel([...refusals.values()].slice(0, most), 4, async ({ accountId, region, clusterName }) => {
      const place = { accountId, region, clusterName };
      const asked =
        readers.get(accountId) ?? readerOf(clients, configuration, { of: accountId, accountId: own, partition });
      readers.set(accountId, asked);
      const reader = await asked;
      if (reader.status === 'unavailable') return { ...place, entry: reader };
      const principalArn = reader.value;
      const entry =
        accountId === own
          ? await readEntryOfRole({ eks: clients.eks(region), iam: clients.iam() }, { clusterName, principalArn })
          : notAskedFor<undefined>('eks:DescribeAccessEntry', 'of another account');
      return { ...place, principalArn, entry };
    });
  } finally {
    clients.close();
  }
};

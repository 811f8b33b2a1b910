import { DescribeAddonCommand, type EKSClient, ListAddonsCommand } from '@aws-sdk/client-eks';
import * as z from 'zod';
import { addonServiceAccounts, agentAddon } from '../../facts.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type Addon,
  type AddonDetail,
  type Cluster,
  type ClusterInside,
  type Collected,
  complete,
  type Gap,
  unavailable,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { type Around, readNetwork } from '../ec2/read-network.ts';
import { pagesOf } from '../pages.ts';
import { readPodIdentity } from '../pod-identity/read-pod-identity.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldText } from '../world-text.ts';
import { readAccessEntries } from './read-access-entries.ts';
import { readAuthorities } from './read-authorities.ts';

const listOperation = 'eks:ListAddons';
const describeOperation = 'eks:DescribeAddon';
const pageSize = 100;
/** A cluster has some ten add-ons; EKS documents no limit. */
const maxPages = 10;
const concurrency = 4;

const text = requiredText.nullish().transform(value => value ?? undefined);
const listAnswer = z.object({ addons: z.array(worldName).max(pageSize), nextToken: z.string().nullish() });
const describeAnswer = z.object({
  addon: z.object({
    status: requiredText,
    serviceAccountRoleArn: text,
    configurationValues: z.string().nullish(),
    podIdentityAssociations: z.array(z.string()).nullish(),
    namespaceConfig: z.object({ namespace: text }).nullish(),
    health: z
      .object({ issues: z.array(z.object({ code: worldText.nullish(), message: worldText.nullish() })).nullish() })
      .nullish(),
  }),
});

/**
 * The add-ons of one cluster: one call for the list, and one for each add-on whose service account is documented and
 * for the agent of Pod Identity. One that cannot be described is kept without its detail and makes a gap.
 */
export const readAddons = async (eks: EKSClient, clusterName: string): Promise<Collected<readonly Addon[]>> => {
  const names = await listAddons(eks, clusterName);
  if (names.status === 'unavailable') return names;
  const gaps: Gap[] = names.status === 'partial' ? [...names.gaps] : [];
  const addons = await inParallel(names.value, concurrency, async (name): Promise<Addon> => {
    if (!addonServiceAccounts.has(name) && name !== agentAddon) return { name };
    const detail = await describe(eks, clusterName, name);
    if (detail.status !== 'unavailable') return { name, detail: detail.value };
    gaps.push({ what: name, reason: detail.reason });
    return { name };
  });
  return withGaps(addons, gaps);
};

const listAddons = (eks: EKSClient, clusterName: string): Promise<Collected<readonly string[]>> =>
  pagesOf(
    { operation: listOperation, maxPages, name: 'add-ons', notPage: 'the answer is not a page of add-on names' },
    async nextToken => {
      const command = new ListAddonsCommand({ clusterName, nextToken, maxResults: pageSize });
      const { data } = listAnswer.safeParse(await eks.send(command));
      return data && { items: data.addons, next: data.nextToken };
    },
  );

const describe = async (eks: EKSClient, clusterName: string, addonName: string): Promise<Collected<AddonDetail>> => {
  try {
    const answer = describeAnswer.safeParse(await eks.send(new DescribeAddonCommand({ clusterName, addonName })));
    if (answer.success) return complete(detailOf(answer.data.addon));
    return unavailable(invalidAnswer(describeOperation, `the answer for ${addonName} is not an add-on`));
  } catch (error) {
    return unavailable(readFailureFromError(error, describeOperation));
  }
};

const detailOf = (addon: z.output<typeof describeAnswer>['addon']): AddonDetail => {
  const namespace = addon.namespaceConfig?.namespace;
  const health = (addon.health?.issues ?? []).map(({ code, message }) => [code, message].filter(Boolean).join(': '));
  return {
    status: addon.status,
    ...(health.length > 0 && { health: health.join('; ') }),
    ...given({ roleArn: addon.serviceAccountRoleArn }),
    hasPodIdentity: (addon.podIdentityAssociations ?? []).length > 0,
    ...given({ namespace }),
    configuresServiceAccount: /service[-_]?account/i.test(addon.configurationValues ?? ''),
  };
};

/** The optional readings: the network around the cluster, and its access entries. */
interface Beside {
  readonly around?: Around | undefined;
  readonly rbac?: boolean | undefined;
}

/** The facts that AWS keeps of a cluster beside those in the cluster itself: identities of its pods, its authorities, and what
 *  else is asked for. */
export const readIdentities = async (
  eks: EKSClient,
  cluster: Pick<Cluster, 'name' | 'region' | 'accountId' | 'caCertificates' | 'authenticationMode'>,
  { around, rbac }: Beside = {},
): Promise<Omit<ClusterInside, 'kubernetes'>> => {
  const [podIdentity, addons, authorities, network, accessEntries] = await Promise.all([
    readPodIdentity(eks, cluster.name),
    readAddons(eks, cluster.name),
    readAuthorities(eks, cluster),
    around && readNetwork(around, cluster),
    rbac ? readAccessEntries(eks, cluster) : undefined,
  ]);
  return { podIdentity, addons, ...given({ authorities, accessEntries }), ...network };
};

/** NetworkPolicies and SecurityGroupPolicies of a cluster, read with the network around it. */
import * as z from 'zod';
import {
  type Collected,
  type EgressPolicy,
  type EgressRule,
  type Gap,
  type KubernetesFacts,
  type PodGroups,
  type PodNetwork,
  unavailable,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { namespaceName, objectName, requiredText, worldName } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, type Listed, listPages, type Take } from './list-pages.ts';
import { selector, selectorOf } from './parse-webhook.ts';

/** Rules, ports and peers of one policy that are looked at: one with more is told as a gap. */
const maxEntries = 500;
const metadata = z.object({ namespace: namespaceName, name: objectName });

const policyItem = z.object({
  metadata,
  spec: z.object({
    podSelector: selector,
    policyTypes: z.array(worldName).nullish(),
    egress: z
      .array(
        z.object({
          ports: z
            .array(
              z.object({
                protocol: worldName.nullish(),
                port: z.union([z.number().int(), worldName]).nullish(),
                endPort: z.number().int().nullish(),
              }),
            )
            .max(maxEntries)
            .nullish(),
          to: z
            .array(
              z.object({
                ipBlock: z.object({ cidr: requiredText, except: z.array(requiredText).nullish() }).nullish(),
              }),
            )
            .max(maxEntries)
            .nullish(),
        }),
      )
      .max(maxEntries)
      .nullish(),
  }),
});
type RuleItem = NonNullable<z.output<typeof policyItem>['spec']['egress']>[number];

const groupsItem = z.object({
  metadata,
  spec: z.object({
    podSelector: selector,
    serviceAccountSelector: z.unknown().optional(),
    securityGroups: z.object({ groupIds: z.array(requiredText).max(maxEntries) }),
  }),
});

const policies: ListCall = {
  kind: 'NetworkPolicy',
  apiVersion: 'networking.k8s.io/v1',
  apiGroup: 'networking.k8s.io',
  resource: 'networkpolicies',
  path: '/apis/networking.k8s.io/v1/networkpolicies',
};
const groups: ListCall = {
  kind: 'SecurityGroupPolicy',
  apiVersion: 'vpcresources.k8s.aws/v1beta1',
  apiGroup: 'vpcresources.k8s.aws',
  resource: 'securitygrouppolicies',
  path: '/apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies',
};

/** Both lists; a cluster without the kind has none. */
export const readPodNetwork = async (api: KubernetesApi): Promise<Collected<PodNetwork>> => {
  const [listedPolicies, listedGroups] = await Promise.all([
    listPages(api, policies, takePolicy),
    listPages(api, groups, takeGroups),
  ]);
  const failed = [listedPolicies, listedGroups].find(listed => !listed.ok && !isAbsent(listed));
  if (failed !== undefined && !failed.ok) return unavailable(failed.reason);
  const gaps: Gap[] = [...gapsOf(listedPolicies), ...gapsOf(listedGroups)];
  return withGaps({ policies: itemsOf(listedPolicies), groups: itemsOf(listedGroups) }, gaps);
};

const isAbsent = <T>(listed: Listed<T>): boolean => !listed.ok && listed.reason.kind === 'not-found';
const gapsOf = <T>(listed: Listed<T>): readonly Gap[] => (listed.ok ? listed.gaps : []);
const itemsOf = <T>(listed: Listed<T>): readonly T[] => (listed.ok ? listed.items : []);

/** Keeps a policy that restricts egress: by its types, or without types by its rules. */
const takePolicy: Take<EgressPolicy> = item => {
  const parsed = policyItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a NetworkPolicy' };
  const { metadata: meta, spec } = parsed.data;
  const restricts = spec.policyTypes?.includes('Egress') ?? (spec.egress?.length ?? 0) > 0;
  if (!restricts) return { skip: true };
  return { keep: { ...meta, podSelector: selectorOf(spec.podSelector), rules: (spec.egress ?? []).map(ruleOf) } };
};

const ruleOf = ({ ports, to }: RuleItem): EgressRule => ({
  ports: (ports ?? []).map(({ protocol, port, endPort }) => ({
    protocol: protocol ?? 'TCP',
    ...(typeof port === 'number' && { from: port, to: endPort ?? port }),
  })),
  peers: (to ?? []).map(({ ipBlock }) => ({ ...given({ cidr: ipBlock?.cidr }), except: ipBlock?.except ?? [] })),
});

/** Keeps a policy of security groups. A selector of service accounts is not kept: their labels are not read. */
const takeGroups: Take<PodGroups> = item => {
  const parsed = groupsItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a SecurityGroupPolicy' };
  const { metadata: meta, spec } = parsed.data;
  const byPods = spec.podSelector && !spec.serviceAccountSelector;
  return {
    keep: {
      ...meta,
      ...(byPods && { podSelector: selectorOf(spec.podSelector) }),
      groupIds: spec.securityGroups.groupIds,
    },
  };
};

/** The keys of labels that the selectors of policies mention. */
export const networkKeys = ({ policies: egress, groups: own }: PodNetwork): readonly string[] =>
  [...egress, ...own].flatMap(({ podSelector }) =>
    podSelector === undefined
      ? []
      : [...Object.keys(podSelector.matchLabels), ...podSelector.matchExpressions.map(({ key }) => key)],
  );

/** The ids of security groups that policies give to pods. */
export const groupsOfPods = (inside: Collected<KubernetesFacts>): readonly string[] => {
  const network = inside.status === 'unavailable' ? undefined : inside.value.podNetwork;
  if (network === undefined || network.status === 'unavailable') return [];
  return [...new Set(network.value.groups.flatMap(({ groupIds }) => groupIds))];
};

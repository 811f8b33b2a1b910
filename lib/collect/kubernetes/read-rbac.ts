/** Roles and bindings of a cluster, and who IAM principals are in it by the ConfigMap `aws-auth`: read where `rbac` asks. */
import { parse } from 'yaml';
import * as z from 'zod';
import {
  type AwsAuthMapping,
  type Collected,
  complete,
  type Gap,
  type LabelSelector,
  type RbacBinding,
  type RbacObjects,
  type RbacRole,
  type RbacRule,
  type RbacSubject,
  type ReadFailure,
  readFailuresOf,
  unavailable,
  withGaps,
} from '../../model.ts';
import { requiredText, worldText } from '../world-text.ts';
import type { ApiCall, KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, listPages, type Take } from './list-pages.ts';
import { selector, selectorOf } from './parse-webhook.ts';

/** Entries of one list of an object: one with more is told as a gap. A role of Crossplane has some thousand resources. */
const maxEntries = 20_000;
/** Of mappings that cannot be used so many are told. */
const maxGaps = 100;
const list = z
  .array(worldText)
  .max(maxEntries)
  .nullish()
  .transform(values => values ?? []);

/** Names of RBAC objects are path segments, and may hold colons (Kubernetes, "Object Names and IDs"). */
const metadata = z.object({
  name: worldText,
  namespace: worldText.optional(),
  labels: z.record(z.string(), z.string()).nullish(),
});

const rule = z.object({ verbs: list, apiGroups: list, resources: list, resourceNames: list, nonResourceURLs: list });

const roleItem = z.object({
  metadata,
  rules: z.array(rule).max(maxEntries).nullish(),
  aggregationRule: z.object({ clusterRoleSelectors: z.array(selector).max(maxEntries).nullish() }).nullish(),
});

const bindingItem = z.object({
  metadata,
  roleRef: z.object({ kind: worldText, name: worldText }),
  subjects: z
    .array(z.object({ kind: worldText, name: worldText, namespace: worldText.nullish() }))
    .max(maxEntries)
    .nullish(),
});

const group = 'rbac.authorization.k8s.io';
const call = (kind: string, resource: string): ListCall => ({
  kind,
  apiVersion: `${group}/v1`,
  apiGroup: group,
  resource,
  path: `/apis/${group}/v1/${resource}`,
});

/** All four lists. Unavailable where none of them was read; a list that was not is a gap otherwise. */
export const readRbac = async (api: KubernetesApi): Promise<Collected<RbacObjects>> => {
  const [roles, clusterRoles, roleBindings, clusterRoleBindings] = await Promise.all([
    read(api, call('Role', 'roles'), takeRole),
    read(api, call('ClusterRole', 'clusterroles'), takeRole),
    read(api, call('RoleBinding', 'rolebindings'), takeBinding),
    read(api, call('ClusterRoleBinding', 'clusterrolebindings'), takeBinding),
  ]);
  const objects = {
    roles: withNeededLabels(roles),
    clusterRoles: withNeededLabels(clusterRoles),
    roleBindings,
    clusterRoleBindings,
  };
  const sections = Object.values(objects);
  const [first] = readFailuresOf(roles);
  if (first !== undefined && sections.every(({ status }) => status === 'unavailable')) return unavailable(first);
  return withGaps(
    objects,
    Object.entries(objects).flatMap(([name, section]) => gapsOf(name, section)),
  );
};

const read = async <T>(api: KubernetesApi, which: ListCall, take: Take<T>): Promise<Collected<readonly T[]>> => {
  const listed = await listPages(api, which, take);
  return listed.ok ? withGaps(listed.items, listed.gaps) : unavailable(listed.reason);
};

const gapsOf = (name: string, section: Collected<unknown>): readonly Gap[] => {
  if (section.status === 'complete') return [];
  return section.status === 'partial' ? section.gaps : [{ what: name, reason: section.reason }];
};

const takeRole: Take<RbacRole> = item => {
  const parsed = roleItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a Role or ClusterRole' };
  const { metadata: meta, rules, aggregationRule } = parsed.data;
  const selectors = aggregationRule?.clusterRoleSelectors;
  return {
    keep: {
      name: meta.name,
      ...(meta.namespace !== undefined && { namespace: meta.namespace }),
      rules: (rules ?? []).filter(hasVerbs),
      labels: meta.labels ?? {},
      ...(aggregationRule && { aggregation: (selectors ?? []).map(one => selectorOf(one)) }),
    },
  };
};

const hasVerbs = ({ verbs }: RbacRule): boolean => verbs.length > 0;

/** Only the labels that some selector of the list mentions: of a Role, which has no selectors, none. */
const withNeededLabels = (section: Collected<readonly RbacRole[]>): Collected<readonly RbacRole[]> => {
  if (section.status === 'unavailable') return section;
  const keys = new Set(section.value.flatMap(({ aggregation = [] }) => aggregation.flatMap(keysOf)));
  const value = section.value.map(({ labels = {}, ...role }) => {
    const kept = Object.entries(labels).filter(([key]) => keys.has(key));
    return kept.length === 0 ? role : { ...role, labels: Object.fromEntries(kept) };
  });
  return { ...section, value };
};

const keysOf = ({ matchLabels, matchExpressions }: LabelSelector): readonly string[] => [
  ...Object.keys(matchLabels),
  ...matchExpressions.map(({ key }) => key),
];

const takeBinding: Take<RbacBinding> = item => {
  const parsed = bindingItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a RoleBinding or ClusterRoleBinding' };
  const { metadata: meta, roleRef, subjects } = parsed.data;
  return {
    keep: {
      name: meta.name,
      ...(meta.namespace !== undefined && { namespace: meta.namespace }),
      role: { kind: roleRef.kind, name: roleRef.name },
      subjects: (subjects ?? []).map(
        ({ kind, name, namespace }): RbacSubject => ({ kind, name, ...(namespace ? { namespace } : {}) }),
      ),
    },
  };
};

const awsAuthCall: ApiCall = {
  verb: 'get',
  resource: 'configmaps',
  name: 'aws-auth',
  path: '/api/v1/namespaces/kube-system/configmaps/aws-auth',
};

const configMap = z.object({
  kind: z.literal('ConfigMap'),
  data: z
    .object({ mapRoles: z.string().max(2_000_000), mapUsers: z.string().max(2_000_000) })
    .partial()
    .nullish(),
});
/** The program that reads it takes keys in any case (Go, encoding/json, "Unmarshal"). */
const lowerKeys = (item: unknown): unknown =>
  item !== null && typeof item === 'object' && !Array.isArray(item)
    ? Object.fromEntries(Object.entries(item).map(([key, value]) => [key.toLowerCase(), value]))
    : item;
const mapping = { username: worldText.nullish(), groups: list };
/** The form of an entry of each list. Either key that names the principal becomes `principalArn`. */
const mappings = {
  mapRoles: z
    .preprocess(lowerKeys, z.object({ ...mapping, rolearn: requiredText }))
    .transform(({ rolearn, ...rest }) => mappingOf(rolearn, rest)),
  mapUsers: z
    .preprocess(lowerKeys, z.object({ ...mapping, userarn: requiredText }))
    .transform(({ userarn, ...rest }) => mappingOf(userarn, rest)),
};
type MapName = keyof typeof mappings;

/**
 * The mappings of the ConfigMap `aws-auth`; none where there is no such ConfigMap. `mapAccounts` gives nobody a group. One
 * that is not of the form, such as `sso`, is a gap of its own: the cluster too takes the others. Of several mappings of one
 * ARN, in whichever letter case, the last one counts alone, and one of `mapRoles` before one of `mapUsers`: their groups are
 * not joined (kubernetes-sigs/aws-iam-authenticator, pkg/mapper/configmap, `saveMap` and `Map`; issue 271).
 */
export const readAwsAuth = async (api: KubernetesApi): Promise<Collected<readonly AwsAuthMapping[]>> => {
  const answer = await api.send(awsAuthCall);
  if (!answer.ok) return answer.reason.kind === 'not-found' ? complete([]) : unavailable(answer.reason);
  const parsed = configMap.safeParse(answer.body);
  if (!parsed.success) return unavailable(malformed('it is no ConfigMap with texts'));
  const read = (['mapRoles', 'mapUsers'] as const).map(name => mappingsIn(name, parsed.data.data?.[name] ?? ''));
  return withGaps(
    counting(read.map(({ found }) => found)),
    read.flatMap(({ gaps }) => gaps),
  );
};

/** The last mapping of each ARN of each list, without those of a list before it. */
const counting = (lists: readonly (readonly AwsAuthMapping[])[]): readonly AwsAuthMapping[] => {
  const known = new Map<string, AwsAuthMapping>();
  for (const list of lists)
    for (const [arn, one] of new Map(list.map(each => [each.principalArn.toLowerCase(), each])))
      if (!known.has(arn)) known.set(arn, one);
  return [...known.values()];
};

/** The mappings of one text of the ConfigMap, with a gap for each invalid one. */
const mappingsIn = (
  name: MapName,
  text: string,
): { readonly found: readonly AwsAuthMapping[]; readonly gaps: readonly Gap[] } => {
  const gap = (message: string): Gap => ({ what: `${name} of aws-auth`, reason: malformed(message) });
  const items = yamlList(text);
  if (items === undefined) return { found: [], gaps: [gap(`${name} is no list of mappings`)] };
  if (items.length > maxEntries) return { found: [], gaps: [gap(`${name} has more than ${maxEntries} mappings`)] };
  const found: AwsAuthMapping[] = [];
  const gaps: Gap[] = [];
  for (const [index, item] of items.entries()) {
    const { data } = mappings[name].safeParse(item);
    if (data !== undefined) found.push(data);
    else if (gaps.length < maxGaps) gaps.push(gap(`entry ${index + 1} of ${name} is no mapping`));
  }
  return { found, gaps };
};

const mappingOf = (
  principalArn: string,
  { username, groups }: { readonly username?: string | null | undefined; readonly groups: readonly string[] },
): AwsAuthMapping => ({ principalArn, username: username || principalArn, groups });

const malformed = (message: string): ReadFailure => ({ kind: 'invalid', operation: 'get configmaps', message });

/** The texts that stand for no mapping at all: the authenticator skips them. */
const blank = /^\s*(?:``|"")?\s*$/;

/**
 * The list that a text in YAML holds: empty for a blank one, undefined for what is no list or has an error. YAML 1.1, as
 * the authenticator reads it: it knows merge keys. Aliases are not followed beyond a bound.
 */
const yamlList = (text: string): readonly unknown[] | undefined => {
  if (blank.test(text)) return [];
  try {
    const value: unknown =
      parse(text, { version: '1.1', maxAliasCount: 100, logLevel: 'error', uniqueKeys: false }) ?? [];
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

import { setFlagsFromString } from 'node:v8';
import * as z from 'zod';
import { injectingEntry, withConfiguredRoles } from '../../facts.ts';
import {
  type Collected,
  complete,
  type KubernetesFacts,
  mapSection,
  notAskedFor,
  otherNamespaces,
  type Pod,
  type ReadFailure,
  type ServiceAccount,
  unavailable,
  valueOr,
  type WebhookConfiguration,
  webhookName,
  withGaps,
} from '../../model.ts';
import { compareText, given } from '../../text.ts';
import { worldName, worldText } from '../world-text.ts';
import type { ApiCall, KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, type Listed, listPages, type Take } from './list-pages.ts';
import { conditionJudge } from './match-conditions.ts';
import { takePod } from './parse-pod.ts';
import { takeNamespace, takeServiceAccount } from './parse-service-account.ts';
import { type OtherWebhook, parseWebhook, selectorKeys, takeOtherWebhook, withEndpoints } from './parse-webhook.ts';
import { readConfiguredRoles } from './read-configured-roles.ts';
import { readControllerRoles } from './read-controller-roles.ts';
import { withEnvironment } from './read-environment.ts';
import { readPodIdentityAgent } from './read-pod-identity-agent.ts';
import { networkKeys, readPodNetwork } from './read-pod-network.ts';
import { readAwsAuth, readRbac } from './read-rbac.ts';
import { readWorkloads } from './read-workloads.ts';

const webhookCall: ApiCall = {
  verb: 'get',
  resource: `mutatingwebhookconfigurations/${webhookName}`,
  apiGroup: 'admissionregistration.k8s.io',
  name: webhookName,
  path: `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${webhookName}`,
};
const versionCall: ApiCall = { verb: 'get', resource: '/version', path: '/version' };
const discoveryPath = '/.well-known/openid-configuration';
const discoveryCall: ApiCall = { verb: 'get', resource: discoveryPath, path: discoveryPath };

/** Metadata alone: neither the secrets that a service account names nor anything else is sent. */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

const versionBody = z.object({ gitVersion: worldName });
const discoveryBody = z.object({ issuer: worldText });

/** How a cluster's inside is read. */
export interface ReadOptions {
  /** EKS has told the issuer, so that a refused discovery document is no gap. */
  readonly issuerKnown: boolean;
  /** Whose pods and service accounts are read where those of the whole cluster are refused. */
  readonly namespace?: string | undefined;
  /** Read the policies that close pods' ways out too. */
  readonly network?: boolean | undefined;
  /** Read roles and bindings too, and with `usesAwsAuth` who IAM principals are. */
  readonly rbac?: boolean | undefined;
  /** Read workloads that have no pod too. */
  readonly workloads?: boolean | undefined;
  /** False where EKS says that the cluster knows its principals by access entries alone. */
  readonly usesAwsAuth?: boolean | undefined;
}

/**
 * Reads one cluster's inside. `/version` goes first: a cluster that cannot be reached or does not know the caller is told
 * by one request, and the whole is unavailable with that reason. All else that is refused is a gap of its own section.
 */
export const readKubernetesFacts = async (
  api: KubernetesApi,
  { issuerKnown, namespace, network, rbac: wantsRbac, workloads: wantsWorkloads, usesAwsAuth = true }: ReadOptions,
): Promise<Collected<KubernetesFacts>> => {
  keepYoungGenerationSmall();
  const version = await readBody(api, versionCall, body => versionBody.safeParse(body).data?.gitVersion);
  if (version.status === 'unavailable' && isWholeCluster(version.reason)) return unavailable(version.reason);
  const { webhook, nothingInjects } = await readWebhook(api);
  const configuration = webhook.status === 'unavailable' ? undefined : webhook.value;
  const judge = conditionJudge(injectingEntry(configuration?.webhooks ?? [])?.matchConditions ?? []);
  const [podNetwork, rbac, awsAuth, issuer, configuredRoles, namespaces, listedFirst] = await Promise.all([
    network ? readPodNetwork(api) : undefined,
    wantsRbac ? readRbac(api) : undefined,
    wantsRbac && usesAwsAuth ? readAwsAuth(api) : undefined,
    readIssuer(api, issuerKnown),
    readConfiguredRoles(api, configuration),
    listPages(
      api,
      { kind: 'Namespace', resource: 'namespaces', path: '/api/v1/namespaces', accept: metadataOnly },
      takeNamespace(selectorKeys(configuration, 'namespaceSelector'), judge),
    ),
    readServiceAccounts(api, namespace),
  ]);
  const listedPods = await readSection(
    api,
    { kind: 'Pod', resource: 'pods', path: '/api/v1/pods' },
    takePod(podKeys(configuration, podNetwork), judge),
    namespace,
  );
  const pods = await withEnvironment(api, listedPods);
  const listed = await withLateServiceAccounts(api, listedFirst, pods);
  const controllerRoles = await readControllerRoles(api, pods);
  const podIdentityAgent = await readPodIdentityAgent(api, pods);
  const workloads = wantsWorkloads ? await readWorkloads(api) : undefined;
  const roles = configuredRoles === undefined ? [] : valueOr(configuredRoles, []);
  return complete({
    version,
    webhook,
    issuer,
    namespaces: section(namespaces),
    serviceAccounts: mapSection(listed, accounts => withConfiguredRoles(accounts, roles)),
    pods,
    ...given({
      nothingInjects,
      configuredRoles,
      controllerRoles,
      podIdentityAgent,
      podNetwork,
      rbac,
      awsAuth,
      workloads,
    }),
  });
};

/** The labels of pods that selectors mention. */
const podKeys = (
  webhook: WebhookConfiguration | undefined,
  network: KubernetesFacts['podNetwork'],
): ReadonlySet<string> =>
  new Set([
    ...selectorKeys(webhook, 'objectSelector'),
    ...(network === undefined || network.status === 'unavailable' ? [] : networkKeys(network.value)),
  ]);

/**
 * Pods are listed after service accounts, so that a pod may be there whose service account was made in between. Where the
 * first list lacks one, the list is read again; a service account is gone if neither list has it.
 */
const withLateServiceAccounts = async (
  api: KubernetesApi,
  first: Collected<readonly ServiceAccount[]>,
  pods: Collected<readonly Pod[]>,
): Promise<Collected<readonly ServiceAccount[]>> => {
  if (first.status !== 'complete' || pods.status === 'unavailable') return first;
  const known = new Set(first.value.map(keyOf));
  if (pods.value.every(({ namespace, serviceAccount }) => known.has(keyOf({ namespace, name: serviceAccount }))))
    return first;
  const again = await readServiceAccounts(api);
  if (again.status === 'unavailable')
    return withGaps(first.value, [{ what: 'service accounts made while pods were listed', reason: again.reason }]);
  const both = new Map([...first.value, ...again.value].map(one => [keyOf(one), one]));
  return withGaps([...both.values()], again.status === 'partial' ? again.gaps : []);
};

const keyOf = ({ namespace, name }: Pick<ServiceAccount, 'namespace' | 'name'>): string => `${namespace}/${name}`;

/** Reads the service accounts alone; `namespace` as in `ReadOptions`. */
export const readServiceAccounts = (
  api: KubernetesApi,
  namespace?: string,
): Promise<Collected<readonly ServiceAccount[]>> =>
  readSection(
    api,
    { kind: 'ServiceAccount', resource: 'serviceaccounts', path: '/api/v1/serviceaccounts', accept: metadataOnly },
    takeServiceAccount,
    namespace,
  );

/** A list of the whole cluster; where that is refused, of one namespace, with the others as a gap. */
const readSection = async <T>(
  api: KubernetesApi,
  list: ListCall,
  take: Take<T>,
  namespace: string | undefined,
): Promise<Collected<readonly T[]>> => {
  const whole = await listPages(api, list, take);
  if (whole.ok || whole.reason.kind !== 'denied' || namespace === undefined) return section(whole);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${list.resource}`;
  const some = await listPages(api, { ...list, path }, take);
  return some.ok
    ? withGaps(some.items, [...some.gaps, { what: otherNamespaces, reason: whole.reason }])
    : unavailable(some.reason);
};

/** A reason that holds for every request to this cluster: not reached, or the caller not known (401). */
const isWholeCluster = ({ kind, message }: ReadFailure): boolean =>
  kind === 'timed-out' ||
  kind === 'unreachable' ||
  kind === 'invalid' ||
  (kind === 'denied' && !message.startsWith('403'));

const section = <T>(listed: Listed<T>): Collected<readonly T[]> =>
  listed.ok ? withGaps(listed.items, listed.gaps) : unavailable(listed.reason);

const readBody = async <T>(
  api: KubernetesApi,
  call: ApiCall,
  parse: (body: unknown) => T | undefined,
): Promise<Collected<T>> => {
  const answer = await api.send(call);
  if (!answer.ok) return unavailable(answer.reason);
  const value = parse(answer.body);
  if (value !== undefined) return complete(value);
  return unavailable({
    kind: 'invalid',
    operation: `get ${call.resource}`,
    message: `the answer has not the form of ${call.resource}`,
  });
};

/** `not-found` is a fact here: there is no such configuration, unless one of another name can be seen. */
const readWebhook = async (api: KubernetesApi): Promise<Pick<KubernetesFacts, 'webhook' | 'nothingInjects'>> => {
  const read = await readBody(api, webhookCall, parseWebhook);
  if (read.status === 'complete') return { webhook: await withEndpoints(api, read.value) };
  if (read.status !== 'unavailable' || read.reason.kind !== 'not-found') return { webhook: read };
  const others = await listOtherWebhooks(api);
  const [other] = others.ok ? others.items.filter(({ isPodIdentity }) => isPodIdentity) : [];
  if (other !== undefined) return { webhook: await withEndpoints(api, other.configuration) };
  const isNone = others.ok && others.items.length === 0 && others.gaps.length === 0;
  return { webhook: complete(undefined), ...(isNone && { nothingInjects: true }) };
};

/** Optional: the auditor's role may read the usual configuration alone. In the order of their names. */
const listOtherWebhooks = async (api: KubernetesApi): Promise<Listed<OtherWebhook>> => {
  const listed = await listPages(
    api,
    {
      kind: 'MutatingWebhookConfiguration',
      apiVersion: 'admissionregistration.k8s.io/v1',
      apiGroup: 'admissionregistration.k8s.io',
      resource: 'mutatingwebhookconfigurations',
      path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    },
    takeOtherWebhook,
  );
  const byName = (a: OtherWebhook, b: OtherWebhook) => compareText(a.configuration.name, b.configuration.name);
  return listed.ok ? { ...listed, items: listed.items.toSorted(byName) } : listed;
};

/** By default only service accounts may read discovery (`system:service-account-issuer-discovery`). */
export const readIssuer = async (api: KubernetesApi, issuerKnown: boolean): Promise<Collected<string>> => {
  const read = await readBody(api, discoveryCall, body => discoveryBody.safeParse(body).data?.issuer);
  const refused = read.status === 'unavailable' && (read.reason.kind === 'denied' || read.reason.kind === 'not-found');
  return refused && issuerKnown
    ? notAskedFor(`get ${discoveryPath}`, 'refused, and not needed: eks:DescribeCluster gives the issuer')
    : read;
};

/**
 * Keeps V8's young generation as large as it is. A list of pods is gigabytes of objects that live for a moment: V8 answers
 * by growing the space for new ones to 128 MB, which saves no time here and is most of the memory that a reader would take
 * (`bench/kubernetes.ts`). V8 reads the flag whenever it considers to grow; it holds for the process from then on.
 */
const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, WebhookEntry } from '../../lib/model/kubernetes.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { everyUse } from './every-use.ts';
import {
  aContainer,
  aPod,
  type aReadCluster,
  aServiceAccount,
  aWebhook,
  aWhollyReadCluster,
} from './example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from './example-world.ts';
import { withoutRights } from './reach-world.ts';

/** Whole accounts that were read to the end: cluster, its inside, provider, role, CloudTrail, quotas. */

export const host = exampleIssuer.slice('https://'.length);
/** The issuer of a cluster that was replaced. */
export const oldHost = host.replace('5C1D', '0000');
export const cart = aRole().arn;
export const roleKey = 'eks.amazonaws.com/role-arn';
export const exact = 'system:serviceaccount:checkout:cart';

export type Over = NonNullable<Parameters<typeof someFacts>[0]>;

/** The details of the role: used yesterday, no administrator. */
export const detail = (over: Readonly<Record<string, unknown>> = {}) =>
  complete({
    attachedPolicyArns: [],
    isAdministrator: false,
    tags: {},
    lastUsedAt: '2026-10-31T00:00:00.000Z',
    ...over,
  });

/** The account, with some of its cluster's inside and of itself replaced. */
export const world = (
  inside: Partial<KubernetesFacts> = {},
  over: Over = {},
  cluster: Parameters<typeof aReadCluster>[1] = {},
): Facts =>
  someFacts({
    settings: { inCluster: true },
    clusters: complete([aWhollyReadCluster(inside, cluster)]),
    roles: complete([aRole({ detail: detail() })]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    controlPolicies: complete([]),
    ...everyUse(over.roles ?? complete([aRole()])),
    ...over,
  });

/** The account with these pods. */
export const podsOf = (...pods: readonly Pod[]): Partial<KubernetesFacts> => ({ pods: complete(pods) });
/** The account's only container, with more variables, as a pod. */
export const podWith = (values: Readonly<Record<string, string>>, over: Partial<PodContainer> = {}): Pod => {
  const irsaEnvironment = { ...aContainer().irsaEnvironment, ...values };
  return aPod({ containers: [aContainer({ irsaEnvironment, awsVariables: Object.keys(irsaEnvironment), ...over })] });
};
/** A container that got nothing. */
export const bare = (over: Partial<PodContainer> = {}): PodContainer =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });
/** A pod that got nothing. */
export const barePod = (over: Partial<Pod> = {}): Pod => aPod({ containers: [bare()], volumes: [], ...over });
/** A pod of Pod Identity. */
export const identityPod = (over: Partial<Pod> = {}): Pod =>
  barePod({
    containers: [
      bare({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] }),
    ],
    volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' }],
    ...over,
  });
/** The service account with these annotations beside its role. */
export const annotated = (annotations: Readonly<Record<string, string>>): Partial<KubernetesFacts> => ({
  serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: cart, ...annotations } })]),
});
/** A webhook with some of its entry replaced. */
export const webhook = (over: Parameters<typeof aWebhook>[0]): Partial<KubernetesFacts> => ({
  webhook: complete(aWebhook(over)),
});

/** A webhook behind a service of the cluster. */
export const serviceWebhook = (
  service: Omit<NonNullable<WebhookEntry['service']>, 'ready'>,
  ready = 2,
): Partial<KubernetesFacts> => {
  const { name, webhooks } = aWebhook();
  return {
    webhook: complete({
      name,
      webhooks: webhooks.map(({ url: _, ...entry }) => ({ ...entry, service: { ...service, ready: complete(ready) } })),
    }),
  };
};

type Json = Readonly<Record<string, unknown>>;
/** The condition on the exact service account. */
export const own: Readonly<Record<string, Json>> = {
  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: exact },
};
/** A statement for the cluster's tokens. */
export const statement = (condition: Json = own, over: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
  ...over,
});
/** The account whose role has these statements. */
export const trusting = (statements: readonly Json[], over: Over = {}): Facts =>
  world(
    {},
    {
      roles: complete([
        aRole({ detail: detail(), trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }),
      ]),
      ...over,
    },
  );
/** Another role of the account. */
export const another = (name: string, subject: string) =>
  aRole({ name, detail: detail(), trustPolicy: aTrustPolicy({ subject }) });

/** Findings above info, as rule ids, each once; a rule that threw is an error of the test. */
export const causesIn = (facts: Facts): readonly string[] => {
  const { findings, gaps } = evaluate(facts, { rules: catalog });
  const broken = gaps.filter(gap => gap.reason.operation.startsWith('rule '));
  if (broken.length > 0) throw new Error(broken.map(gap => gap.reason.message).join('; '));
  return [...new Set(findings.filter(one => one.severity !== 'info').map(one => `${one.ruleId} ${one.messageId}`))];
};

/** The undecided parts of every rule, with the kind of what is missing. */
export const undecidedIn = (facts: Facts): readonly string[] =>
  evaluate(withoutRights(facts), { rules: catalog }).undecided.map(({ ruleId, missing }) => `${ruleId}: ${missing}`);

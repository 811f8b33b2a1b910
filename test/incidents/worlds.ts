/** The states that reports of incidents describe, as facts of an audit. Every name is made up. */
import type { Facts } from '../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, WebhookEntry } from '../../lib/model/kubernetes.ts';
import type { AssumeEvents } from '../../lib/model/runtime.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

type Over = Parameters<typeof someFacts>[0];
type Inside = Partial<KubernetesFacts>;

const host = exampleIssuer.slice('https://'.length);
const bareContainer = (over: Partial<PodContainer> = {}): PodContainer =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });
const bare = (over: Partial<Pod> = {}): Pod => aPod({ containers: [bareContainer()], volumes: [], ...over });
const detail = (lastUsedAt?: string) =>
  complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, ...(lastUsedAt ? { lastUsedAt } : {}) });
const cart = 'system:serviceaccount:checkout:cart';
/** The example world, its cluster changed. */
const world = (inside: Inside, over: Over = {}, cluster: Partial<ClusterSnapshot> = {}): Facts =>
  someFacts({ settings: { inCluster: true }, clusters: complete([aReadCluster(inside, cluster)]), ...over });
const policy = (...statements: readonly object[]): Over => ({
  roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
});
const statement = (over: object): object => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...over,
});
const trusting = (subject: string): Facts =>
  world({}, { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject }) })]) });
const unannotated = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) };
const calls = (...events: readonly Partial<AssumeEvents>[]): Over => ({
  runtime: complete({
    from: '2026-10-31T23:00:00Z',
    to: '2026-11-01T06:00:00Z',
    events: events.map(event => ({
      roleArn: aRole().arn,
      subject: cart,
      providerArn: aProvider().arn,
      region: 'eu-west-1',
      successes: 3,
      failures: [],
      userAgents: [],
      verificationMethods: [],
      lastAt: '2026-11-01T05:00:00Z',
      ...event,
    })),
  }),
});

/** Its pods have the role, which was never assumed. */
export const neverAssumed = (): Facts => world({}, { ...calls(), roles: complete([aRole({ detail: detail() })]) });

export const callsElsewhere = (): Facts => world({}, calls({ region: 'us-east-1' }));

/** A cluster of Kubernetes 1.18, whose container runs as a user of its own. */
export const oldKubernetes = (): Facts =>
  world({ version: complete('v1.18.9'), pods: complete([aPod({ containers: [aContainer({ runAsUser: 100 })] })]) });

export const noProvider = (): Facts => world({}, { providers: complete([]) });

export const providerOfAudience = (audience: string): Facts =>
  world({}, { providers: complete([aProvider({ audiences: [audience] })]) });

export const pinnedLeaf = (): Facts =>
  world({}, { providers: complete([aProvider({ thumbprints: ['1'.repeat(40)] })]) });

/** Variables by hand, the token of the Kubernetes API, no annotation. */
export const apiToken = (): Facts => {
  const token = '/run/secrets/kubernetes.io/serviceaccount/token';
  const container = aContainer({
    irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_WEB_IDENTITY_TOKEN_FILE: token },
    mounts: {},
  });
  return world({ ...unannotated, pods: complete([aPod({ containers: [container], volumes: [] })]) });
};

export const unnamedRole = (): Facts => world({ ...unannotated, pods: complete([bare()]) });

export const waitingForSecrets = (): Facts =>
  world(
    {
      serviceAccounts: complete([
        aServiceAccount({ annotations: {} }),
        aServiceAccount({ namespace: 'kube-system', name: 'provider', annotations: {} }),
      ]),
      pods: complete([
        bare({ phase: 'Pending', mountsSecretsStore: true }),
        bare({ name: 'provider', namespace: 'kube-system', serviceAccount: 'provider', secretsProvider: 'aws' }),
      ]),
    },
    { roles: complete([]) },
  );

/** The workload of the annotated account's name runs as default. */
export const workloadOnDefault = (): Facts =>
  world({
    serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'default', annotations: {} })]),
    pods: complete([bare({ serviceAccount: 'default' })]),
  });

/** An upgrade of the chart gave a part of the release an account of its own. */
export const movedByChart = (): Facts => {
  const managedBy = { tool: 'Helm', name: 'cart' } as const;
  return world({
    serviceAccounts: complete([
      aServiceAccount({ managedBy }),
      aServiceAccount({ name: 'cart-write', annotations: {}, managedBy }),
    ]),
    pods: complete([bare({ serviceAccount: 'cart-write', owner: { kind: 'StatefulSet', name: 'cart-write' } })]),
  });
};

/** The chart's annotations went to its helpers, and not to the account that the role trusts. */
export const helpersAnnotated = (): Facts =>
  world({
    serviceAccounts: complete([
      aServiceAccount({ annotations: {} }),
      aServiceAccount({ name: 'cart-webhook' }),
      aServiceAccount({ name: 'cart-metrics-server' }),
    ]),
    pods: complete([bare(), aPod({ name: 'webhook', serviceAccount: 'cart-webhook' })]),
  });

export const onFargate = (): Facts => world({ ...unannotated, pods: complete([bare({ onFargate: true })]) });

export const otherName = (): Facts => trusting('system:serviceaccount:checkout:basket');
export const otherNamespace = (): Facts => trusting('system:serviceaccount:kube-system:cart');
export const literalWildcard = (): Facts => trusting('system:serviceaccount:*:cart');

/** The condition key has the ARN of the provider in place of its host. */
export const keyWithArn = (): Facts =>
  world({}, policy(statement({ Condition: { StringLike: { [`${aProvider().arn}:sub`]: cart } } })));

/** The audience is asked for the subject. */
export const audienceForSubject = (): Facts =>
  world({}, policy(statement({ Condition: { StringEquals: { [`${host}:aud`]: cart } } })));

/** `oidc.<region>.eks` in place of `oidc.eks.<region>`. */
export const mistypedProvider = (): Facts => {
  const arn = aProvider().arn.replace('oidc.eks.eu-west-1.', 'oidc.eu-west-1.eks.');
  return world(
    {},
    policy(statement({ Principal: { Federated: arn }, Condition: { StringEquals: { [`${host}:sub`]: cart } } })),
  );
};

/** Conditions of two issuers in one statement. */
export const twoIssuers = (): Facts => {
  const other = host.replace('5C1D', '7777');
  const subjects = { [`${host}:sub`]: cart, [`${other}:sub`]: cart };
  const issuers = [exampleIssuer, `https://${other}`].map(issuer => aProvider({ issuer }).arn);
  return world(
    {},
    {
      ...policy(statement({ Principal: { Federated: issuers }, Condition: { StringEquals: subjects } })),
      clusters: complete([
        aReadCluster(),
        { ...aReadCluster(), cluster: aCluster({ name: 'blue', issuer: `https://${other}` }) },
      ]),
      providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]),
    },
  );
};

/** Provider and keys name the region of an example. */
export const otherRegion = (): Facts => {
  const issuer = exampleIssuer.replace('eu-west-1', 'us-west-2');
  return world({}, { roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]) });
};

/** The issuer stayed empty in a template. */
export const emptyIssuer = (): Facts =>
  world(
    {},
    policy(
      statement({
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/' },
        Condition: { StringEquals: { ':sub': cart } },
      }),
    ),
  );

export const workerRole = (): Facts =>
  world({}, policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }));

/** The role trusts the same account of another cluster alone. */
export const otherCluster = (): Facts => {
  const issuer = exampleIssuer.replace('5C1D', '7777');
  const blue = { ...aReadCluster(), cluster: aCluster({ name: 'blue', issuer }) };
  return world(
    {},
    {
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]),
      clusters: complete([aReadCluster(), blue]),
      providers: complete([aProvider(), aProvider({ issuer })]),
    },
  );
};

export const noCondition = (): Facts => world({}, policy(statement({})));

/** A trust policy of many subjects, at the default quota. */
export const fullPolicy = (): Facts => {
  const names = Array.from({ length: 35 }, (_, at) => `profile-of-team-${at}`);
  const subjects = names.map(name => `system:serviceaccount:${name}:default-editor`);
  const condition = { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: [...subjects, cart] } };
  return world(
    {
      namespaces: complete(['checkout', ...names].map(name => ({ name, labels: {}, terminating: false }))),
      serviceAccounts: complete([
        aServiceAccount(),
        ...names.map(namespace => aServiceAccount({ namespace, name: 'default-editor' })),
      ]),
    },
    {
      ...policy(statement({ Condition: condition })),
      quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    },
  );
};

/** Account and pods were made by one command. */
export const madeTogether = (): Facts =>
  world({
    serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-10-01T10:00:00Z' })]),
    pods: complete([bare({ createdAt: '2026-10-01T10:00:01Z' })]),
  });

/** Pods came a second after their association. */
export const beforeAssociation = (): Facts =>
  world(
    { ...unannotated, pods: complete([bare({ createdAt: '2026-10-01T10:00:01Z' })]) },
    { roles: complete([aRole({ trustPolicy: forPodIdentity })]) },
    {
      podIdentity: complete([
        {
          id: 'a-1',
          namespace: 'checkout',
          serviceAccount: 'cart',
          roleArn: aRole().arn,
          createdAt: '2026-10-01T10:00:00Z',
        },
      ]),
    },
  );

const forPodIdentity = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});

export const noWebhook = (): Facts => world({ webhook: complete(undefined), pods: complete([bare()]) });

/** AdmissionReview v1 in the configuration, and the last pod was missed. */
export const reviewVersion = (): Facts =>
  world({
    webhook: complete(aWebhook({ admissionReviewVersions: ['v1'] })),
    serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z' })]),
    pods: complete([bare()]),
  });

/** After EKS replaced the authority the webhook has the outgoing one alone, and pods of several workloads were missed. */
export const outgoingAuthority = (): Facts => {
  const { cluster } = aReadCluster();
  const next = {
    subject: 'CN=next',
    sha256: 'e'.repeat(64),
    notBefore: '2026-09-01T00:00:00Z',
    notAfter: '2036-09-01T00:00:00Z',
  };
  const missed = ['a', 'b', 'c'].map((name, at) =>
    bare({ name, createdAt: `2026-10-0${at + 2}T10:00:00Z`, owner: { kind: 'Deployment', name } }),
  );
  return world(
    {
      serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z' })]),
      pods: complete([aPod(), ...missed]),
    },
    {},
    { cluster: { ...cluster, caCertificates: [...cluster.caCertificates, next] } },
  );
};

/** A self-hosted webhook whose pods never started. */
export const deadWebhook = (): Facts => {
  const { url: _url, ...entry } = aWebhook().webhooks[0] as WebhookEntry;
  const service = { namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate', ready: complete(0) };
  return world({
    webhook: complete({ name: 'pod-identity-webhook', webhooks: [{ ...entry, service }] }),
    pods: complete([bare()]),
  });
};

/** A rejected pipeline of GitHub on a role for pipelines. */
export const rejectedPipeline = (): Facts => {
  const issuer = 'https://token.actions.githubusercontent.com';
  const github = aProvider({ issuer });
  return world(
    {},
    {
      ...calls({
        roleArn: aRole({ name: 'deploy' }).arn,
        subject: 'repo:shop/cart:pull_request',
        providerArn: github.arn,
        successes: 0,
        failures: [{ errorCode: 'AccessDenied', errorMessage: 'x', count: 1, lastAt: '2026-11-01T05:00:00Z' }],
      }),
      providers: complete([aProvider(), github]),
      roles: complete([
        aRole(),
        aRole({
          name: 'deploy',
          trustPolicy: aTrustPolicy({
            issuer,
            condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:shop/cart:ref:refs/heads/main',
              },
            },
          }),
        }),
      ]),
    },
  );
};

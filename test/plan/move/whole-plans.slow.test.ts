import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { clustersOf } from '../../../lib/facts/subjects-of.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { endOf } from '../../../lib/plan/move/clusters.ts';
import { stepsWithManagers, withExposures } from '../../../lib/plan/move/exposures.ts';
import { finishReplacement } from '../../../lib/plan/move/finish-replacement.ts';
import { replaceCluster } from '../../../lib/plan/move/replace-cluster.ts';
import { terraformOfPlan } from '../../../lib/plan/move/terraform-statements.ts';
import type { Plan, PlannedStep } from '../../../lib/plan/plan.ts';
import { finishPodIdentity } from '../../../lib/plan/pod-identity/finish-pod-identity.ts';
import { podIdentityPlan } from '../../../lib/plan/pod-identity/pod-identity-plan.ts';
import { accessLines } from '../../../lib/plan/render-plan.ts';
import { soundChanges } from '../../fixes/changes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';

/** Plans of a table of worlds, whole: each step with its reason, question and access, each note, and the blocks for Terraform. */

type Over = Parameters<typeof someFacts>[0];
const newIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E9E';
const [oldPath, newPath] = [exampleIssuer, newIssuer].map(url => url.replace('https://', '')) as [string, string];
const [sub, newSub] = [`${oldPath}:sub`, `${newPath}:sub`];
const [old, green] = [aCluster(), aCluster({ name: 'green', issuer: newIssuer })];
const account = 'system:serviceaccount:checkout:cart';
const there = (over: Parameters<typeof aReadCluster>[0] = {}, more: Parameters<typeof aReadCluster>[1] = {}) =>
  aReadCluster({ pods: complete([]), ...over }, { cluster: green, ...more });
const role = (statements: readonly object[], over: Partial<Role> = {}): Role =>
  aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }), ...over });
const named = (name: string): Partial<Role> => ({ name, arn: `arn:aws:iam::111122223333:role/${name}` });
const allow = (condition: object, over: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Federated: aProvider().arn }, Action: 'sts:AssumeRoleWithWebIdentity' },
  ...{ Condition: condition },
  ...over,
});
const ofNew = { Principal: { Federated: aProvider({ issuer: newIssuer }).arn } };
const pods = (condition: object, over: object = {}) => ({
  ...{
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  },
  ...{ Condition: condition },
  ...over,
});
const plain = allow({ StringEquals: { [sub]: account } });
const both = [plain, allow({ StringEquals: { [newSub]: account } }, ofNew)];
const ofPods = (...arns: readonly string[]) => pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': arns } });
const denied = (operation: string) => unavailable<never>({ kind: 'denied', operation, message: 'no' });
const gap = (operation: string) => [
  { what: 'a page', reason: { kind: 'throttled', operation, message: 'slow' } as const },
];
const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn };

const world = (roles: readonly Role[], over: Over = {}): Facts =>
  someFacts({
    roles: complete(roles),
    clusters: complete([aReadCluster(), there()]),
    quotas: complete({ trustPolicyLength: 4096, oidcProviders: 100 }),
    ...over,
  });

const linesOf = ({ steps, notes = [], left, fixed }: Plan): readonly string[] => [
  ...steps.flatMap(({ change, reason, choice, roleArn, access = [], findingIds }) => [
    `  ${JSON.stringify(change)}`,
    `    for: ${reason}${roleArn === undefined ? '' : ` (${roleArn})`}`,
    ...(choice === undefined ? [] : [`    decide: ${choice}`]),
    ...access.flatMap(accessLines).map(line => `  ${line}`),
    ...findingIds.map(id => `    finding ${id}`),
  ]),
  ...notes.map(
    ({ about, why, trustPolicy }) =>
      `  note: ${about}: ${why}${trustPolicy === undefined ? '' : ` ${JSON.stringify(trustPolicy)}`}`,
  ),
  ...(left.length + fixed.length === 0 ? [] : ['  findings']),
];
const told = (
  worlds: Readonly<Record<string, Facts>>,
  planOf: (facts: Facts) => Plan,
  more: (plan: Plan) => string = () => '',
): string =>
  `${Object.entries(worlds)
    .map(([title, facts]) => {
      const plan = planOf(facts);
      return [`# ${title}`, ...linesOf(plan), more(plan)].join('\n');
    })
    .join('\n')}\n`;

const bare = aServiceAccount({ annotations: {} });
const onGreen = (over: Parameters<typeof aReadCluster>[0], more: Parameters<typeof aReadCluster>[1] = {}): Over => ({
  clusters: complete([aReadCluster(), there(over, more)]),
});
const withAssociations = (some: readonly object[], over: Over = {}): Over => ({
  clusters: complete([
    aReadCluster({}, { podIdentity: complete(some as never) }),
    there({}, { podIdentity: complete([]) }),
  ]),
  ...over,
});
const annotated = (arn: string, over: object = {}) =>
  aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': arn }, ...over });
const forOld = pods({
  StringEquals: { 'aws:RequestTag/eks-cluster-arn': old.arn, 'aws:RequestTag/eks-cluster-name': 'shop' },
});
const foreign = 'arn:aws:iam::999988887777:role/far';

/** Each test by which a statement for EKS Pod Identity names the first cluster, or looks as if. */
const ofCluster = ['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike', 'StringNotEquals'].flatMap(operator =>
  [
    ['aws:RequestTag/eks-cluster-arn', old.arn],
    ['aws:RequestTag/EKS-cluster-name', old.name],
    ['aws:SourceArn', old.arn],
    ['aws:SourceAccount', old.accountId],
    ['aws:PrincipalArn', old.arn],
  ].map(([key = '', value = '']) => [operator, key, value] as const),
);

const replaced: Readonly<Record<string, Facts>> = {
  ...Object.fromEntries(
    ofCluster.map(([operator, key, value]) => [
      `EKS Pod Identity by ${operator} of ${key}`,
      world([role([pods({ [operator]: { [key]: value } })])]),
    ]),
  ),
  'a policy variable of the first issuer': world([role([allow({ StringEquals: { [sub]: [account, `\${${sub}}`] } })])]),
  usual: world([role([plain])]),
  'two roles': world([role([plain], named('b')), role([plain], named('a'))]),
  'done already': world(both.length > 0 ? [role(both)] : [], {
    providers: complete([aProvider(), aProvider({ issuer: newIssuer })]),
  }),
  'nobody can assume it': world([role([allow({ StringEquals: { [sub]: 'no subject' } })])]),
  'a policy that cannot be read': world([
    role([plain]),
    aRole({ ...named('x'), trustPolicy: `{"Statement":"${aProvider().arn}",` }),
  ]),
  'a network': world([
    role([
      allow({
        StringEquals: { [sub]: account },
        IpAddress: { 'aws:SourceIp': '52.0.0.0/8' },
        StringEqualsIfExists: { 'aws:RequestedRegion': 'x' },
      }),
    ]),
  ]),
  'roles of which a page is missing': world([], { roles: withGaps([role([plain])], gap('iam:ListRoles')) }),
  'roles that were not read': world([], { roles: denied('iam:ListRoles') }),
  'no role': world([]),
  'clusters that were not read': world([role([plain])], { clusters: complete([]) }),
  'an old cluster that is gone': world([role([plain])], { clusters: complete([there()]) }),
  'a new cluster that is not there yet': world([role([plain])], { clusters: complete([aReadCluster()]) }),
  'service accounts that were not read': world(
    [role([plain])],
    onGreen({ serviceAccounts: denied('list serviceaccounts') }),
  ),
  'service accounts of neither': world([role([plain])], {
    clusters: complete([
      aReadCluster({ serviceAccounts: denied('list') }),
      there({ serviceAccounts: withGaps([], gap('list')) }),
    ]),
  }),
  'no annotation yet': world([role([plain])], onGreen({ serviceAccounts: complete([bare]) })),
  'of the first cluster one without a role, and of the second none': world([role([plain])], {
    clusters: complete([
      aReadCluster({ serviceAccounts: complete([aServiceAccount(), { ...bare, name: 'plain' }]) }),
      there({ serviceAccounts: complete([]) }),
    ]),
  }),
  'no service account yet': world([role([plain])], onGreen({ serviceAccounts: complete([]) })),
  'two that are missing': world([role([plain])], {
    clusters: complete([
      aReadCluster({ serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'pay' })]) }),
      there({ serviceAccounts: complete([]) }),
    ]),
  }),
  'another annotation': world(
    [role([plain])],
    onGreen({ serviceAccounts: complete([annotated(`${aRole().arn}-new`)]) }),
  ),
  'an annotation of another account': world(
    [role([plain])],
    onGreen({ serviceAccounts: complete([annotated(foreign)]) }),
  ),
  'roles of other accounts': world([role([plain])], {
    clusters: complete([
      aReadCluster({ serviceAccounts: complete([annotated(foreign), annotated(foreign, { name: 'b' })]) }),
      there({ serviceAccounts: complete([bare, aServiceAccount({ name: 'b', annotations: {} })]) }),
    ]),
  }),
  'another audience': world([role([plain])], {
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([
          aServiceAccount({
            annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': 'vault' },
          }),
        ]),
      }),
      there({ serviceAccounts: complete([bare]) }),
    ]),
  }),
  'a role that would not trust it': world(
    [
      role([
        plain,
        { Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringNotEquals: { [sub]: account } } },
      ]),
    ],
    onGreen({ serviceAccounts: complete([bare]) }),
  ),
  'an association': world([role([plain, forOld])], withAssociations([association])),
  'an association with all that it may have': world(
    [role([plain, pods({})])],
    withAssociations([{ ...association, targetRoleArn: foreign, sessionTags: false, sessionPolicy: '{}' }]),
  ),
  'an association that is there': world([role([plain, forOld])], {
    clusters: complete([
      aReadCluster({}, { podIdentity: complete([association]) }),
      there({}, { podIdentity: complete([{ ...association, id: 'a-2' }]) }),
    ]),
  }),
  'associations that were not read': world([role([plain])], {
    clusters: complete([aReadCluster({}, { podIdentity: denied('eks:ListPodIdentityAssociations') }), there()]),
  }),
  'an association without its role': world(
    [role([plain])],
    withAssociations([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]),
  ),
  'an association of a role of another account': world(
    [role([plain])],
    withAssociations([{ ...association, roleArn: foreign }]),
  ),
  'an association of a role that is not there': world(
    [role([plain])],
    withAssociations([{ ...association, roleArn: `${aRole().arn}-gone` }]),
  ),
  'an association while roles were not read': world(
    [],
    withAssociations([association], { roles: denied('iam:ListRoles') }),
  ),
  'an association of a role whose policy cannot be read': world(
    [aRole({ trustPolicy: '{' })],
    withAssociations([association]),
  ),
  'an association of a role that may refuse it': world(
    [role([plain, pods({ StringLike: { 'aws:RequestTag/eks-cluster-name': 'sh*' } })])],
    withAssociations([association]),
  ),
  'an association without session tags': world(
    [role([plain, pods({}, { Action: 'sts:AssumeRole' })])],
    withAssociations([
      { ...association, sessionTags: false },
      { ...association, id: 'a-2', serviceAccount: 'tagged' },
    ]),
  ),
  'a provider with several audiences': world([role([plain])], {
    providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
  }),
  'a provider that was not read': world([role([plain])], {
    providers: complete([aProvider({ detail: denied('iam:GetOpenIDConnectProvider') })]),
  }),
  'providers that were not read': world([role([plain])], { providers: denied('iam:ListOpenIDConnectProviders') }),
  'a new provider that lacks an audience': world([role([plain])], {
    providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] }), aProvider({ issuer: newIssuer })]),
  }),
  'a new provider that was not read': world([role([plain])], {
    providers: complete([
      aProvider(),
      aProvider({ issuer: newIssuer, detail: denied('iam:GetOpenIDConnectProvider') }),
    ]),
  }),
  'a full account': world([role([plain])], { quotas: complete({ oidcProviders: 1, trustPolicyLength: 4096 }) }),
  'an account with room for one': world([role([plain])], {
    quotas: complete({ oidcProviders: 2, trustPolicyLength: 4096 }),
  }),
  'quotas that were not read': world([role([plain])], { quotas: denied('servicequotas:GetServiceQuota') }),
  'a role that Terraform manages': world([
    role([plain], {
      detail: complete({ tags: { terraform: 'true' }, attachedPolicies: [], inlinePolicies: [] } as never),
    }),
  ]),
  'a role without room': world(
    [
      role([
        allow({
          StringEquals: { [sub]: Array.from({ length: 30 }, (_, at) => `system:serviceaccount:team-${at}:app`) },
        }),
      ]),
    ],
    { quotas: complete({ trustPolicyLength: 2048 }) },
  ),
  'a role without room, by the usual quota': world(
    [
      role([
        allow({
          StringEquals: { [sub]: Array.from({ length: 30 }, (_, at) => `system:serviceaccount:team-${at}:app`) },
        }),
      ]),
    ],
    { quotas: denied('q') },
  ),
};

test(
  'a cluster that takes the place of another one',
  () =>
    golden(
      'plans/replace-cluster.txt',
      told(
        replaced,
        facts => replaceCluster(facts, [facts], { from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) }),
        plan => terraformOfPlan(plan).replace(/^# (?!arn|take|a step|in client).*\n+/gm, ''),
      ),
    ),
  120_000,
);

const quietSince = (from: string, events: readonly object[] = []) =>
  complete({ from, to: '2026-11-01T06:00:00.000Z', events: events as never });
const call = (over: object = {}) => ({
  ...{ roleArn: aRole().arn, subject: account, region: 'eu-west-1', successes: 2, failures: [], userAgents: [] },
  ...{ verificationMethods: [], lastAt: '2026-10-31T00:00:00.000Z', providerArn: aProvider().arn },
  ...over,
});
const idle = complete([aPod({ containers: [] })]);
const regions = (...clusters: readonly ReturnType<typeof aReadCluster>[]) => [
  { region: 'eu-west-1', clusters: complete(clusters) },
  { region: 'us-east-1', clusters: complete([]) },
];
const quiet = (roles: readonly Role[], over: Over = {}): Facts =>
  someFacts({
    roles: complete(roles),
    providers: complete([aProvider(), aProvider({ issuer: newIssuer })]),
    runtime: quietSince('2026-10-01T00:00:00.000Z'),
    regions: regions(aReadCluster({ pods: idle }), there()),
    ...over,
  });
const lastUsed = (lastUsedAt?: string) =>
  complete({
    tags: {},
    attachedPolicies: [],
    inlinePolicies: [],
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  } as never);
const having = aPod({ containers: [aContainer()] });
const gone = { regions: regions(there()) };

const finished: Readonly<Record<string, Facts>> = {
  usual: quiet([role(both)]),
  'a role that does not trust the new one': quiet([role([plain])]),
  'a policy that cannot be read': quiet([aRole({ trustPolicy: `{"Statement":"${aProvider().arn}",` })]),
  'a role of the old one alone that nobody can assume': quiet([
    role([allow({ StringEquals: { [sub]: 'no subject' } })]),
  ]),
  'a pod that has it': quiet([role(both)], { regions: regions(aReadCluster({ pods: complete([having]) }), there()) }),
  'four pods that have it': quiet([role(both)], {
    regions: regions(
      aReadCluster({ pods: complete(['a', 'b', 'c', 'd'].map(name => ({ ...having, name }))) }),
      there(),
    ),
  }),
  'pods that were not read': quiet([role(both)], {
    regions: regions(aReadCluster({ pods: denied('list pods') }), there()),
  }),
  'pods of which some were read': quiet([role(both)], {
    regions: regions(aReadCluster({ pods: withGaps([aPod({ containers: [] })], gap('list pods')) }), there()),
  }),
  'a call': quiet([role(both)], { runtime: quietSince('2026-10-01T00:00:00.000Z', [call()]) }),
  'a call of seven days ago': quiet([role(both)], {
    runtime: quietSince('2026-10-01T00:00:00.000Z', [call({ lastAt: '2026-10-25T06:00:00.000Z' })]),
  }),
  'a call of almost seven days ago': quiet([role(both)], {
    runtime: quietSince('2026-10-01T00:00:00.000Z', [call({ lastAt: '2026-10-25T06:00:00.001Z', subject: undefined })]),
  }),
  'a call that failed, one of another role, one of another provider': quiet([role(both)], {
    runtime: quietSince('2026-10-01T00:00:00.000Z', [
      call({ successes: 0 }),
      call({ roleArn: 'x' }),
      call({ providerArn: aProvider({ issuer: newIssuer }).arn }),
    ]),
  }),
  'CloudTrail of seven days': quiet([role(both)], { runtime: quietSince('2026-10-25T06:00:00.000Z') }),
  'CloudTrail of less': quiet([role(both)], { runtime: quietSince('2026-10-25T06:00:00.001Z') }),
  'CloudTrail of less, and no use by IAM': quiet([role(both, { detail: lastUsed() })], {
    runtime: quietSince('2026-10-31T00:00:00.000Z'),
  }),
  'CloudTrail of less, and a use by IAM of seven days ago': quiet(
    [role(both, { detail: lastUsed('2026-10-25T06:00:00.000Z') })],
    { runtime: quietSince('2026-10-31T00:00:00.000Z') },
  ),
  'CloudTrail of less, and a use by IAM': quiet([role(both, { detail: lastUsed('2026-10-30T00:00:00.000Z') })], {
    runtime: quietSince('2026-10-31T00:00:00.000Z'),
  }),
  'CloudTrail that was not read': quiet([role(both)], { runtime: denied('cloudtrail:LookupEvents') }),
  'CloudTrail that was read in part': quiet([role(both)], {
    runtime: withGaps(
      { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events: [] },
      gap('cloudtrail:LookupEvents'),
    ),
  }),
  'CloudTrail of one region': quiet([role(both)], {
    regions: regions(aReadCluster({ pods: idle }), there()).slice(0, 1),
  }),
  'a cluster that is gone, and an issuer that says so': quiet([role(both)], {
    ...gone,
    issuers: [anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) })],
  }),
  'a cluster that is gone, and an issuer that was not asked': quiet([role(both)], { ...gone, issuers: [] }),
  'a cluster that is gone, and an issuer that answers': quiet([role(both)], gone),
  'an association': quiet([role([...both, ofPods(old.arn), ofPods(green.arn)])], {
    regions: regions(aReadCluster({ pods: idle }, { podIdentity: complete([association]) }), there()),
  }),
  'two associations, one by its target': quiet([role([...both, ofPods(old.arn), ofPods(green.arn)])], {
    regions: regions(
      aReadCluster(
        { pods: idle },
        {
          podIdentity: complete([
            association,
            { ...association, id: 'a-2', serviceAccount: 'b', roleArn: foreign, targetRoleArn: aRole().arn },
          ]),
        },
      ),
      there(),
    ),
  }),
  'an association without its role': quiet([role([...both, ofPods(old.arn), ofPods(green.arn)])], {
    regions: regions(
      aReadCluster({ pods: idle }, { podIdentity: complete([{ id: 'a-1', namespace: 'a', serviceAccount: 'b' }]) }),
      there(),
    ),
  }),
  'associations of others': quiet([role([...both, ofPods(old.arn), ofPods(green.arn)])], {
    regions: regions(
      aReadCluster({ pods: idle }, { podIdentity: complete([{ ...association, roleArn: foreign }]) }),
      there(),
    ),
  }),
  'no role that trusts it': quiet([]),
  'no role that trusts it, and roles of which a page is missing': quiet([], {
    roles: withGaps([], gap('iam:ListRoles')),
  }),
  'no role that trusts a cluster that is gone': quiet([], gone),
  'no provider': quiet([], { providers: complete([]) }),
};

test(
  'the end of a replacement',
  () =>
    golden(
      'plans/finish-replacement.txt',
      told(finished, facts =>
        finishReplacement(facts, { from: endOf(oldPath, [facts]), to: endOf(newPath, [facts]) }, 7),
      ),
    ),
  120_000,
);

const agent = complete([{ name: 'eks-pod-identity-agent' }]);
const modern = quietSince('2026-10-01T00:00:00.000Z', [call({ userAgents: ['Boto3/1.35.0 md/Botocore#1.35.0'] })]);
const shop = (
  cluster: Parameters<typeof aReadCluster>[1] = {},
  over: Over = {},
  inside: Parameters<typeof aReadCluster>[0] = {},
): Facts =>
  someFacts({ clusters: complete([aReadCluster(inside, { addons: agent, ...cluster })]), runtime: modern, ...over });
const permissions = (over: object, policies: object = {}) =>
  complete({
    levels: {},
    policies,
    roles: { [aRole().arn]: { inline: [], attached: [], tags: {}, instanceProfiles: [], ...over } },
  } as never);
const { issuer: _, ...withoutIssuer } = aCluster();
const owner = (kind: string) => aPod({ name: `p-${kind}`, owner: { kind, name: kind.toLowerCase() } });
const { owner: __, ...unowned } = aPod();

const moved: Readonly<Record<string, Facts>> = {
  usual: shop(),
  'two pods that nobody owns': shop({}, {}, { pods: complete([unowned, { ...unowned, name: 'other' }]) }),
  'without the agent': shop({ addons: complete([]) }),
  'without the agent, and nothing to associate': shop({ addons: complete([]) }, { roles: complete([]) }),
  'an agent by its pods': shop(
    { addons: complete([]) },
    {},
    {
      pods: complete([
        aPod(),
        aPod({
          namespace: 'kube-system',
          name: 'eks-pod-identity-agent-x',
          owner: { kind: 'DaemonSet', name: 'eks-pod-identity-agent' },
        }),
      ]),
    },
  ),
  'add-ons that were not read': shop({ addons: denied('eks:ListAddons') }),
  'EKS Auto Mode': shop({ addons: complete([]), cluster: aCluster({ autoMode: true }) }),
  'a cluster that a kubeconfig alone knows': shop({ cluster: aCluster({ region: 'unknown' }) }),
  'a cluster on Outposts': shop({ cluster: withoutIssuer }),
  'a cluster that is made': shop({ cluster: aCluster({ status: 'CREATING' }) }),
  'service accounts that were not read': shop({}, {}, { serviceAccounts: denied('list serviceaccounts') }),
  'a cluster whose inside was not read': shop({ kubernetes: denied('connect') }),
  'associations that were not read': shop({ podIdentity: denied('eks:ListPodIdentityAssociations') }),
  'pods that were not read': shop({}, {}, { pods: denied('list pods') }),
  'nothing annotated': shop({}, {}, { serviceAccounts: complete([bare]) }),
  'the same association': shop({ podIdentity: complete([association]) }),
  'another association': shop({ podIdentity: complete([{ ...association, roleArn: foreign }]) }),
  'an association without its role': shop({
    podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]),
  }),
  'an association with a second role': shop({ podIdentity: complete([{ ...association, targetRoleArn: foreign }]) }),
  'an association with a session policy': shop({ podIdentity: complete([{ ...association, sessionPolicy: '{}' }]) }),
  'a role that is not there': shop({}, { roles: complete([]) }),
  'a role of another account': shop(
    {},
    { roles: complete([aRole({ arn: foreign })]) },
    { serviceAccounts: complete([annotated(foreign)]) },
  ),
  'a role of eksctl': shop(
    {},
    {
      roles: complete([
        aRole({
          detail: complete({
            tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
            attachedPolicies: [],
            inlinePolicies: [],
          } as never),
        }),
      ]),
    },
  ),
  'a policy that cannot be read': shop({}, { roles: complete([aRole({ trustPolicy: '{' })]) }),
  'a pod on Fargate': shop({}, {}, { pods: complete([aPod({ onFargate: true })]) }),
  'a pod on Windows': shop({}, {}, { pods: complete([aPod({ isWindows: true })]) }),
  'another audience': shop(
    {},
    {},
    {
      serviceAccounts: complete([
        aServiceAccount({
          annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': 'vault' },
        }),
      ]),
    },
  ),
  'a test on another key': shop(
    {},
    { roles: complete([role([allow({ StringEquals: { [sub]: account, 'aws:SourceVpc': 'vpc-1' } })])]) },
  ),
  'a policy that tests a token': shop(
    {},
    {
      rolePermissions: permissions({
        inline: [
          { name: 'a', document: JSON.stringify({ x: sub.toUpperCase() }) },
          { name: 'b', document: '{}' },
        ],
      }),
    },
  ),
  'a boundary that tests a token': shop(
    {},
    { rolePermissions: permissions({ boundary: 'arn:b' }, { 'arn:b': complete(JSON.stringify({ x: sub })) }) },
  ),
  'old programs of another service account': shop(
    {},
    {
      runtime: quietSince('2026-10-01T00:00:00.000Z', [
        call({ subject: 'system:serviceaccount:checkout:pay', userAgents: ['Boto3/1.20.0 md/Botocore#1.23.0'] }),
      ]),
    },
  ),
  'a boundary that was not read': shop(
    {},
    { rolePermissions: permissions({ attached: ['arn:x'], boundary: 'arn:b' }) },
  ),
  'permissions that were read': shop({}, { rolePermissions: permissions({ inline: [{ name: 'a', document: '{}' }] }) }),
  'a role that it cannot assume today': shop(
    {},
    { roles: complete([role([allow({ StringEquals: { [sub]: 'system:serviceaccount:a:b' } })])]) },
  ),
  'a provider without the audience': shop({}, { providers: complete([aProvider({ audiences: ['vault'] })]) }),
  'a second role without session tags': shop(
    {},
    {
      roles: complete([
        aRole(),
        role([{ Effect: 'Allow', Principal: { AWS: aRole().arn }, Action: 'sts:AssumeRole' }], named('second')),
      ]),
    },
  ),
  'an old SDK': shop(
    {},
    { runtime: quietSince('2026-10-01T00:00:00.000Z', [call({ userAgents: ['Boto3/1.20.0 md/Botocore#1.20.0'] })]) },
  ),
  'an unknown SDK': shop({}, { runtime: quietSince('2026-10-01T00:00:00.000Z', [call({ userAgents: ['curl/8'] })]) }),
  'a call without a user agent': shop({}, { runtime: quietSince('2026-10-01T00:00:00.000Z', [call()]) }),
  'no call': shop({}, { runtime: quietSince('2026-10-01T00:00:00.000Z', [call({ successes: 0 })]) }),
  'CloudTrail that was not read': shop({}, { runtime: denied('cloudtrail:LookupEvents') }),
  'no pods': shop({}, {}, { pods: complete([]) }),
  'no pods and no CloudTrail': shop({}, { runtime: denied('cloudtrail:LookupEvents') }, { pods: complete([]) }),
  'pods of every kind': shop(
    {},
    {},
    { pods: complete([...['Deployment', 'CronJob', 'Rollout', 'Job'].map(owner), unowned]) },
  ),
  'pods of every kind, and no CloudTrail': shop(
    {},
    { runtime: denied('x') },
    { pods: complete(['Deployment', 'CronJob', 'Job'].map(owner)) },
  ),
  'a Deny': shop(
    {},
    { roles: complete([role([plain, { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }])]) },
  ),
  'a trust policy that has it already': shop({}, { roles: complete([role([plain, pods({})])]) }),
  'a trust policy without room': shop(
    {},
    {
      roles: complete([role([plain, allow({ StringEquals: { [sub]: 'x'.repeat(1700) } })])]),
      quotas: complete({ trustPolicyLength: 2048 }),
    },
  ),
  'two that share a role, of which one waits': shop(
    {},
    {
      roles: complete([role([allow({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } })])]),
      runtime: modern,
    },
    { serviceAccounts: complete([aServiceAccount(), annotated(aRole().arn, { name: 'pay' })]) },
  ),
};

test(
  'service accounts that move to EKS Pod Identity',
  () =>
    golden(
      'plans/pod-identity.txt',
      told(moved, facts => podIdentityPlan(facts, clustersOf(facts.snapshot))),
    ),
  120_000,
);

const associated = (roles: readonly Role[], over: Over = {}, podIdentity: object = complete([association])): Facts =>
  quiet(roles, {
    regions: regions(aReadCluster({ pods: idle }, { podIdentity: podIdentity as never, addons: agent })),
    ...over,
  });
const ended: Readonly<Record<string, Facts>> = {
  usual: associated([role([plain, pods({})])]),
  'no association': associated([role([plain, pods({})])], {}, complete([])),
  'an association of another role': associated(
    [role([plain, pods({})])],
    {},
    complete([{ ...association, roleArn: foreign }]),
  ),
  'associations of which a page is missing': associated(
    [role([plain, pods({})])],
    {},
    withGaps([association], gap('eks:ListPodIdentityAssociations')),
  ),
  'another service account by a token': associated([
    role([allow({ StringEquals: { [sub]: [account, 'system:serviceaccount:a:b'] } }), pods({})]),
  ]),
  'others by a pattern': associated([
    role([
      allow({ StringLike: { [sub]: [account, 'system:serviceaccount:a:*', 'system:serviceaccount:b:c'] } }),
      pods({}),
    ]),
  ]),
  'a service account of another cluster by its token': associated(
    [role([plain, allow({ StringEquals: { [newSub]: 'system:serviceaccount:pay:api' } }, ofNew), pods({})])],
    { providers: complete([aProvider(), aProvider({ issuer: newIssuer })]) },
  ),
  'a call': associated([role([plain, pods({})])], { runtime: quietSince('2026-10-01T00:00:00.000Z', [call()]) }),
  ...Object.fromEntries(
    [3, 4].map(count => [
      `${count} others`,
      associated([
        role([
          allow({
            StringEquals: {
              [sub]: [account, ...Array.from({ length: count }, (_, at) => `system:serviceaccount:a:${at}`)],
            },
          }),
          pods({}),
        ]),
      ]),
    ]),
  ),
  'nothing else in the policy': associated([role([plain])]),
  'a policy that does not allow the association': associated([role([plain, ofPods(green.arn)])]),
  'a policy that allows no session tags': associated([role([plain, pods({}, { Action: 'sts:AssumeRole' })])]),
  'a policy that cannot be read': associated([aRole({ trustPolicy: `{"Statement":"${aProvider().arn}",` })]),
};

test(
  'the end of a move to EKS Pod Identity',
  () =>
    golden(
      'plans/finish-pod-identity.txt',
      told(ended, facts => finishPodIdentity(facts, clustersOf(facts.snapshot), 7)),
    ),
  120_000,
);

test('every plan is made twice alike', () => {
  const facts = moved.usual as Facts;
  const plan = () => podIdentityPlan(facts, clustersOf(facts.snapshot));
  expect(plan()).toEqual(plan());
});

test('an exposure that no role is named for concerns each step that gives access, and no other; one of a role its policy alone', () => {
  const facts = world([role([plain])], { clusters: complete([]) });
  const [created, policy] = replaceCluster(facts, [facts], {
    from: endOf(oldPath, [facts]),
    to: endOf(newPath, [facts]),
  }).steps;
  const bareOf = (step: PlannedStep | undefined): PlannedStep[] =>
    step === undefined ? [] : [{ change: step.change, findingIds: [] }];
  const others = ['audience-added', 'association-created', 'annotation', 'provider-deleted'] as const;
  const kept = others.flatMap(kind => bareOf({ change: soundChanges[kind][0], findingIds: [] }));
  const asked = { ...bareOf(policy)[0], choice: 'A question.' } as PlannedStep;
  const orphaned = /^It leads to provider-orphaned: /;
  const told = withExposures([...bareOf(created), asked, ...kept], facts).map(({ change, choice }) => [
    change.kind,
    choice,
  ]);
  expect(told).toEqual([
    ['provider-created', expect.stringMatching(orphaned)],
    ['trust-policy', expect.stringMatching(/^It leads to provider-orphaned: .*\. A question\.$/)],
    ['audience-added', expect.stringMatching(orphaned)],
    ['association-created', expect.stringMatching(orphaned)],
    ['annotation', undefined],
    ['provider-deleted', undefined],
  ]);
  const open = JSON.stringify({
    Version: '2012-10-17',
    Statement: [allow({ StringLike: { [sub]: 'system:serviceaccount:*' } })],
  });
  const two = world([role([plain]), role([plain], named('b'))]);
  const edit = (roleArn: string, after: string): PlannedStep => ({
    change: { kind: 'trust-policy', roleArn, before: role([plain]).trustPolicy, after },
    findingIds: [],
  });
  const steps = [edit(aRole().arn, open), edit(named('b').arn ?? '', role([plain]).trustPolicy), ...kept.slice(0, 2)];
  expect(withExposures(steps, two).map(({ choice }) => /It leads to [a-z-]+/.exec(choice ?? '')?.[0])).toEqual([
    'It leads to trust-any-subject',
    undefined,
    undefined,
    undefined,
  ]);
  expect(withExposures([], facts)).toEqual([]);
});

test('a step on what a tool manages asks, before its own question', () => {
  const facts = world([
    role([plain], {
      detail: complete({ tags: { terraform: 'true' }, attachedPolicyArns: [], isAdministrator: false }),
    }),
  ]);
  const edit: PlannedStep = {
    change: { kind: 'trust-policy', roleArn: aRole().arn, before: '{}', after: '{}' },
    findingIds: [],
  };
  const said = 'Role checkout-cart is managed by Terraform: change it there, or its next run undoes the command.';
  const steps = [
    edit,
    { ...edit, choice: 'A question.' },
    { change: soundChanges['provider-deleted'][0], findingIds: [] },
  ];
  expect(stepsWithManagers(steps, facts).map(({ choice }) => choice)).toEqual([said, `${said} A question.`, undefined]);
});

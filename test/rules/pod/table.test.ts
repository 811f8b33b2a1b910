import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { podNotInjected } from '../../../lib/rules/pod/pod-not-injected.ts';
import { aContainer, aPod, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId } from '../../support/example-world.ts';
import { bareContainer, barePod, refused, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';

type Case = readonly [title: string, facts: Facts, expected: readonly string[]];
const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

const fixOf = (ruleId: string, facts: Facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return verdictOf(rule, facts).findings[0]?.fix;
};

const skipLabel = 'eks.amazonaws.com/skip-pod-identity-webhook';
const optingOut = complete(
  aWebhook({
    objectSelector: { matchLabels: {}, matchExpressions: [{ key: skipLabel, operator: 'DoesNotExist', values: [] }] },
  }),
);
const account = (over: Parameters<typeof aServiceAccount>[0]) => ({
  serviceAccounts: complete([aServiceAccount(over)]),
});
const { createdAt: _made, ...undated } = aPod();
const { createdAt: _bareMade, ...undatedBare } = barePod();

run('pod-not-injected', [
  [
    'proves that the service account is newer',
    worldOf({ ...withPods(barePod()), ...account({ createdAt: '2026-10-02T00:00:00Z' }) }),
    ['high serviceAccountNewer'],
  ],
  [
    'says that the annotation may be newer where its last write is',
    worldOf({ ...withPods(barePod()), ...account({ annotatedAt: '2026-10-02T00:00:00Z' }) }),
    ['high annotationNewer'],
  ],
  [
    'names no cause where the annotation is long older: why the webhook did nothing is not known',
    worldOf({ ...withPods(barePod()), ...account({ annotatedAt: '2026-02-01T00:00:00Z' }) }),
    ['high annotationOlder'],
  ],
  [
    'proves nothing where both were written in the same seconds: the webhook’s cache lags',
    worldOf({
      ...withPods(barePod({ createdAt: '2026-10-01T10:00:00Z' })),
      ...account({ annotatedAt: '2026-10-01T10:00:00Z' }),
    }),
    ['high unclear'],
  ],
  ['proves nothing where no time is known', worldOf(withPods(undatedBare)), ['high unclear']],
  [
    'proves by a newer pod that has the role',
    worldOf(
      withPods(barePod(), aPod({ name: 'b', createdAt: '2026-10-02T00:00:00Z', owner: { kind: 'Job', name: 'b' } })),
    ),
    ['high newerPodsInjected'],
  ],
  [
    'proves nothing where pods of one owner have different causes',
    worldOf({
      ...withPods(barePod(), barePod({ name: 'b', createdAt: '2026-10-03T00:00:00Z' })),
      ...account({ createdAt: '2026-10-02T00:00:00Z' }),
    }),
    ['high unclear'],
  ],
  [
    'is silent for a pod that opts out',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: 'true' } })), webhook: optingOut }),
    [],
  ],
  [
    'is silent for a pod that opts out where the configuration was not read',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: '1' } })), webhook: refused }),
    [],
  ],
  [
    'is silent for a pod whose own mark makes a condition of the webhook leave it out',
    worldOf(withPods(barePod({ conditions: { kind: 'unmet', condition: 'no-skip', byOwnMark: true } }))),
    [],
  ],
  [
    'is silent for a pod that opts out where the configuration is gone',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: '1' } })), webhook: complete(undefined) }),
    [],
  ],
  [
    'is silent for a pod that opts out by a label of the webhook’s own',
    worldOf({
      ...withPods(barePod({ labels: { inject: 'no' } })),
      webhook: complete(
        aWebhook({
          objectSelector: { matchLabels: {}, matchExpressions: [{ key: 'inject', operator: 'NotIn', values: ['no'] }] },
        }),
      ),
    }),
    [],
  ],
  ['passes over mirror pods', worldOf(withPods(barePod({ isMirror: true }))), []],
]);

test('seven pods are evidence that changes by itself, and an age that is not known is not made up', () => {
  const seven = Array.from({ length: 7 }, (_, at) => ({ ...undatedBare, name: `cart-${at}` }));
  const [found] = verdictOf(podNotInjected, worldOf(withPods(...seven))).findings;
  expect(found?.data).toEqual({ workload: 'Deployment checkout/cart', role: 'checkout-cart' });
  const [, pods, age] = found?.evidence ?? [];
  expect(pods).toMatchObject({ got: '7 of 7 pods: cart-0, cart-1, cart-2, cart-3, cart-4 and 2 more', volatile: true });
  expect(age).toMatchObject({ got: 'unknown', volatile: true });
});

const other = `arn:aws:iam::${exampleAccountId}:role/other`;
const ofRole = (roleArn: string, over: Partial<PodContainer> = {}) =>
  aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: roleArn }, ...over });
const stalePod = (createdAt: string | undefined, name = 'a'): Pod => {
  const { createdAt: _, ...pod } = aPod({ name, containers: [ofRole(other)] });
  return createdAt === undefined ? pod : { ...pod, createdAt };
};
const annotatedAt = (at: string | undefined, ...pods: readonly Pod[]) =>
  worldOf({ ...withPods(...pods), ...account(at === undefined ? {} : { annotatedAt: at }) });

run('pod-role-stale', [
  [
    'reports a pod that is older than the annotation',
    annotatedAt('2026-10-02T00:00:00Z', stalePod('2026-10-01T00:00:00Z')),
    ['high stale'],
  ],
  [
    'reports a pod that was created right after it',
    annotatedAt('2026-10-01T00:00:00Z', stalePod('2026-10-01T00:09:00Z')),
    ['high stale'],
  ],
  [
    'takes a pod that is long newer as set by hand',
    annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z')),
    ['low byHand'],
  ],
  ['reports a pod of unknown age', annotatedAt('2026-09-01T00:00:00Z', stalePod(undefined)), ['high stale']],
  [
    'reports a pod beside an annotation of unknown age',
    annotatedAt(undefined, stalePod('2026-10-01T00:00:00Z')),
    ['high stale'],
  ],
  [
    'reports a newer pod beside one that is older',
    annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z'), stalePod('2026-08-01T00:00:00Z', 'b')),
    ['high stale'],
  ],
  [
    'is silent for a lone AWS_ROLE_ARN: the webhook sets both variables or none',
    worldOf(withPods(aPod({ containers: [ofRole(other, { awsVariables: ['AWS_ROLE_ARN'] })] }))),
    [],
  ],
  [
    'is silent for a token that somebody mounted elsewhere',
    worldOf(
      withPods(
        aPod({
          containers: [
            ofRole(other, {
              irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/own/token' },
              mounts: { own: '/var/run/own' },
            }),
          ],
        }),
      ),
    ),
    [],
  ],
]);

test('a restart does not change what the template of a pod says', () => {
  const facts = annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z'));
  expect(fixOf('pod-role-stale', facts)).toMatchObject({ commands: [], choice: expect.any(String) });
});

const together = (...containers: readonly PodContainer[]) => worldOf(withPods(aPod({ containers })));
const skipping = (value: string, ...names: readonly string[]) =>
  worldOf(
    withPods(
      aPod({
        annotations: { 'eks.amazonaws.com/skip-containers': value },
        containers: [aContainer(), ...names.map(name => bareContainer({ name }))],
      }),
    ),
  );

run('pod-container-uncovered', [
  ['is silent for a container with a role of its own', together(aContainer(), ofRole(other, { name: 'b' })), []],
  [
    'reports a lone variable',
    together(aContainer(), aContainer({ name: 'b', awsVariables: ['AWS_ROLE_ARN'] })),
    ['medium loneVariable'],
  ],
  [
    'reports variables without the mount',
    together(aContainer(), aContainer({ name: 'b', mounts: {} })),
    ['medium noMount'],
  ],
  [
    'is silent for variables from elsewhere',
    together(aContainer(), bareContainer({ name: 'b', hasEnvFrom: true })),
    [],
  ],
  ['reports a container with nothing', together(aContainer(), bareContainer({ name: 'b' })), ['medium nothing']],
  [
    'is silent for a proxy of a mesh that was added later',
    together(aContainer(), bareContainer({ name: 'linkerd-proxy' })),
    [],
  ],
  ['is silent for a proxy of a mesh that is skipped', skipping('istio-proxy', 'istio-proxy'), []],
  ['takes any other skipped container as a choice', skipping('exporter', 'exporter'), ['low skipped']],
  ['reads quoted names as the webhook does', skipping('"exporter","a ""b"""', 'exporter', 'a "b"'), ['low skipped']],
  ['keeps blanks as part of a name', skipping('x, exporter', 'exporter'), ['medium nothing']],
  ['skips none where the webhook cannot read the list', skipping('ex"porter,exporter', 'exporter'), ['medium nothing']],
  ['reads the first line only', skipping('\nexporter\nother', 'exporter', 'other'), ['medium nothing']],
]);

const variables = (...names: readonly string[]) => [...aContainer().awsVariables, ...names];
const set = (...names: readonly string[]) => ({ awsVariables: variables(...names) });
const mounted = (path: string) => ({ mounts: { ...aContainer().mounts, cfg: path } });
const having = (over: Partial<PodContainer>, ...calls: readonly Partial<AssumeEvents>[]) =>
  worldOf(
    withPods(aPod({ containers: [aContainer(over)] })),
    calls.length === 0
      ? {}
      : {
          runtime: complete({
            from: '2026-10-31T23:00:00Z',
            to: '2026-11-01T06:00:00Z',
            events: calls.map(call => ({ ...aCall, ...call })),
          }),
        },
  );
const aCall: AssumeEvents = {
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  region: 'eu-west-1',
  successes: 1,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
};
const boto = 'Boto3/1.43.47 md/Botocore#1.43.47 ua/2.1';
const js = 'aws-sdk-js/3.632.0 ua/2.0 os/linux#5';

run('pod-static-credentials', [
  ['reports an access key', having(set('AWS_ACCESS_KEY_ID')), ['medium keys']],
  [
    'is silent for an empty access key',
    having({ ...set('AWS_ACCESS_KEY_ID'), emptyVariables: ['AWS_ACCESS_KEY_ID'] }),
    [],
  ],
  ['reports a profile as low: it depends on the SDK', having(set('AWS_PROFILE')), ['low dependsOnSdk']],
  ['is silent for an empty profile', having({ ...set('AWS_PROFILE'), emptyVariables: ['AWS_PROFILE'] }), []],
  [
    'is silent for a credentials file that is the null device',
    having({
      ...set('AWS_SHARED_CREDENTIALS_FILE'),
      irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    }),
    [],
  ],
  ['reports a credentials file as low', having(mounted('/home/app/.aws/credentials')), ['low dependsOnSdk']],
  ['reports a directory of shared files as low', having(mounted('/home/app/.aws')), ['low dependsOnSdk']],
  [
    'does not know what a chained profile does',
    having({ ...set('AWS_PROFILE'), ...mounted('/home/app/.aws/config') }),
    ['unknown unread'],
  ],
  [
    'does not know what a named configuration does',
    having(set('AWS_DEFAULT_PROFILE', 'AWS_CONFIG_FILE')),
    ['unknown unread'],
  ],
  ['does not know what a configuration alone does', having(mounted('/home/app/.aws/config')), ['unknown unread']],
  [
    'reports keys beside a configuration',
    having(set('AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_ACCESS_KEY_ID')),
    ['medium keys'],
  ],
  [
    'is silent where CloudTrail shows an SDK that ignores the profile',
    having(set('AWS_PROFILE'), { userAgents: [boto] }),
    [],
  ],
  [
    'is certain where CloudTrail shows an SDK that reads the profile first, for another role',
    having(set('AWS_PROFILE'), { userAgents: [js], roleArn: other }),
    ['medium sdkReadsFirst'],
  ],
  ['is silent where that SDK was seen to get this role', having(set('AWS_PROFILE'), { userAgents: [js] }), []],
  [
    'stays low where an SDK was seen of which the order is not known',
    having(set('AWS_PROFILE'), { userAgents: [boto, 'curl/8'], successes: 0 }),
    ['low dependsOnSdk'],
  ],
]);

run('pod-service-account-gone', [
  ['is silent for a pod of unknown age', worldOf({ ...withPods(undated), serviceAccounts: complete([]) }), []],
  [
    'reports a pod that was given a role by hand',
    worldOf({ ...withPods(aPod({ volumes: [] })), serviceAccounts: complete([]) }),
    ['medium gone'],
  ],
  ['is silent for a pod that has no role', worldOf({ ...withPods(barePod()), serviceAccounts: complete([]) }), []],
  [
    'is silent for a young pod of a service account that is not listed yet',
    worldOf(withPods(aPod({ serviceAccount: 'new', createdAt: '2026-11-01T05:58:00Z' }))),
    [],
  ],
]);

run('pod-token-unreadable', [
  [
    'is unknown for a version of no known form',
    worldOf({ ...withPods(aPod({ runAsUser: 1000 })), version: complete('weird') }),
    ['unknown unread'],
  ],
  [
    'reports a container that is not root on an old version',
    worldOf({ ...withPods(aPod({ runAsUser: 1000 })), version: complete('v1.18.9') }),
    ['low unreadable'],
  ],
]);

describe('fixes', () => {
  const gone = (pod: Pod) => worldOf({ ...withPods(pod), serviceAccounts: complete([]) });

  test('a missing service account comes back with the role of its pods, then the pods are restarted', () => {
    const commands = fixOf('pod-service-account-gone', gone(aPod()))?.commands;
    expect(commands).toHaveLength(2);
    expect(commands?.[0]).toContain(
      '"annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/checkout-cart"}',
    );
    expect(commands?.[0]).toMatch(/\| kubectl --context \S+ --namespace checkout apply --filename -$/);
    expect(commands?.[1]).toContain('rollout restart -- deployment/cart');
  });

  test('no service account is created without a role where the role is not known', () => {
    const unknownRole = aPod({ containers: [aContainer({ irsaEnvironment: { AWS_ROLE_ARN: '' } })] });
    const lost = fixOf('pod-service-account-gone', {
      ...gone(aPod()),
      snapshot: { ...gone(aPod()).snapshot, roles: complete([]) },
    });
    expect([lost?.steps, lost?.choice]).toEqual([[], expect.stringContaining('role/checkout-cart does not exist')]);
    expect(fixOf('pod-service-account-gone', gone(unknownRole))).toMatchObject({
      commands: [],
      choice: expect.any(String),
    });
  });

  test('a service account of Pod Identity needs no annotation', () => {
    const volumes = [
      { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' },
    ];
    const commands = fixOf(
      'pod-service-account-gone',
      gone(aPod({ containers: [bareContainer()], volumes })),
    )?.commands;
    expect(commands?.[0]).toContain('"annotations":{}');
  });

  test('commands carry the context of the kubeconfig where it is known', () => {
    const facts = worldOf(withPods(barePod()));
    const [region] = facts.snapshot.regions;
    if (region?.clusters.status !== 'complete') throw new Error('there is a cluster');
    const clusters = region.clusters.value.map(one => ({ ...one, cluster: { ...one.cluster, context: 'prod admin' } }));
    const seen = { ...facts, snapshot: { ...facts.snapshot, regions: [{ ...region, clusters: complete(clusters) }] } };
    expect(fixOf('pod-not-injected', seen)?.commands[0]).toMatch(
      /^kubectl --context 'prod admin' --namespace checkout /,
    );
  });
});

test('messages name workloads, roles and containers', () => {
  expect(reportedBy('pod-container-uncovered', skipping('exporter', 'exporter'))).toEqual([
    ['low', 'skipped', { containers: ['exporter'], workload: 'Deployment checkout/cart' }],
  ]);
  expect(reportedBy('pod-role-stale', annotatedAt(undefined, stalePod('2026-10-01T00:00:00Z')))).toEqual([
    ['high', 'stale', { workload: 'Deployment checkout/cart', old: ['other'], role: 'checkout-cart' }],
  ]);
});

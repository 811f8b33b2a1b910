import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { injectionStopped } from '../../../lib/facts/injection-stopped.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type {
  CaCertificate,
  KubernetesFacts,
  Pod,
  ServiceAccount,
  WebhookEntry,
} from '../../../lib/model/kubernetes.ts';
import { catalog, ruleById } from '../../../lib/rules/catalog.ts';
import { aPod, aReadCluster, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aCluster } from '../../support/example-world.ts';
import { aGap, barePod, verdicts, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const at = (hour: number): string => `2026-10-10T${String(hour).padStart(2, '0')}:00:00Z`;
const of = (owner: string, hour: number, over: Partial<Pod> = {}): Partial<Pod> => ({
  name: `${owner}-${hour}`,
  createdAt: at(hour),
  owner: { kind: 'Deployment', name: owner },
  ...over,
});
const missed = (owner: string, hour: number, over: Partial<Pod> = {}) => barePod(of(owner, hour, over));
const injected = (owner: string, hour: number, over: Partial<Pod> = {}) => aPod(of(owner, hour, over));
const account = (over: Partial<ServiceAccount> = {}) =>
  aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z', ...over });
const world = (
  pods: readonly Pod[],
  inside: Partial<KubernetesFacts> = {},
  cluster: Partial<ClusterSnapshot> = {},
): Facts => worldOf({ serviceAccounts: complete([account()]), pods: complete(pods), ...inside }, {}, cluster);
const stopped = [injected('a', 8), missed('b', 9), missed('c', 10), missed('d', 11)];
const found = (facts: Facts) =>
  evaluate(facts, { rules: catalog }).findings.map(({ ruleId, severity, explains }) => [
    ruleId,
    severity,
    explains.map(one => one.ruleId).sort(),
  ]);

describe('webhook-not-injecting', () => {
  test.each<readonly [string, Facts, readonly string[]]>([
    ['reports that no pod was injected since an instant', world(stopped), ['critical stopped']],
    ['is silent where a later pod was injected', world([...stopped, injected('e', 12)]), []],
    [
      'is silent where a later pod got Pod Identity: the webhook is the same',
      world([
        ...stopped,
        missed('e', 12, {
          volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 't' }],
        }),
      ]),
      [],
    ],
    [
      'is silent for one workload: that may be its own doing',
      world([injected('a', 8), missed('b', 9), missed('b', 10)]),
      [],
    ],
    [
      'reports workloads of one name in two namespaces: they are two',
      world([injected('a', 8), missed('b', 9), missed('b', 10, { namespace: 'pay' })], {
        serviceAccounts: complete([account(), account({ namespace: 'pay' })]),
      }),
      ['critical stopped'],
    ],
    [
      'reports workloads of one name and two kinds: they are two',
      world([injected('a', 8), missed('b', 9), missed('b', 10, { owner: { kind: 'StatefulSet', name: 'b' } })]),
      ['critical stopped'],
    ],
    [
      'is silent where the annotation may be younger',
      world(stopped, { serviceAccounts: complete([account({ annotatedAt: at(11) })]) }),
      [],
    ],
    [
      'takes an older pod with the role for the age of the annotation',
      world(stopped, { serviceAccounts: complete([aServiceAccount()]) }),
      ['critical stopped'],
    ],
    [
      'proves nothing where the age of the annotation is not known',
      world(stopped.slice(1), { serviceAccounts: complete([aServiceAccount()]) }),
      [],
    ],
    [
      'leaves pods out that opt out',
      world([
        injected('a', 8),
        missed('b', 9),
        missed('c', 10, { labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } }),
      ]),
      [],
    ],
    [
      'counts pods of an association',
      world(
        [missed('b', 9), missed('c', 10)],
        { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
        {
          podIdentity: complete([
            { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', createdAt: '2026-02-01T00:00:00Z' },
          ]),
        },
      ),
      ['critical stopped'],
    ],
    [
      'is unknown where not all pods were read',
      world([], { pods: withGaps(stopped, [aGap('list pods')]) }),
      ['unknown unread'],
    ],
  ])('%s', (_title, facts, expected) => expect(verdicts('webhook-not-injecting', facts)).toEqual(expected));

  test('tells its pods with it, and when it began', () => {
    const facts = world(stopped);
    expect(found(facts)).toEqual([
      ['webhook-not-injecting', 'critical', ['pod-not-injected', 'pod-not-injected', 'pod-not-injected']],
    ]);
    const rule = ruleById('webhook-not-injecting');
    const [finding] = rule ? verdictOf(rule, facts).findings : [];
    expect(finding?.message).toContain(at(9));
    expect(finding?.fix.commands).toHaveLength(1);
  });

  test('no other finding restarts a pod that still has a role', () => {
    const stale = injected('old', 7, {
      containers: aPod().containers.map(one => ({
        ...one,
        irsaEnvironment: { ...one.irsaEnvironment, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/older' },
      })),
    });
    const { findings } = evaluate(
      world([stale, ...stopped], { serviceAccounts: complete([account({ annotatedAt: '2026-10-10T07:30:00Z' })]) }),
      { rules: catalog },
    );
    const restart = findings.find(({ ruleId }) => ruleId === 'pod-role-stale');
    expect(restart?.fix.commands).toEqual([]);
    expect(restart?.fix.choice).toMatch(/^Whether new pods get their role: since 2026-10-10T09/);
  });
});

describe('the cause of a stop, in the configuration', () => {
  const outgoing = aReadCluster().cluster.caCertificates[0] as CaCertificate;
  const successor: CaCertificate = {
    subject: 'CN=next',
    sha256: 'e'.repeat(64),
    notBefore: '2026-09-01T00:00:00Z',
    notAfter: '2036-09-01T00:00:00Z',
  };
  const both = { cluster: aCluster({ caCertificates: [outgoing, successor] }) };
  const stranger: CaCertificate = { ...successor, subject: 'CN=x', sha256: 'd'.repeat(64) };
  const bundle = (...list: readonly CaCertificate[]) => ({
    webhook: complete(aWebhook({ caCertificates: complete(list) })),
  });
  const authority = (certificate: CaCertificate, over: object) => ({
    id: certificate.subject,
    sha256: certificate.sha256,
    signing: 'NOT_USED',
    ...over,
  });
  const known = (...list: readonly ReturnType<typeof authority>[]) => ({ ...both, authorities: complete(list) });
  const quiet = [injected('a', 8)];
  const recent = [aPod({ createdAt: '2026-11-01T05:59:00Z' })];
  const inUse = { signing: 'IN_USE', activatedAt: '2026-09-02T00:00:00Z' };

  test.each<readonly [string, Facts, readonly string[]]>([
    ['another authority, and nothing is injected', world(stopped, bundle(stranger)), ['critical otherAuthority']],
    ['another authority, while pods do not show it', world(quiet, bundle(stranger)), ['medium otherAuthority']],
    [
      'one workload that was missed last is enough',
      world([injected('a', 8), missed('b', 9)], bundle(stranger)),
      ['critical otherAuthority'],
    ],
    ['the outgoing one alone, and nothing is injected', world(stopped, bundle(outgoing), both), ['critical outgoing']],
    [
      'the outgoing one alone, and its successor signs',
      world(quiet, bundle(outgoing), known(authority(outgoing, { activatedAt: 'x' }), authority(successor, inUse))),
      ['critical outgoing'],
    ],
    [
      'the outgoing one alone, before a successor signs',
      world(
        quiet,
        bundle(outgoing),
        known(authority(outgoing, inUse), authority(successor, { firstActivation: '2027-01-01T00:00:00.000Z' })),
      ),
      ['medium scheduled'],
    ],
    ['the outgoing one alone, and nobody may ask which signs', world(quiet, bundle(outgoing), both), ['low successor']],
    ['a retired one is missing', world(quiet, bundle(successor), both), []],
    [
      'a successor that was taken back is missing',
      world(
        quiet,
        bundle(outgoing),
        known(authority(outgoing, inUse), authority(successor, { activatedAt: '2026-09-02T00:00:00Z' })),
      ),
      [],
    ],
    [
      'a retired one is missing, while pods were missed for another reason',
      world(
        stopped,
        bundle(outgoing),
        known(authority(outgoing, inUse), authority(successor, { activatedAt: '2026-09-02T00:00:00Z' })),
      ),
      [],
    ],
    ['both are there', world(quiet, bundle(outgoing, successor), both), []],
    [
      'the outgoing one alone, and a pod was injected a minute ago',
      world(recent, bundle(outgoing), both),
      ['low successor'],
    ],
  ])('%s', (_title, facts, expected) => expect(verdicts('webhook-ca-mismatch', facts)).toEqual(expected));

  test('has the stop and its pods in it, and restarts nothing first', () => {
    const facts = world(stopped, bundle(outgoing), { cluster: { ...both.cluster, certificateAuthority: 'LS0t' } });
    const pods = ['pod-not-injected', 'pod-not-injected', 'pod-not-injected'];
    expect(found(facts)).toEqual([['webhook-ca-mismatch', 'critical', [...pods, 'webhook-not-injecting']]]);
    const [{ fix } = { fix: undefined }] = evaluate(facts, { rules: catalog }).findings;
    expect(fix?.summary).toContain('Restart no pod before');
    expect(fix?.commands.join()).not.toContain('restartedAt');
  });

  const versions = (
    ...admissionReviewVersions: readonly string[]
  ): { readonly webhook: KubernetesFacts['webhook'] } => ({
    webhook: complete(aWebhook({ admissionReviewVersions } as Partial<WebhookEntry>)),
  });
  test.each<readonly [string, Facts, readonly string[]]>([
    [
      'AdmissionReview v1 for the webhook of EKS, and pods are missed',
      world([injected('a', 8), missed('b', 9)], versions('v1')),
      ['critical reviewAnswer'],
    ],
    [
      'v1 before v1beta1: the API server sends the first that it knows',
      world(stopped, versions('v1', 'v1beta1')),
      ['critical reviewAnswer'],
    ],
    ['v1 alone, while no pod shows that it fails', world(quiet, versions('v1')), ['unknown undocumented']],
    ['v1 alone, and a pod was injected a minute ago', world(recent, versions('v1')), []],
    ['v1beta1 first', world(stopped, versions('v1beta1', 'v1')), []],
    [
      'a rule for pods and their subresources',
      world(quiet, {
        webhook: complete(
          aWebhook({
            rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/*'] }],
          }),
        ),
      }),
      [],
    ],
    [
      'a rule for a subresource alone',
      world(quiet, {
        webhook: complete(
          aWebhook({
            rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/exec'] }],
          }),
        ),
      }),
      ['critical rules'],
    ],
  ])('%s', (_title, facts, expected) => expect(verdicts('webhook-invalid', facts)).toEqual(expected));

  test('a configuration of another name is not missing, and is not replaced by that of EKS', () => {
    const other = (over: Partial<WebhookEntry> = {}) => ({
      webhook: complete({ ...aWebhook(over), name: 'amazon-eks-pod-identity-webhook' }),
    });
    expect(verdicts('webhook-missing', world(quiet, other()))).toEqual([]);
    const rule = ruleById('webhook-invalid');
    const [finding] = rule ? verdictOf(rule, world(quiet, other({ rules: [] }))).findings : [];
    expect(finding?.fix).toMatchObject({ commands: [], choice: expect.any(String) });
  });
});

test('the pods of a cluster are more than a call takes arguments', () => {
  const many = Array.from({ length: 200_000 }, (_, number) => injected('a', 8, { name: `a-${number}` }));
  const inside = { serviceAccounts: complete([account()]), pods: complete([...many, ...stopped]) };
  const stop = injectionStopped(aReadCluster(inside));
  expect(stop?.pods.map(({ name }) => name)).toEqual(['b-9', 'c-10', 'd-11']);
});

test('injection stopped with the first pod that was missed, in whichever order pods are listed', () => {
  for (const pods of [stopped, stopped.toReversed()]) {
    const stop = injectionStopped(aReadCluster({ serviceAccounts: complete([account()]), pods: complete(pods) }));
    expect(stop?.pods.map(({ name }) => name)).toEqual(['b-9', 'c-10', 'd-11']);
    expect(stop?.since).toBe(stop?.pods[0]?.createdAt);
  }
});

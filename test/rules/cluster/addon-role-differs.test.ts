import { describe, expect, test } from '@jest/globals';
import type { Addon, AddonDetail, ClusterSnapshot, PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { addonRoleDiffers } from '../../../lib/rules/cluster/addon-role-differs.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { argsOf } from '../../support/step-options.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const role = 'arn:aws:iam::111122223333:role/ebs';
const other = 'arn:aws:iam::111122223333:role/teams/storage/ebs';
const anAddon = (over: Partial<AddonDetail> = {}, name = 'aws-ebs-csi-driver'): Addon => ({
  name,
  detail: { status: 'ACTIVE', roleArn: role, hasPodIdentity: false, configuresServiceAccount: false, ...over },
});
const account = (annotation?: string, over: Partial<ServiceAccount> = {}): ServiceAccount =>
  aServiceAccount({
    namespace: 'kube-system',
    name: 'ebs-csi-controller-sa',
    annotations: annotation === undefined ? {} : { 'eks.amazonaws.com/role-arn': annotation },
    ...over,
  });
const associated: PodIdentityAssociation = {
  id: 'a-1',
  namespace: 'kube-system',
  serviceAccount: 'ebs-csi-controller-sa',
  roleArn: other,
};

const judge = (
  addons: ClusterSnapshot['addons'],
  serviceAccounts: KubernetesFacts['serviceAccounts'],
  over: Partial<ClusterSnapshot> = {},
) =>
  evaluate(someFacts({ clusters: complete([aReadCluster({ serviceAccounts }, { addons, ...over })]) }), {
    rules: [addonRoleDiffers],
  });
const gap = (operation: string) => ({ what: 'page 2', reason: { kind: 'denied', operation, message: 'no' } as const });

describe('the role of an EKS add-on and that of its service account', () => {
  test.each<readonly [string, Addon, ServiceAccount, Partial<ClusterSnapshot>?]>([
    ['are one', anAddon(), account(role)],
    ['are one with a path', anAddon({ roleArn: other }), account(other)],
    ['differ in white space alone, which another rule reports', anAddon(), account(`${role} `)],
    ['are of an add-on without role, whatever is annotated', { name: 'vpc-cni', detail: noRole() }, account(other)],
    ['do not count where the add-on has Pod Identity', anAddon({ hasPodIdentity: true }), account(other)],
    [
      'do not count where the service account has Pod Identity',
      anAddon(),
      account(),
      { podIdentity: complete([associated]) },
    ],
    ['are not compared for an add-on whose service account is not documented', anAddon({}, 'adot'), account(other)],
    ['are one in another namespace', anAddon({ namespace: 'ebs' }), account(role, { namespace: 'ebs' })],
  ])('%s: nothing is reported and nothing is open', (_title, addon, serviceAccount, over = {}) => {
    const { findings, undecided } = judge(complete([addon]), complete([serviceAccount]), over);
    expect(findings).toEqual([]);
    expect(undecided).toEqual([]);
  });

  test.each([
    ['another role', account(other), 'otherRole', 'hygiene'],
    ['a role of another account', account('arn:aws:iam::444455556666:role/ebs'), 'otherRole', 'hygiene'],
    ['no annotation', account(), 'noAnnotation', 'breaks'],
    ['an empty annotation', account(''), 'noAnnotation', 'breaks'],
  ])('%s is a finding in the place of the service account', (_title, serviceAccount, messageId, impact) => {
    const { findings } = judge(complete([anAddon()]), complete([serviceAccount]));
    expect(findings).toMatchObject([
      {
        messageId,
        impact,
        discriminator: 'aws-ebs-csi-driver',
        namespace: 'kube-system',
        serviceAccount: 'ebs-csi-controller-sa',
      },
    ]);
  });

  test.each(['ACTIVE', 'DEGRADED', 'UPDATE_FAILED'])('is judged where EKS is done with the add-on: %s', status => {
    const { findings, undecided } = judge(complete([anAddon({ status })]), complete([account(other)]));
    expect([findings.length, undecided]).toEqual([1, []]);
  });

  test('of two add-ons that differ each is told, and the first that is open', () => {
    const cni = account(other, { name: 'aws-node' });
    const told = judge(complete([anAddon(), anAddon({}, 'vpc-cni')]), complete([cni, account(other)]));
    expect(told.findings.map(one => [one.discriminator, one.serviceAccount])).toEqual([
      ['aws-ebs-csi-driver', 'ebs-csi-controller-sa'],
      ['vpc-cni', 'aws-node'],
    ]);
    const open = judge(
      complete([anAddon({ status: 'UPDATING' }), anAddon({ status: 'DELETING' }, 'vpc-cni')]),
      complete([cni, account(other)]),
    );
    expect(open.undecided).toMatchObject([{ missing: expect.stringContaining('aws-ebs-csi-driver') }]);
  });

  test('the fix names the role in the add-on, for the region of the cluster', () => {
    const [finding] = judge(complete([anAddon()]), complete([account(other)])).findings;
    expect(finding?.fix.steps?.map(step => argsOf(step).join(' '))).toEqual([
      `eks update-addon --cluster-name shop --region eu-west-1 --addon-name aws-ebs-csi-driver --service-account-role-arn ${other} --resolve-conflicts PRESERVE`,
    ]);
  });

  test('what was read stands beside what was expected, and the annotation may be set instead', () => {
    const [finding] = judge(complete([anAddon()]), complete([account(other)])).findings;
    expect(finding?.evidence).toEqual([
      { what: 'role of add-on aws-ebs-csi-driver', got: role, readFrom: 'eks:DescribeAddon' },
      {
        what: 'annotation eks.amazonaws.com/role-arn',
        got: other,
        wanted: role,
        readFrom: 'serviceaccounts of cluster shop',
      },
    ]);
    expect(finding?.roleArn).toBe(other);
    expect(JSON.stringify(finding?.fix.alternatives)).toContain(`"after":"${role}"`);
  });

  test('without an annotation the fix writes the one of the add-on', () => {
    const [finding] = judge(complete([anAddon()]), complete([account()])).findings;
    expect(finding?.evidence[1]).toMatchObject({ got: '(none)', wanted: role });
    expect(finding?.roleArn).toBe(role);
    expect(finding?.fix.commands.join('\n')).toContain(`role-arn=${role}`);
    expect(finding?.fix.alternatives ?? []).toEqual([]);
  });

  test.each(['CREATING', 'UPDATING', 'DELETING', 'CREATE_FAILED', 'DELETE_FAILED', 'SOMETHING_NEW'])(
    'is unknown while the add-on is %s',
    status => {
      const { findings, undecided } = judge(complete([anAddon({ status })]), complete([account(other)]));
      expect(findings).toEqual([]);
      expect(undecided).toMatchObject([{ kind: 'ambiguous', missing: expect.stringContaining(status) }]);
    },
  );

  test.each<readonly [string, () => ReturnType<typeof judge>, string]>([
    [
      'configuration values speak of a service account',
      () => judge(complete([anAddon({ configuresServiceAccount: true })]), complete([account(other)])),
      'ambiguous',
    ],
    [
      'the service account has another name',
      () => judge(complete([anAddon()]), complete([account(other, { name: 'x' })])),
      'ambiguous',
    ],
    [
      'the service account may stand on a page that was not read',
      () => judge(complete([anAddon()]), withGaps([], [gap('list serviceaccounts')])),
      'unread',
    ],
    [
      'associations were not read',
      () =>
        judge(complete([anAddon()]), complete([account(other)]), {
          podIdentity: withGaps([], [gap('eks:ListPodIdentityAssociations')]),
        }),
      'unread',
    ],
    [
      'the add-on could not be described',
      () => judge(withGaps([{ name: 'aws-ebs-csi-driver' }], [gap('eks:DescribeAddon')]), complete([account(other)])),
      'unread',
    ],
  ])('is unknown where %s', (_title, judged, kind) => {
    const { findings, undecided } = judged();
    expect(findings).toEqual([]);
    expect(undecided).toMatchObject([{ ruleId: 'addon-role-differs', kind }]);
  });

  test('what was read of one add-on is told beside what is open of another', () => {
    const { findings, undecided } = judge(
      complete([anAddon(), anAddon({ status: 'UPDATING' }, 'vpc-cni')]),
      complete([account(other)]),
    );
    expect(findings).toHaveLength(1);
    expect(undecided).toHaveLength(1);
  });
});

function noRole(): AddonDetail {
  return { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false };
}

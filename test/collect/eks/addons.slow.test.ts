import { describe, expect, test } from '@jest/globals';
import { readAddons as readAddonsAlone } from '../../../lib/collect/eks/read-addons.ts';
import { anAccount, aWorldCluster } from '../../../sandbox/world/build.ts';
import type { Fault, World, WorldAddon } from '../../../sandbox/world/world.ts';
import { against } from '../../support/answering-aws.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readAddons = recorded('readAddons', readAddonsAlone);

const role = 'arn:aws:iam::111122223333:role/ebs';
const world = (addons: WorldAddon[], faults: Fault[] = []): World => ({
  accounts: [anAccount('111122223333', 'a', { clusters: [aWorldCluster('shop', 'eu-west-1', undefined, { addons })] })],
  issuers: [],
  kubernetes: new Map(),
  faults,
});
const read = (of: World) => withWorld(of, ({ clients }) => readAddons(clients.eks('eu-west-1'), 'shop'));

describe('add-ons of a cluster', () => {
  test('are listed, and described where their service account is documented', async () => {
    const section = await read(
      world([
        { name: 'coredns' },
        { name: 'aws-ebs-csi-driver', serviceAccountRoleArn: role },
        { name: 'vpc-cni', status: 'UPDATING', podIdentityAssociations: ['arn:a'], namespace: 'cni' },
        {
          name: 'eks-pod-identity-agent',
          status: 'DEGRADED',
          issues: [{ code: 'InsufficientNumberOfReplicas', message: '0 of 3' }],
        },
        { name: 'aws-efs-csi-driver', configurationValues: '{"controller":{"serviceAccount":{"name":"x"}}}' },
      ]),
    );
    expect(section).toEqual({
      status: 'complete',
      value: [
        { name: 'coredns' },
        {
          name: 'aws-ebs-csi-driver',
          detail: { status: 'ACTIVE', roleArn: role, hasPodIdentity: false, configuresServiceAccount: false },
        },
        {
          name: 'vpc-cni',
          detail: { status: 'UPDATING', hasPodIdentity: true, namespace: 'cni', configuresServiceAccount: false },
        },
        {
          name: 'eks-pod-identity-agent',
          detail: {
            status: 'DEGRADED',
            health: 'InsufficientNumberOfReplicas: 0 of 3',
            hasPodIdentity: false,
            configuresServiceAccount: false,
          },
        },
        {
          name: 'aws-efs-csi-driver',
          detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: true },
        },
      ],
    });
  });

  test('that may not be listed are unavailable, with the permission', async () => {
    const section = await read(world([], [{ operation: 'eks:ListAddons', kind: 'deny' }]));
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'denied', operation: 'eks:ListAddons' } });
  });

  test('that may not be described are kept without detail, each with a gap', async () => {
    const section = await read(
      world([{ name: 'vpc-cni' }, { name: 'coredns' }], [{ operation: 'eks:DescribeAddon', kind: 'deny' }]),
    );
    expect(section).toMatchObject({
      status: 'partial',
      value: [{ name: 'vpc-cni' }, { name: 'coredns' }],
      gaps: [{ what: 'vpc-cni', reason: { kind: 'denied', operation: 'eks:DescribeAddon' } }],
    });
  });

  test.each([
    ['whose list is no list', () => '{"addons":7}', { kind: 'invalid', operation: 'eks:ListAddons' }],
    ['whose list is no JSON', () => 'x', { kind: 'invalid', operation: 'eks:ListAddons' }],
  ])('%s are unavailable', async (_title, answer, reason) => {
    const section = await against(answer, clients => readAddons(clients.eks('eu-west-1'), 'shop'));
    expect(section).toMatchObject({ status: 'unavailable', reason });
  });

  test('of which a page comes twice, or is without end, end with a gap', async () => {
    const twice = await against(
      () => '{"addons":["coredns"],"nextToken":"t"}',
      clients => readAddons(clients.eks('eu-west-1'), 'shop'),
    );
    expect(twice).toMatchObject({ status: 'partial', gaps: [{ reason: { kind: 'invalid' } }] });
    const endless = await against(
      ({ nth }) => `{"addons":["coredns"],"nextToken":"t${nth}"}`,
      clients => readAddons(clients.eks('eu-west-1'), 'shop'),
    );
    expect(endless).toMatchObject({ status: 'partial', gaps: [{ reason: { kind: 'too-large' } }] });
  });

  test.each([
    [{}, {}],
    [{ podIdentityAssociations: [] }, {}],
    [{ podIdentityAssociations: null, namespaceConfig: null, configurationValues: null }, {}],
    [{ podIdentityAssociations: ['arn:a'] }, { hasPodIdentity: true }],
    [{ configurationValues: 'serviceaccount: x' }, { configuresServiceAccount: true }],
    [{ configurationValues: 'service_account: x' }, { configuresServiceAccount: true }],
    [{ configurationValues: 'service: x' }, {}],
  ])('are kept with what their answer has: %j', async (over, more) => {
    const addon = JSON.stringify({ addon: { status: 'ACTIVE', ...over } });
    const section = await against(
      ({ path }) => (path.endsWith('/vpc-cni') ? addon : '{"addons":["vpc-cni"]}'),
      clients => readAddons(clients.eks('eu-west-1'), 'shop'),
    );
    const detail = { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false, ...more };
    expect(section).toEqual({ status: 'complete', value: [{ name: 'vpc-cni', detail }] });
  });

  test('whose description is not an add-on are kept without detail', async () => {
    const section = await against(
      ({ path }) => (path.endsWith('/vpc-cni') ? '{"addon":{}}' : '{"addons":["vpc-cni"]}'),
      clients => readAddons(clients.eks('eu-west-1'), 'shop'),
    );
    expect(section).toMatchObject({ status: 'partial', value: [{ name: 'vpc-cni' }], gaps: [{ what: 'vpc-cni' }] });
  });
});

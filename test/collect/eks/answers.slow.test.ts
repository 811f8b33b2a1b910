/** Add-ons, authorities and access entries of a cluster by answers that are written out: the second of two of each. */
import { expect, test } from '@jest/globals';
import { readEntryOfRole, setEntry } from '../../../lib/collect/eks/cluster-access.ts';
import { readAddons } from '../../../lib/collect/eks/read-addons.ts';
import { readAuthorities } from '../../../lib/collect/eks/read-authorities.ts';
import { fakeClient } from '../../support/fake-client.ts';

const failing = (name: string, status = 400) => {
  throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
};

test('of two pages of add-ons each is described whose service account is known, and a refused one is a gap', async () => {
  const described: unknown[] = [];
  const details: Readonly<Record<string, object>> = {
    'vpc-cni': {
      ...{ status: 'ACTIVE', serviceAccountRoleArn: 'arn:aws:iam::111122223333:role/cni' },
      configurationValues: '{"env":{"A":"b"}}',
      health: { issues: [{ code: 'A', message: 'a' }, { code: 'B' }, { message: 'c' }] },
    },
    'eks-pod-identity-agent': {
      status: 'DEGRADED',
      podIdentityAssociations: [],
      namespaceConfig: { namespace: 'own' },
    },
    'aws-efs-csi-driver': {
      ...{
        status: 'UPDATE_FAILED',
        podIdentityAssociations: ['a'],
        configurationValues: 'controller: {serviceAccount: {}}',
      },
    },
  };
  const eks = fakeClient((name, { nextToken, addonName }) => {
    if (name === 'ListAddons')
      return nextToken === undefined
        ? { addons: ['kube-proxy', 'vpc-cni', 'aws-ebs-csi-driver'], nextToken: 'more' }
        : { addons: ['eks-pod-identity-agent', 'aws-efs-csi-driver'] };
    described.push(addonName);
    return addonName === 'aws-ebs-csi-driver'
      ? failing('AccessDeniedException', 403)
      : { addon: details[String(addonName)] };
  });
  expect(await readAddons(eks, 'shop')).toEqual({
    status: 'partial',
    gaps: [{ what: 'aws-ebs-csi-driver', reason: expect.objectContaining({ kind: 'denied' }) }],
    value: [
      { name: 'kube-proxy' },
      {
        name: 'vpc-cni',
        detail: {
          ...{ status: 'ACTIVE', health: 'A: a; B; c', roleArn: 'arn:aws:iam::111122223333:role/cni' },
          ...{ hasPodIdentity: false, configuresServiceAccount: false },
        },
      },
      { name: 'aws-ebs-csi-driver' },
      {
        name: 'eks-pod-identity-agent',
        detail: { status: 'DEGRADED', hasPodIdentity: false, namespace: 'own', configuresServiceAccount: false },
      },
      {
        name: 'aws-efs-csi-driver',
        detail: { status: 'UPDATE_FAILED', hasPodIdentity: true, configuresServiceAccount: true },
      },
    ],
  });
  expect(described).toEqual(['vpc-cni', 'aws-ebs-csi-driver', 'eks-pod-identity-agent', 'aws-efs-csi-driver']);
});

test('of two authorities each is told; one that cannot be read leaves all unread', async () => {
  const certificate = {} as never;
  const events = { firstAutoActivation: new Date('2026-12-01'), finalAutoActivation: new Date('2027-01-01') };
  const answers: Record<string, object> = {
    a: { id: 'a', signingStatus: 'ACTIVE', activatedAt: new Date('2026-01-01') },
    b: { id: 'b', signingStatus: 'PENDING', scheduledEvents: events },
  };
  const eks = fakeClient((name, { certificateAuthorityId: id }) =>
    name === 'ListCertificateAuthorities'
      ? { certificateAuthorities: [{ id: 'a' }, { id: 'b' }] }
      : { certificateAuthority: answers[String(id)] },
  );
  const of = (count: number) => readAuthorities(eks, { name: 'shop', caCertificates: Array(count).fill(certificate) });
  expect([await of(0), await of(1)]).toEqual([undefined, undefined]);
  expect(await of(2)).toEqual({
    status: 'complete',
    value: [
      { id: 'a', signing: 'ACTIVE', activatedAt: '2026-01-01T00:00:00.000Z' },
      {
        ...{ id: 'b', signing: 'PENDING' },
        ...{ firstActivation: '2026-12-01T00:00:00.000Z', lastActivation: '2027-01-01T00:00:00.000Z' },
      },
    ],
  });
  answers.b = { id: 'b' };
  expect(await of(2)).toMatchObject({
    ...{ status: 'unavailable', reason: { kind: 'invalid', operation: 'eks:DescribeCertificateAuthority' } },
  });
});

const principalArn = 'arn:aws:iam::111122223333:role/teams/reader';
const place = { cluster: { name: 'shop' }, principalArn } as Parameters<typeof setEntry>[1];
const read = (entry: () => unknown, role: () => unknown) =>
  readEntryOfRole({ eks: fakeClient(entry), iam: fakeClient(role) }, { clusterName: 'shop', principalArn });

test('the entry of a role, of a role with another path, and of none', async () => {
  const made = { createdAt: new Date('2026-01-02'), kubernetesGroups: ['a', 'b'] };
  const roleOf = (Arn: string) => () => ({ Role: { Arn, CreateDate: new Date('2026-01-01') } });
  const there = () => ({ accessEntry: made });
  expect(await read(there, roleOf(principalArn))).toEqual({
    status: 'complete',
    value: {
      groups: ['a', 'b'],
      ...{ entryMadeAt: '2026-01-02T00:00:00.000Z', roleMadeAt: '2026-01-01T00:00:00.000Z' },
    },
  });
  const bare = await read(() => ({ accessEntry: { createdAt: new Date('2026-01-02') } }), roleOf(principalArn));
  expect(bare).toMatchObject({ status: 'complete', value: { groups: [] } });
  const gone = () => failing('ResourceNotFoundException', 404);
  expect(await read(gone, roleOf(principalArn))).toEqual({ status: 'complete', value: undefined });
  expect(await read(there, () => failing('NoSuchEntityException', 404))).toMatchObject({
    ...{ status: 'unavailable', reason: { kind: 'not-found', operation: 'iam:GetRole' } },
  });
  expect(await read(there, roleOf('arn:aws:iam::111122223333:role/reader'))).toMatchObject({
    ...{ status: 'unavailable', reason: { kind: 'invalid', operation: 'iam:GetRole' } },
  });
});

test('the group stands beside those that an entry has; an entry is made again after the earlier one is deleted', async () => {
  const asked: unknown[] = [];
  const eks = fakeClient((name, { kubernetesGroups, type }) => {
    asked.push([name, kubernetesGroups, type]);
    return {};
  });
  const done: unknown[] = [];
  for (const state of [
    { kind: 'admits' },
    { kind: 'without-group', groups: ['a', 'b'] },
    { kind: 'outlived', entryMadeAt: '2026-01-01T00:00:00.000Z' },
    { kind: 'absent' },
  ])
    done.push(await setEntry(eks, place, state as never));
  const made = ['CreateAccessEntry', ['irsa-auditor'], 'STANDARD'];
  expect(asked).toEqual([
    ['UpdateAccessEntry', ['a', 'b', 'irsa-auditor'], undefined],
    ['DeleteAccessEntry', undefined, undefined],
    made,
    made,
  ]);
  const told = `access entry for ${principalArn}`;
  expect(done).toEqual(
    [
      `${told} is there already, and was left as it is`,
      `${told} got the group irsa-auditor`,
      `${told} made again: that of 2026-01-01T00:00:00.000Z was of an earlier role`,
      `${told} made`,
    ].map(one => ({ done: one })),
  );
});

test('an entry that EKS says is there is left, and told by what was not read before; a refused deletion is no such entry', async () => {
  const reason = { kind: 'denied', operation: 'eks:DescribeAccessEntry', message: 'no' };
  const inUse = fakeClient(() => failing('ResourceInUseException', 409));
  expect(await setEntry(inUse, place, { kind: 'unknown', reason } as never)).toEqual({ reason, isThere: true });
  expect(await setEntry(inUse, place, { kind: 'absent' } as never)).toMatchObject({
    ...{ isThere: true, reason: { operation: 'eks:CreateAccessEntry' } },
  });
  expect(await setEntry(inUse, place, { kind: 'outlived', entryMadeAt: 'x' } as never)).toMatchObject({
    ...{ isThere: false, reason: { operation: 'eks:DeleteAccessEntry' } },
  });
  const denied = fakeClient(() => failing('AccessDeniedException', 403));
  expect(await setEntry(denied, place, { kind: 'unknown', reason } as never)).toMatchObject({
    ...{ isThere: false, reason: { kind: 'denied', operation: 'eks:CreateAccessEntry' } },
  });
});

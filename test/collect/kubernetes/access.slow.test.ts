import { describe, expect, test } from '@jest/globals';
import { eksTokenSource, regionalStsHost } from '../../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { podOwnerOf } from '../../../lib/collect/kubernetes/parse-pod.ts';

describe('EKS tokens', () => {
  const start = Date.parse('2026-11-01T00:00:00Z');
  const source = (over: { readonly now: () => number; readonly expiration?: Date }) => {
    let signed = 0;
    const credentials = async () => {
      signed += 1;
      return {
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 's',
        sessionToken: 'a/b+c=',
        ...(over.expiration ? { expiration: over.expiration } : {}),
      };
    };
    return {
      token: eksTokenSource({ clusterName: 'shop', region: 'eu-west-1', credentials, now: over.now }),
      signed: () => signed,
    };
  };

  test('are a presigned GetCallerIdentity of the region, for 60 s, with the cluster signed in', async () => {
    const token = await source({ now: () => start }).token();
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Date': '20261101T000000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': 'a/b+c=',
    });
  });

  test.each([
    ['12 minutes later', 12, undefined, 1],
    ['14 minutes later', 14, undefined, 2],
    ['the credentials end in between', 5, 5, 2],
  ] as const)('%s', async (_, minutes, ends, expected) => {
    let now = start;
    const { token, signed } = source({
      now: () => now,
      ...(ends ? { expiration: new Date(start + ends * 60_000) } : {}),
    });
    await token();
    now += minutes * 60_000;
    await token();
    expect(signed()).toBe(expected);
  });

  test('without credentials say so', async () => {
    const token = eksTokenSource({
      clusterName: 'shop',
      region: 'eu-west-1',
      now: () => start,
      credentials: async () => Promise.reject(new Error('no profile')),
    });
    await expect(token()).rejects.toMatchObject({
      name: 'CredentialUnavailable',
      message: 'no AWS credentials to sign a token for cluster shop: no profile',
    });
  });

  test.each([
    ['eu-west-1', 'sts.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ])('STS of %s', (region, host) => expect(regionalStsHost(region)).toBe(host));
});

describe('owners', () => {
  const createdAt = '2026-11-01T06:00:00Z';
  const minutes = Date.parse(createdAt) / 60_000;
  test.each([
    ['none', undefined, {}, undefined],
    [
      'Deployment by hash',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'pod-template-hash': '5f8d' },
      { kind: 'Deployment', name: 'web' },
    ],
    [
      'Argo Rollout by its own label',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'rollouts-pod-template-hash': '5f8d' },
      { kind: 'Rollout', name: 'web' },
    ],
    ['bare ReplicaSet', { kind: 'ReplicaSet', name: 'web-5f8d' }, {}, { kind: 'ReplicaSet', name: 'web-5f8d' }],
    [
      'hash of another set',
      { kind: 'ReplicaSet', name: 'web-5f8d' },
      { 'pod-template-hash': '99' },
      { kind: 'ReplicaSet', name: 'web-5f8d' },
    ],
    ['CronJob by due minute', { kind: 'Job', name: `report-${minutes}` }, {}, { kind: 'CronJob', name: 'report' }],
    [
      'Job with a date in its name',
      { kind: 'Job', name: 'backup-20261124' },
      {},
      { kind: 'Job', name: 'backup-20261124' },
    ],
    ['DaemonSet', { kind: 'DaemonSet', name: 'logs' }, {}, { kind: 'DaemonSet', name: 'logs' }],
  ])('%s', (_, controller, labels, owner) => {
    expect(podOwnerOf({ ...(controller ? { controller } : {}), labels, createdAt })).toEqual(owner);
  });
});

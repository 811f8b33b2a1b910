/** Nodes of a cluster: two of a kind are one entry, two sets of options two; places by subnet and security groups. */
import { expect, test } from '@jest/globals';
import { nodePlacesOf, optionsOf, readInstances } from '../../../lib/collect/ec2/read-nodes.ts';

const profile = (name: string) => ({ arn: `arn:aws:iam::111122223333:instance-profile/${name}` });
const groupsOf = (...ids: readonly string[]) => ids.map(groupId => ({ groupId }));
type Instance = Parameters<typeof optionsOf>[0][number];
const instance = (instanceId: string, over: Partial<Instance> = {}): Instance => ({
  instanceId,
  metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, httpEndpoint: 'enabled' },
  ...{ vpcId: 'vpc-1', subnetId: 'subnet-1', privateIpAddress: '10.0.0.1', groupSet: groupsOf('sg-1') },
  ...{ networkInterfaceSet: [], tagSet: [{ key: 'eks:nodegroup-name', value: 'blue' }] },
  ...over,
});
const tagged = (...tags: readonly (readonly [string, string])[]) => ({
  tagSet: tags.map(([key, value]) => ({ key, value })),
});
const hops = (httpPutResponseHopLimit: number) => ({
  metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit, httpEndpoint: 'enabled' } as const,
});

test('the most numerous options first, and those of one number by the name of their kind', () => {
  const yellow = tagged(['eks:nodegroup-name', 'yellow']);
  const told = optionsOf([
    instance('i-1', { ...hops(2), ...tagged(['eks:nodegroup-name', 'green']) }),
    instance('i-2', { ...yellow, iamInstanceProfile: profile('b') }),
    instance('i-3', { ...yellow, iamInstanceProfile: profile('a') }),
    instance('i-4', { ...yellow, iamInstanceProfile: profile('b') }),
    instance('i-5', hops(2)),
    instance('i-6', {
      metadataOptions: { httpTokens: 'optional', httpPutResponseHopLimit: 1, httpEndpoint: 'enabled' },
    }),
    instance('i-7', {
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, httpEndpoint: 'disabled' },
    }),
  ]);
  expect(told[0]).toEqual({
    ...{ kind: 'node group yellow', hopLimit: 1, tokensRequired: true, enabled: true, nodes: 3 },
    profiles: [profile('a').arn, profile('b').arn],
  });
  expect(
    told.slice(1).map(one => [one.kind, one.hopLimit, one.tokensRequired, one.enabled, one.nodes, one.profiles]),
  ).toEqual([
    ['node group blue', 2, true, true, 1, []],
    ['node group blue', 1, false, true, 1, []],
    ['node group blue', 1, true, false, 1, []],
    ['node group green', 2, true, true, 1, []],
  ]);
});

test.each([
  [
    [
      ['aws:autoscaling:groupName', 'asg'],
      ['eks:nodegroup-name', 'blue'],
    ],
    'node group blue',
  ],
  [
    [
      ['eks:nodegroup-name', 'blue'],
      ['karpenter.k8s.aws/ec2nodeclass', 'default'],
    ],
    'EC2NodeClass default',
  ],
  [
    [
      ['aws:autoscaling:groupName', 'asg'],
      ['Name', 'x'],
    ],
    'Auto Scaling group asg',
  ],
  [
    [
      ['eks:nodegroup-name', ''],
      ['aws:autoscaling:groupName', 'asg'],
    ],
    'Auto Scaling group asg',
  ],
  [[['Name', 'x']], 'instance i-9'],
] as const)('the tags %j are of %s', (tags, kind) => {
  expect(optionsOf([instance('i-9', tagged(...tags))])[0]?.kind).toBe(kind);
});

test('places: groups in any order are one, a second interface elsewhere makes a place mixed', () => {
  const at = (subnetId: string, ...ids: readonly string[]) => ({ subnetId, groupSet: groupsOf(...ids) });
  const places = nodePlacesOf([
    instance('i-1', { ...at('subnet-1', 'sg-2', 'sg-1'), networkInterfaceSet: [at('subnet-1', 'sg-1', 'sg-2')] }),
    instance('i-2', { ...at('subnet-1', 'sg-1', 'sg-2'), networkInterfaceSet: [at('subnet-2', 'sg-1', 'sg-2')] }),
    instance('i-3', { ...at('subnet-1', 'sg-1', 'sg-2'), privateIpAddress: '10.0.0.3' }),
    instance('i-4', at('subnet-1', 'sg-1')),
    instance('i-5', {
      ...at('subnet-2', 'sg-1'),
      networkInterfaceSet: [at('subnet-2', 'sg-1'), at('subnet-2', 'sg-9')],
    }),
  ]);
  expect(places.map(one => [one.subnetId, one.securityGroupIds, one.nodes, one.isMixed, one.address])).toEqual([
    ['subnet-1', ['sg-1', 'sg-2'], 3, true, '10.0.0.3'],
    ['subnet-1', ['sg-1'], 1, false, '10.0.0.1'],
    ['subnet-2', ['sg-1'], 1, true, '10.0.0.1'],
  ]);
});

test('every page is read, of every reservation every instance', async () => {
  const { instanceId: _id, tagSet: _tags, groupSet: _groups, networkInterfaceSet: _of, ...same } = instance('x');
  const item = (id: string) => ({ ...same, instanceId: id, groupSet: { item: { groupId: 'sg-1' } }, tagSet: '' });
  const pages = [
    {
      reservationSet: { item: [{ instancesSet: { item: [item('i-1'), item('i-2')] } }, { instancesSet: '' }] },
      nextToken: 'a',
    },
    { reservationSet: '', nextToken: 'b' },
    { reservationSet: { item: { instancesSet: { item: item('i-3') } } }, nextToken: '' },
  ];
  const asked: unknown[] = [];
  const read = await readInstances((action, { NextToken, 'Filter.1.Value.1': tag, 'Filter.2.Value.1': state }) => {
    asked.push([action, NextToken, tag, state]);
    return Promise.resolve({ DescribeInstancesResponse: pages[asked.length - 1] });
  }, 'shop');
  expect(read.status === 'complete' && read.value.map(one => one.instanceId)).toEqual(['i-1', 'i-2', 'i-3']);
  const call = (token?: string) => ['DescribeInstances', token, 'kubernetes.io/cluster/shop', 'running'];
  expect(asked).toEqual([call(), call('a'), call('b')]);
});

test('a list without end, and an option that EC2 does not have, are no answer', async () => {
  const endless = await readInstances(
    () => Promise.resolve({ DescribeInstancesResponse: { reservationSet: '', nextToken: 'more' } }),
    'shop',
  );
  expect(endless).toMatchObject({ status: 'unavailable', reason: { kind: 'too-large' } });
  const odd = { ...instance('i-1'), metadataOptions: { httpTokens: 'perhaps' } };
  const read = await readInstances(
    () => Promise.resolve({ DescribeInstancesResponse: { reservationSet: { item: { instancesSet: { item: odd } } } } }),
    'shop',
  );
  expect(read.status).toBe('unavailable');
});

/** Whoever writes the ConfigMap aws-auth gives an IAM principal every right. */
import { expect, test } from '@jest/globals';
import { complete, mapSection } from '../../../lib/model/collected.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { groupNode } from '../../../lib/reach/node/ids.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';
import { rbacWith, reachCluster } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

const wayOf = (space: string | undefined, rules: readonly string[], usesAwsAuth = true): string => {
  const bound = { who: 'group:g', rules, ...(space !== undefined && { in: space }) };
  const { kubernetes, ...cluster } = reachCluster(rbacWith([bound]));
  const inside = mapSection(kubernetes, ({ awsAuth = complete([]), ...others }) =>
    usesAwsAuth ? { ...others, awsAuth } : others,
  );
  const graph = reachOf([someFacts({ clusters: complete([{ ...cluster, kubernetes: inside }]) })]);
  const path = pathsFrom(graph, groupNode(aCluster().arn, 'g').id).get(aRole().arn);
  return path === undefined ? 'no way' : `${path.isCertain ? '' : '? '}${path.steps[0]?.way}`;
};

test.each<[string, readonly string[], string]>([
  ['kube-system', ['update configmaps:aws-auth'], '? aws-auth'],
  ['kube-system', ['patch configmaps'], '? aws-auth'],
  ['kube-system', ['create,delete configmaps'], '? aws-auth'],
  ['kube-system', ['create configmaps'], 'no way'],
  ['kube-system', ['update configmaps:leader'], 'no way'],
  ['kube-system', ['get configmaps:aws-auth'], 'no way'],
  ['ci', ['update configmaps'], 'no way'],
])('in %s: %s', (space, rules, way) => {
  expect(wayOf(space, rules)).toBe(way);
});

test('everywhere', () => expect(wayOf(undefined, ['update configmaps'])).toBe('? aws-auth'));

test('a cluster of authentication mode API does not look at it', () => {
  expect(wayOf(undefined, ['update configmaps'], false)).toBe('no way');
});

import { expect, test } from '@jest/globals';
import { onCluster } from '../../lib/fixes/changes/on-cluster.ts';
import { complete, valueOr } from '../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, aSnapshot } from '../support/example-world.ts';

const arnIn = (region: string, name: string): string => `arn:aws:eks:${region}:111122223333:cluster/${name}`;
const regions = ['eu-west-1', 'eu-west-2'].map(region => ({
  region,
  clusters: complete(
    ['shop', 'pay'].map(name => aClusterSnapshot({ cluster: aCluster({ name, region, arn: arnIn(region, name) }) })),
  ),
}));
const edited = (place: Parameters<typeof onCluster>[1]): readonly string[] => {
  const seen: string[] = [];
  const after = onCluster({ ...aSnapshot(), regions }, place, one => {
    seen.push(one.cluster.arn);
    return { ...one, kubernetes: { status: 'complete', value: {} as never } };
  });
  const changed = after.regions.flatMap(({ clusters }) =>
    valueOr(clusters, []).flatMap(({ cluster, kubernetes }) => (kubernetes.status === 'complete' ? cluster.arn : [])),
  );
  expect(changed).toEqual(seen);
  return changed;
};

test.each<[string, Parameters<typeof onCluster>[1], readonly string[]]>([
  ['its ARN, of two with one name', { name: 'shop', arn: arnIn('eu-west-2', 'shop') }, [arnIn('eu-west-2', 'shop')]],
  ['its ARN, whatever it is called here', { name: 'x', arn: arnIn('eu-west-1', 'pay') }, [arnIn('eu-west-1', 'pay')]],
  ['the ARN of none', { name: 'shop', arn: arnIn('us-east-1', 'shop') }, []],
  ['its name alone', { name: 'pay' }, [arnIn('eu-west-1', 'pay'), arnIn('eu-west-2', 'pay')]],
])('a cluster is edited by %s', (_, place, arns) => {
  expect(edited(place)).toEqual(arns);
});

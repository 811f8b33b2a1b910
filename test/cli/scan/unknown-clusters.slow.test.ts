import { expect, test } from '@jest/globals';
import { refuseUnknownClusters } from '../../../lib/cli/report/refuse-unknown.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../../support/example-world.ts';

type Audited = Parameters<typeof refuseUnknownClusters>[1];
const clusters = complete(['shop', 'pay'].map(name => aClusterSnapshot({ cluster: aCluster({ name }) })));
const whole = someFacts({ clusters });
const gap = {
  accountId: '999988887777',
  section: 'clusters',
  reason: { kind: 'denied', operation: 'o', message: 'm' },
} as const;
const partial = { ...whole, fleet: { ...whole.fleet, gaps: [gap] } } as unknown as typeof whole;
const refuse = (names: readonly string[], facts: readonly (typeof whole)[]) => () =>
  refuseUnknownClusters(names, { facts } as unknown as Audited);

test('a cluster that the fleet does not have is refused, unless it may be one that was not read', () => {
  expect(refuse(['shop', 'pay'], [whole])).not.toThrow();
  expect(refuse([], [whole])).not.toThrow();
  expect(refuse(['shop', 'shp'], [whole])).toThrow('--cluster: unknown cluster "shp"; did you mean shop?');
  expect(refuse(['other-one'], [whole])).toThrow('--cluster: unknown cluster "other-one"; known: pay, shop');
  expect(refuse(['other-one'], [partial])).not.toThrow();
  expect(refuse(['other-one'], [whole, partial])).not.toThrow();
  expect(refuse(['other-one'], [])).not.toThrow();
});

/** Lines of findings of a table: clusters of one name are told apart. */
import { expect, test } from '@jest/globals';
import { renderKnown } from '../../../lib/cli/findings/finding-table.ts';
import { aFinding, known } from '../../report/sample-report.ts';

test('two clusters of one name stand with what tells them apart', () => {
  const of = (id: string, region: string) =>
    known(
      aFinding({
        ...{ id: id.padEnd(32, '0'), namespace: 'checkout', serviceAccount: 'cart' },
        ...{ region, clusterName: 'shop', clusterArn: `arn:aws:eks:${region}:111122223333:cluster/shop` },
      }),
    );
  const places = (...findings: readonly ReturnType<typeof known>[]) =>
    renderKnown(findings, 'table', { colour: false, width: 200 })
      .split('\n')
      .flatMap(line => /^\w+ +\w{8} {2}(.*?) {2}/.exec(line)?.[1] ?? []);
  expect(places(of('a', 'eu-west-1'), of('b', 'eu-west-3'))).toEqual([
    'shop (eu-west-1, 111122223333)',
    'shop (eu-west-3, 111122223333)',
  ]);
  expect(places(of('a', 'eu-west-1'))).toEqual(['shop']);
});

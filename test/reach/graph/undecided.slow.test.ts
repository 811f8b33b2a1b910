import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { groupNode } from '../../../lib/reach/node/ids.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, exampleIssuer } from '../../support/example-world.ts';
import { reachFacts } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

test('a role whose policy cannot be written out within the stated work may be of a service account that is there', () => {
  const condition = complexCondition(`${exampleIssuer.replace('https://', '')}:sub`);
  const Statement = [
    {
      ...{ Effect: 'Allow', Principal: { Federated: aProvider().arn }, Action: 'sts:AssumeRoleWithWebIdentity' },
      Condition: condition,
    },
  ];
  const roles = complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement }) })]);
  // The letters of all patterns, one pattern after the other.
  const name = Object.values(condition)
    .flatMap(block => Object.values(block))
    .map(pattern => pattern.replace('system:serviceaccount:', '').replaceAll('*', ''))
    .join('');
  const bound = [{ who: 'group:devs', in: 'checkout', rules: ['create serviceaccounts/token'] }];
  const wayTo = (serviceAccount: string) => {
    const serviceAccounts = complete([aServiceAccount({ name: serviceAccount, annotations: {} })]);
    const graph = reachOf([reachFacts(bound, { serviceAccounts }, { roles })]);
    return pathsFrom(graph, groupNode(aCluster().arn, 'devs').id)
      .get(aRole().arn)
      ?.steps.map(({ way }) => way);
  };
  expect(wayTo(name)).toEqual(['create-token', 'includes', 'assume']);
  expect(wayTo('cart')).toBeUndefined();
});

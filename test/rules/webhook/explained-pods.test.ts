/** The pods and associations that a broken webhook explains: all of the cluster, or those that it is known to keep out. */
import { expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { explainsPodsOfCluster } from '../../../lib/rules/webhook/support/webhook-view.ts';
import { aPod } from '../../support/example-cluster.ts';
import { worldOf } from '../../support/in-cluster-world.ts';

const skip = { 'eks.amazonaws.com/skip-pod-identity-webhook': '' };
const pods = [
  aPod({ name: 'a', owner: { kind: 'Deployment', name: 'a' } }),
  aPod({ name: 'b', owner: { kind: 'Deployment', name: 'b' } }),
  aPod({ name: 'c', owner: { kind: 'Deployment', name: 'c' }, labels: skip }),
];
const podIdentity = complete(['x', 'y'].map(name => ({ id: name, namespace: 'checkout', serviceAccount: name })));
const [subject] = subjectsOfAccount(worldOf({ pods: complete(pods) }, {}, { podIdentity })).webhook;
if (subject === undefined) throw new Error('there is a webhook');

const explained = (of?: readonly (typeof pods)[number][]) =>
  explainsPodsOfCluster(subject, of).map(({ ruleId, subject: id }) => `${ruleId} ${id?.split('/').at(-1)}`);

test('all pods of the cluster but those that opt out, and its associations', () => {
  expect(explained().map(one => one.split(' ')[0])).toEqual([
    ...['pod-not-injected', 'pod-not-injected', 'pod-identity-pods-without', 'pod-identity-pods-without'],
  ]);
  expect(explained()[2]).toMatch(/x$/);
});

test('those pods that are kept out but such that opt out, and no association: others may have a role by it', () => {
  expect(explained(pods.slice(1))).toEqual([explained()[1]]);
  expect(explained([])).toEqual([]);
});

/** Ways by the rights of one namespace: each row of its tables, each verb and each kind, as documents of Kubernetes name them. */
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { reachGraphOf } from '../../../lib/reach/graph/reach-of.ts';
import { groupNode, rightsNode } from '../../../lib/reach/node/ids.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { reachFacts } from '../../support/reach-world.ts';

const { arn } = aCluster();
const role = aRole().arn;
const ofCart = rightsNode(arn, 'checkout', 'cart').id;

/** How the rules of the namespace lead to a target: `?` where that depends on something. */
const wayOf = (rules: readonly string[], over: Partial<KubernetesFacts> = {}, to: string = role, facts = {}) => {
  const bound = [{ who: 'group:devs', in: 'checkout', rules }];
  const path = pathsFrom(reachGraphOf([reachFacts(bound, over, facts)]), groupNode(arn, 'devs').id).get(to);
  const ways = path?.steps.map(({ way }) => way).filter(way => way !== 'includes') ?? ['none'];
  return `${path?.isCertain === false ? '? ' : ''}${ways.join(' ')}`;
};
const ownedBy = (kind: string) => ({ pods: complete([aPod({ owner: { kind, name: 'cart' } })]) });
const bare = { pods: complete([aPod({ containers: [], volumes: [] })]) };

describe('whoever may make or change what makes pods chooses their service account', () => {
  const kinds = [
    ['apps|deployments', 'Deployment'],
    ['apps|statefulsets', 'StatefulSet'],
    ['apps|daemonsets', 'DaemonSet'],
    ['apps|replicasets', 'ReplicaSet'],
    ['replicationcontrollers', 'ReplicationController'],
    ['batch|cronjobs', 'CronJob'],
  ] as const;

  test.each([...kinds.map(([resource]) => resource), 'batch|jobs'])('create %s', resource => {
    expect(wayOf([`create ${resource}`])).toBe('create-workload assume');
  });

  test.each(kinds.flatMap(([resource, kind]) => ['update', 'patch'].map(verb => [verb, resource, kind] as const)))(
    '%s %s, certain where a pod of a %s runs',
    (verb, resource, kind) => {
      const other = kind === 'Deployment' ? 'StatefulSet' : 'Deployment';
      expect(wayOf([`${verb} ${resource}`], ownedBy(kind))).toBe('change-workload assume');
      expect(wayOf([`${verb} ${resource}`], ownedBy(other))).toBe('? change-workload assume');
      expect(wayOf([`${verb} ${resource}:cart`], ownedBy(kind))).toBe('change-workload assume');
      expect(wayOf([`${verb} ${resource}:db`], ownedBy(kind))).toBe('? change-workload assume');
    },
  );

  test('of two named workloads the one that runs is certain, whichever stands first', () => {
    for (const names of ['db,cart', 'cart,db'])
      expect(wayOf(names.split(',').map(name => `patch apps|deployments:${name}`))).toBe('change-workload assume');
  });
});

describe('whoever gets into a pod has its role', () => {
  test.each([
    ['create pods/exec', 'exec assume'],
    ['get pods/exec', 'exec assume'],
    ['create pods/attach', '? exec assume'],
    ['get pods/attach', '? exec assume'],
    ['update pods', 'change-pod assume'],
    ['patch pods', 'change-pod assume'],
    ['update pods/ephemeralcontainers', 'ephemeral-container assume'],
    ['patch pods/ephemeralcontainers', 'ephemeral-container assume'],
  ])('%s', (rule, wanted) => {
    expect(wayOf([rule])).toBe(wanted);
    const [verb = '', resource = ''] = rule.split(' ');
    expect(wayOf([`${verb} ${resource}:cart-7d9f6c5b8-x2x4z`])).toBe(wanted);
    expect(wayOf([`${verb} ${resource}:another-pod`])).toBe('none');
  });

  test('exec beside attach is certain', () => {
    expect(wayOf(['create pods/attach', 'create pods/exec'])).toBe('exec assume');
  });
});

describe('an annotation gives the role to pods that start after it', () => {
  test.each(['update', 'patch'])('%s serviceaccounts', verb => {
    for (const account of ['serviceaccounts', 'serviceaccounts:cart']) {
      const rules = ['create pods/exec', `${verb} ${account}`];
      expect(wayOf(rules, bare)).toBe('? annotate assume');
      expect(wayOf(['create pods/exec', `${verb} serviceaccounts:db`], bare)).toBe('none');
    }
  });

  test.each(['delete pods', 'deletecollection pods', 'create pods/eviction'])('certain by name with %s', restart => {
    expect(wayOf(['create pods/exec', 'patch serviceaccounts:cart', restart], bare)).toBe('annotate assume');
  });

  test('attach alone, which depends on the container, is not enough', () => {
    expect(wayOf(['create pods/attach', 'patch serviceaccounts:cart', 'delete pods'], bare)).toBe('none');
  });
});

describe('rights of a service account without its token', () => {
  test.each([
    [['impersonate serviceaccounts'], 'impersonate'],
    [['impersonate serviceaccounts:cart'], 'impersonate'],
    [['impersonate serviceaccounts:db'], 'none'],
    [['get secrets'], '? token-secret'],
    [['list secrets'], '? token-secret'],
    [['watch secrets'], '? token-secret'],
    [['get secrets', 'create secrets'], 'token-secret'],
    [['create secrets'], 'none'],
  ])('%j', (rules, wanted) => {
    expect(wayOf(rules, {}, ofCart)).toBe(wanted);
  });
});

describe('a service account that a role names and nobody made', () => {
  const ghost = (namespace: string) =>
    aRole({ name: 'ghost', trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:${namespace}:ghost` }) });
  const toGhost = (rules: readonly string[], namespace = 'checkout') =>
    wayOf(rules, {}, ghost(namespace).arn, { roles: complete([aRole(), ghost(namespace)]) });

  test.each([
    [['create serviceaccounts', 'create pods'], 'create-account assume'],
    [['create serviceaccounts', 'create serviceaccounts/token'], 'create-account assume'],
    [['create serviceaccounts', 'create batch|jobs'], 'create-account assume'],
    [['create serviceaccounts'], 'none'],
    [['create pods'], 'none'],
  ])('%j', (rules, wanted) => {
    expect(toGhost(rules)).toBe(wanted);
    expect(toGhost(rules, 'ci')).toBe('none');
  });
});

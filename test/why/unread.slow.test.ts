/** An unread part is never fine: the chain of worlds of which parts could not be read. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, type ReadFailure, unavailable } from '../../lib/model/collected.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aContainer, aPod, aServiceAccount, someKubernetes } from '../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';
import { account, aWhyWorld, chainOf, deployment, marksOf, pod } from './why-worlds.ts';

const denied: ReadFailure = { kind: 'denied', operation: 'read it', message: 'no' };
type World = NonNullable<Parameters<typeof aWhyWorld>[0]>;

/** Parts of the world that may be refused. */
const parts: Readonly<Record<string, (world: World) => World>> = {
  pods: world => ({ ...world, inside: { ...world.inside, pods: unavailable(denied) } }),
  serviceAccounts: world => ({ ...world, inside: { ...world.inside, serviceAccounts: unavailable(denied) } }),
  webhook: world => ({ ...world, inside: { ...world.inside, webhook: unavailable(denied) } }),
  version: world => ({ ...world, inside: { ...world.inside, version: unavailable(denied) } }),
  podIdentity: world => ({ ...world, cluster: { ...world.cluster, podIdentity: unavailable(denied) } }),
  inside: world => ({ ...world, cluster: { ...world.cluster, kubernetes: unavailable(denied) } }),
  providers: world => ({ ...world, providers: unavailable(denied) }),
  providerDetail: world => ({ ...world, providers: complete([aProvider({ detail: unavailable(denied) })]) }),
  roles: world => ({ ...world, roles: unavailable(denied) }),
  issuer: world => ({ ...world, issuers: [] }),
};

const healthy: World = {};
const noPods = complete([]);

test.each<readonly [part: string, ofPod: string, ofAccount: string]>([
  ['pods', '?????????', '?++??+++.'],
  ['serviceAccounts', '+????????', '?????????'],
  ['webhook', '++++++++.', '.++?.+++.'],
  ['version', '++++?+++.', '.+++.+++.'],
  ['podIdentity', '++++++++.', '.++?.+++.'],
  ['inside', '?????????', '?????????'],
  ['providers', '+++++??+.', '.+++.??+.'],
  ['providerDetail', '+++++??+.', '.+++.??+.'],
  ['roles', '+++++++?.', '.+++.++?.'],
  ['issuer', '+++++?++.', '.+++.?++.'],
])('without %s the steps that it decides are not known', (part, ofPod, ofAccount) => {
  const without = parts[part] ?? ((world: World) => world);
  expect(marksOf(chainOf(aWhyWorld(without(healthy)), pod))).toBe(ofPod);
  const idle = part === 'pods' ? {} : { pods: noPods };
  expect(marksOf(chainOf(aWhyWorld(without({ inside: idle })), account))).toBe(ofAccount);
});

const faulty: Readonly<Record<string, World>> = {
  healthy,
  notInjected: {
    inside: {
      pods: complete([aPod({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {} })], volumes: [] })]),
    },
  },
  noWebhook: { inside: { pods: noPods, webhook: complete(undefined) } },
  unannotated: { inside: { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) } },
  noProvider: { providers: complete([]) },
  otherAudience: { providers: complete([aProvider({ audiences: ['other'] })]) },
  noRole: { roles: complete([]) },
  notTrusted: { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]) },
};

/** Reading more changes what is known, not what is true: a tick or a cross that a poorer reading gives, the full one gives
 *  too. */
test.each(Object.keys(faulty))('with parts unread, no step of the world %s is told otherwise than with all', name => {
  const world = faulty[name] ?? healthy;
  const targets: readonly WhyTarget[] = [pod, deployment, account];
  const whole = new Map(targets.map(target => [target, marksOf(chainOf(aWhyWorld(world), target))]));
  fc.assert(
    fc.property(fc.subarray(Object.keys(parts)), fc.constantFrom(...targets), (unread, target) => {
      const facts: Facts = aWhyWorld(unread.reduce((poorer, part) => parts[part]?.(poorer) ?? poorer, world));
      const known = whole.get(target) ?? '';
      for (const [at, mark] of [...marksOf(chainOf(facts, target))].entries())
        if (mark === '+' || mark === 'x') expect([at, mark]).toEqual([at, known[at]]);
    }),
    { numRuns: casesOf(15) },
  );
});

test('the issuer is the word of the API server where EKS was not asked', () => {
  const chain = chainOf(aWhyWorld({ inside: { issuer: someKubernetes().issuer } }));
  expect(chain.issuer).toBe(exampleIssuer);
});

/** Causes that no rule reports, each with the fact that decides it: the evidence, the error of the pod and the fix. */
import { describe, expect, test } from '@jest/globals';
import { complete, withGaps } from '../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aRole } from '../support/example-world.ts';
import { aWhyWorld, chainOf, pod } from './why-worlds.ts';

const roleKey = 'eks.amazonaws.com/role-arn';
const skipLabel = 'eks.amazonaws.com/skip-pod-identity-webhook';
const skipContainers = 'eks.amazonaws.com/skip-containers';
const bareContainer = (name = 'app') => aContainer({ name, awsVariables: [], irsaEnvironment: {}, mounts: {} });
const bare = { containers: [bareContainer()], volumes: [] };
const plain = (over: Partial<ServiceAccount> = {}) => aServiceAccount({ annotations: {}, ...over });
const withRole = (name: string, over: Partial<ServiceAccount> = {}) =>
  aServiceAccount({ name, annotations: { [roleKey]: `arn:aws:iam::111122223333:role/${name}` }, ...over });

interface World {
  readonly accounts: readonly ServiceAccount[];
  readonly pods?: readonly Pod[];
  readonly over?: Parameters<typeof aWhyWorld>[0];
}
const causeIn = ({ accounts, pods = [aPod(bare)], over = {} }: World, target = pod) => {
  const facts = aWhyWorld({
    roles: complete([]),
    ...over,
    inside: { serviceAccounts: complete(accounts), pods: complete(pods), ...over.inside },
  });
  const { cause } = chainOf(facts, target);
  if (cause === undefined) throw new Error('there is no cause');
  return cause;
};

describe('a service account without a role', () => {
  test('tells the ones of its namespace that have one, and none of another namespace', () => {
    const accounts = [plain(), withRole('pay'), withRole('ship'), withRole('far', { namespace: 'old' })];
    const { evidence, podError } = causeIn({ accounts });
    expect(evidence.map(({ what, got }) => [what, got])).toContainEqual([
      'service accounts of namespace checkout with a role',
      'pay and ship',
    ]);
    expect(evidence[0]).toMatchObject({ what: `annotation ${roleKey}`, got: 'not set', wanted: 'the ARN of a role' });
    expect(podError).not.toMatch(/IAM role must be associated/);
  });

  test.each<[string, readonly ServiceAccount[], readonly Pod[], boolean]>([
    ['the only one with a role has no pods', [plain(), withRole('pay')], [aPod(bare)], true],
    ['it has pods', [plain(), withRole('pay')], [aPod(bare), aPod({ name: 'p', serviceAccount: 'pay' })], false],
    ['there are two', [plain(), withRole('pay'), withRole('ship')], [aPod(bare)], false],
    ['it is of another namespace', [plain(), withRole('pay', { namespace: 'old' })], [aPod(bare)], false],
    ['its annotation is empty', [plain(), withRole('pay', { annotations: { [roleKey]: '' } })], [aPod(bare)], false],
  ])('was meant to be another one: %s', (_title, accounts, pods, isMeant) => {
    const { message, fix } = causeIn({ accounts, pods });
    expect(message.includes('; pay has one and no pods')).toBe(isMeant);
    if (isMeant) expect(fix).toMatchObject({ commands: [], choice: expect.stringContaining('the role of pay') });
  });

  test('is meant to be no other one where not all pods were read', () => {
    const gap = [{ what: 'a page', reason: { kind: 'throttled', operation: 'list pods', message: 'slow' } as const }];
    const over = { inside: { pods: withGaps([aPod(bare)], gap) } };
    expect(causeIn({ accounts: [plain(), withRole('pay')], over }).message).not.toContain('has one and no pods');
  });

  test('of two pods one has a volume of the secrets driver: its provider names the error, and the evidence the volume', () => {
    const pods = [aPod(bare), aPod({ ...bare, name: 'other', mountsSecretsStore: true })];
    const cause = causeIn(
      { accounts: [plain()], pods },
      { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' },
    );
    expect(cause.podError).toBe('An IAM role must be associated with service account');
    expect(cause.evidence.map(({ what }) => what)).toContain('volume of secrets-store.csi.k8s.io');
  });

  test('is default: the template of the one owner is to name the one account that has a role', () => {
    const pods = [aPod({ ...bare, name: 'default-1', serviceAccount: 'default' })];
    const target = { ...pod, name: 'default-1' };
    const isDefault = plain({ name: 'default' });
    const one = causeIn({ accounts: [isDefault, withRole('pay')], pods }, target);
    expect(one.message).toMatch(/a pod that names no service account runs as default|pay has one and no pods/);
    expect(one.fix.summary).toContain('Name service account pay in the template of Deployment cart');
    expect(causeIn({ accounts: [isDefault], pods }, target).fix.choice).toContain(
      'no service account of the namespace',
    );
    const two = causeIn({ accounts: [isDefault, withRole('pay'), withRole('ship')], pods }, target).fix;
    expect(two).toMatchObject({ commands: [], choice: 'Which one: pay and ship.' });
  });

  test('with a role that trusts it gets its annotation, and the restart of its pods after it', () => {
    const { fix } = causeIn({ accounts: [plain()], over: { roles: complete([aRole()]) } });
    expect(fix.commands.map(command => command.split(' ').find(word => /^(?:annotate|patch)$/.test(word)))).toEqual([
      'annotate',
      'patch',
    ]);
  });
});

test('a service account that does not exist: which one the pods are to have is a choice', () => {
  const cause = causeIn({ accounts: [withRole('pay')] });
  expect(cause.message).toBe('service account checkout/cart does not exist: no token of it can be made or renewed');
  expect(cause.evidence).toEqual([
    {
      what: 'service account checkout/cart',
      got: 'not found',
      readFrom: expect.stringMatching(/^serviceaccounts of cluster /),
    },
  ]);
  expect(cause.fix).toMatchObject({ commands: [], choice: 'Which service account the pods are to have.' });
});

describe('a pod that was told to be left alone', () => {
  const told = (over: Partial<Pod>) =>
    causeIn({
      accounts: [aServiceAccount()],
      pods: [aPod({ ...bare, ...over })],
      over: { roles: complete([aRole()]) },
    });

  test.each([
    ['true', 'true'],
    ['', 'set'],
  ])('by its label with the value "%s"', (value, got) => {
    const { evidence, fix } = told({ labels: { [skipLabel]: value } });
    expect(evidence).toEqual([
      { what: `label ${skipLabel}`, got, wanted: 'not set', readFrom: expect.stringMatching(/^pods of cluster /) },
    ]);
    expect(fix).toMatchObject({ summary: expect.stringContaining(`Remove the label ${skipLabel}`), commands: [] });
  });

  test('by skip-containers, which names each container that it runs', () => {
    const containers = [bareContainer('app'), bareContainer('log')];
    const { volumes } = aPod();
    const { message, evidence, fix } = told({ containers, volumes, annotations: { [skipContainers]: 'app,log' } });
    expect(message).toContain(`${skipContainers} names all of them`);
    expect(evidence[0]).toMatchObject({ what: `annotation ${skipContainers}`, got: 'app,log' });
    expect(fix.summary).toContain(`Remove the container that calls AWS from ${skipContainers}`);
  });
});

/** Workloads and service accounts, each form of each part beside each form of every other: which pods were meant for which account. */
import { test } from '@jest/globals';
import {
  isPodElsewhere,
  namesakePods,
  podsElsewhere,
  startedWithoutRole,
  withoutRoleBeside,
} from '../../lib/facts/workload-elsewhere.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount, someKubernetes } from '../support/example-cluster.ts';
import { bareContainer, barePod } from '../support/in-cluster-world.ts';
import { around, beside, line, tell, tellByAnswer } from '../support/paired-lines.ts';

const role = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/checkout-cart' };
const helm = { tool: 'Helm', name: 'shop' } as const;

test('workloads that run as another service account', () => {
  const parts = {
    owner: {
      'of its name': { kind: 'Deployment', name: 'cart' },
      'of its name and more': { kind: 'Deployment', name: 'cart-worker' },
      'of a longer name': { kind: 'Deployment', name: 'carts' },
      'of another name': { kind: 'Deployment', name: 'web' },
      'a pod with the role': { kind: 'Pod', name: 'driver' },
      'a pod without': { kind: 'Pod', name: 'naked' },
      none: undefined,
    },
    runsAs: {
      another: 'web',
      'its own': 'cart',
      'that of a chart': 'shop-cart',
      'none that exists': 'gone',
      default: 'default',
    },
    pod: {
      bare: {},
      'of a node': { isMirror: true },
      'with Pod Identity': { containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })] },
      'with keys': { containers: [bareContainer({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] },
      'with a role': { containers: [aContainer()] },
      annotated: { annotations: role },
      elsewhere: { namespace: 'web' },
      'in default': { namespace: 'default' },
    },
    others: {
      plain: {},
      'of its release': { managedBy: helm },
      'of another release': { managedBy: { tool: 'Helm', name: 'web' } },
      'of another tool': { managedBy: { tool: 'Argo CD', name: 'shop' } },
      'with a role': { annotations: role },
    },
    account: {
      plain: {},
      'of the release': { managedBy: helm },
      'of no release': { managedBy: { tool: 'Helm' } },
      'in default': { namespace: 'default' },
      'that is not annotated': { annotations: {} },
      'in a namespace without pods': { namespace: 'empty' },
    },
    namesakes: {
      nothing: [],
      namesake: [{ namespace: 'web' }],
      'two namesakes': [{ namespace: 'web' }, { namespace: 'api' }],
    },
  };
  const plain = { pod: 'bare', others: 'plain', account: 'plain', namesakes: 'nothing' } as const;
  const bases = [
    { ...plain, owner: 'of its name', runsAs: 'another' },
    { ...plain, owner: 'of its name and more', runsAs: 'another', others: 'of its release', account: 'of the release' },
    { ...plain, owner: 'of its name and more', runsAs: 'that of a chart', others: 'of its release' },
    { ...plain, owner: 'a pod with the role', runsAs: 'another' },
    { ...plain, owner: 'a pod with the role', runsAs: 'its own', account: 'that is not annotated' },
    { ...plain, owner: 'none', runsAs: 'its own', account: 'in default', namesakes: 'namesake' },
  ] as const;
  type Parts = ReturnType<typeof beside<typeof parts>>[number][1];
  const answerOf = ({ owner, runsAs, pod, others, account, namesakes }: Parts): unknown => {
    const { owner: _owner, ...naked } = barePod({ name: 'one', serviceAccount: runsAs });
    const asked: ServiceAccount = aServiceAccount({ ...(account as Partial<ServiceAccount>) });
    const one: Pod = { ...naked, ...(owner && { owner }), ...(pod as Partial<Pod>) };
    const named = (name: string, over: object) => aServiceAccount({ name, annotations: {}, ...over });
    const kubernetes = someKubernetes({
      serviceAccounts: complete([
        asked,
        ...['web', 'shop-cart', 'default'].map(name => named(name, others)),
        ...namesakes.map(over => named('cart', over)),
      ]),
      pods: complete([
        one,
        aPod({ name: 'driver' }),
        barePod({ name: 'naked', owner: { kind: 'Job', name: 'x' } }),
        barePod({ name: 'theirs', namespace: 'web' }),
      ]),
    });
    const names = (pods: readonly Pod[]) => pods.map(({ name }) => name).join(' ');
    const place = { ...asked, namespace: one.namespace === 'web' ? 'web' : asked.namespace };
    return [
      isPodElsewhere(one, asked, kubernetes),
      names(podsElsewhere(asked, kubernetes)),
      names(startedWithoutRole(asked, kubernetes)),
      names(namesakePods(asked, kubernetes)),
      withoutRoleBeside(place, kubernetes).join(' '),
    ];
  };
  tell(
    'workloads',
    beside(parts).map(([title, of]) => line(title, answerOf(of))),
  );
  for (const base of bases)
    tellByAnswer(
      Object.values(base).join(', '),
      around(parts, base).map(([title, of]) => [title, answerOf(of)]),
    );
});

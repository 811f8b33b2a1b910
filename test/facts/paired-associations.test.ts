/** Associations, add-ons and annotations, each form of each part beside each form of every other: whose role it is. */
import { test } from '@jest/globals';
import { accountMeantBy, associationMeantFor } from '../../lib/facts/account-meant.ts';
import { addonOfAccount } from '../../lib/facts/addon-service-accounts.ts';
import { audienceAsked } from '../../lib/facts/audience-asked.ts';
import { withConfiguredRoles } from '../../lib/facts/configured-roles.ts';
import { associationOf, associationsUnread, dormancyOf } from '../../lib/facts/dormant-annotation.ts';
import { rolesWithoutAssociation } from '../../lib/facts/pod-identity-roles.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, someKubernetes } from '../support/example-cluster.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { aGap, bareContainer, barePod, denied } from '../support/in-cluster-world.ts';
import { around, beside, line, tell, tellByAnswer } from '../support/paired-lines.ts';

const key = 'eks.amazonaws.com/role-arn';
const role = aRole().arn;
const made = (serviceAccount: string, over: object = {}) => ({
  id: 'a-1',
  namespace: 'checkout',
  serviceAccount,
  roleArn: role,
  ...over,
});
const undescribed = { ...aGap('eks:DescribePodIdentityAssociation'), what: 'a-1' };

test('the account that an association was made for', () => {
  const parts = {
    associations: {
      'for a mistyped name': complete([made('crat')]),
      'for another namespace': complete([made('cart', { namespace: 'shop' })]),
      'for default': complete([made('default', { namespace: 'shop' })]),
      'for both': complete([made('crat'), made('cart', { id: 'a-2' })]),
      'for a far name': complete([made('refund')]),
      none: complete([]),
      'not described': withGaps([made('crat')], [undescribed]),
      'in part': withGaps([made('crat')], [aGap('eks:ListPodIdentityAssociations')]),
      refused: unavailable(denied),
    },
    account: {
      bare: { annotations: {} },
      annotated: {},
      mistyped: { annotations: { 'eks.amazonaws.com/role_arn': role } },
      labelled: { annotations: {}, labels: { [key]: 'cart' } },
      'with an audience': { annotations: { 'eks.amazonaws.com/audience': '' } },
    },
    pods: {
      bare: [barePod()],
      injected: [aPod()],
      'of a node': [barePod({ isMirror: true })],
      'Pod Identity': [
        barePod({ containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })] }),
      ],
      'both ways': [
        aPod({ containers: [aContainer({ awsVariables: ['AWS_ROLE_ARN', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'] })] }),
      ],
      keys: [barePod({ containers: [bareContainer({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] })],
      'one of two': [aPod(), barePod({ name: 'cart-2' })],
      none: [],
    },
    others: {
      none: [],
      'one of the mistyped name': [aServiceAccount({ name: 'crat', annotations: {} })],
      'another that is alike': [aServiceAccount({ name: 'carts', annotations: {} })],
      'one of the name elsewhere': [aServiceAccount({ namespace: 'web', annotations: {} })],
      default: ['shop', 'checkout'].map(namespace => aServiceAccount({ namespace, name: 'default', annotations: {} })),
    },
    section: { read: 'read', 'pods in part': 'pods', 'pods not asked for': 'unasked' },
  };
  type Parts = ReturnType<typeof beside<typeof parts>>[number][1];
  const answerOf = ({ associations, account, pods, others, section }: Parts): unknown => {
    const podIdentity = associations as ClusterSnapshot['podIdentity'];
    const own = aServiceAccount({ ...account });
    const all = [
      ...pods,
      ...others.map((one, at) =>
        barePod({ ...one, name: `of-${at}`, labels: {}, annotations: {}, serviceAccount: one.name }),
      ),
    ];
    const kubernetes = someKubernetes({
      serviceAccounts: complete([own, ...others]),
      pods:
        section === 'read'
          ? complete(all)
          : section === 'pods'
            ? withGaps(all, [aGap('list pods')])
            : withGaps(all, [
                { what: 'others', reason: { kind: 'not-asked-for', operation: 'list pods', message: 'off' } },
              ]),
    });
    const meant = (podIdentity.status === 'unavailable' ? [] : podIdentity.value).map(one =>
      accountMeantBy(one, kubernetes, { podIdentity }),
    );
    return [
      meant.map(one => one && `${one.namespace}/${one.name}`),
      [own, ...others].map(one => associationMeantFor(one, kubernetes, { podIdentity })?.id),
      dormancyOf(own, kubernetes, podIdentity),
      [associationOf({ podIdentity }, 'checkout', 'cart')?.id, associationsUnread(podIdentity).length],
    ];
  };
  tell(
    'associations',
    beside(parts).map(([title, of]) => line(title, answerOf(of))),
  );
  const base = { account: 'bare', pods: 'bare', others: 'none', section: 'read' } as const;
  for (const associations of ['for a mistyped name', 'for another namespace'] as const)
    tellByAnswer(
      associations,
      around(parts, { associations, ...base }).map(([title, of]) => [title, answerOf(of)]),
    );
  tellByAnswer(
    'for both',
    around(parts, { ...base, associations: 'for both', account: 'annotated', pods: 'Pod Identity' }).map(
      ([title, of]) => [title, answerOf(of)],
    ),
  );
});

test('roles of EKS Pod Identity that no association names', () => {
  const trusting = (...principals: readonly object[]): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: principals.map(Principal => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal })),
    });
  const service = { Service: 'pods.eks.amazonaws.com' };
  const parts = {
    policy: {
      its: trusting(service),
      'its and another': trusting({ Service: 'ec2.amazonaws.com' }, service),
      others: trusting({ Service: 'ec2.amazonaws.com' }),
      'cut off': '{',
    },
    first: {
      none: complete([]),
      its: complete([made('cart')]),
      'as target': complete([made('cart', { roleArn: `${role}-0`, targetRoleArn: role })]),
      'of another role': complete([made('cart', { roleArn: `${role}-0` })]),
      'in part': withGaps([], [aGap('eks:ListPodIdentityAssociations')]),
      'not described': withGaps([made('cart', { roleArn: undefined })], [undescribed]),
      refused: unavailable(denied),
      'not asked for': notAskedFor('eks:ListPodIdentityAssociations'),
    },
    second: { none: complete([]), its: complete([made('cart')]), refused: unavailable(denied) },
    roles: { read: true, 'in part': false },
  };
  const base = { policy: 'its', first: 'none', second: 'none', roles: 'read' } as const;
  tell(
    'roles',
    [...beside(parts), ...around(parts, base)].map(([title, { policy, first, second, roles }]) => {
      const some = [aRole({ trustPolicy: policy })];
      const clusters = [first, second].map(podIdentity =>
        aReadCluster({}, { podIdentity: podIdentity as ClusterSnapshot['podIdentity'] }),
      );
      const facts = someFacts({
        roles: roles ? complete(some) : withGaps(some, [aGap('iam:ListRoles')]),
        clusters: complete(clusters),
      });
      return line(title, rolesWithoutAssociation(facts).length);
    }),
  );
});

test('accounts of add-ons, roles of a ConfigMap, audiences', () => {
  const addons = ['vpc-cni', 'aws-ebs-csi-driver', 'amazon-cloudwatch-observability', 'coredns'];
  const accounts = [
    'kube-system/aws-node',
    'kube-system/ebs-csi-controller-sa',
    'amazon-cloudwatch/cloudwatch-agent',
    'own/aws-node',
    'kube-system/cart',
  ];
  tell(
    'add-ons',
    accounts.flatMap(account =>
      [undefined, 'own', 'kube-system'].map(place => {
        const [namespace = '', name = ''] = account.split('/');
        const detail = {
          status: 'ACTIVE',
          hasPodIdentity: false,
          configuresServiceAccount: false,
          ...(place !== undefined && { namespace: place }),
        };
        const all = complete(addons.map(one => ({ name: one, ...(place !== undefined && { detail }) })));
        return line(
          [account, place],
          [
            addonOfAccount({ addons: all }, { namespace, name })?.name,
            addonOfAccount({ addons: unavailable(denied) }, { namespace, name }),
          ],
        );
      }),
    ),
  );
  const entry = (namespace: string, roleArn: string, audience = '') => ({
    namespace,
    name: 'cart',
    roleArn,
    audience,
    configMap: 'kube-system/pod-identity-webhook',
  });
  const cases = beside({
    annotations: {
      none: {},
      role: { [key]: role, x: 'y' },
      empty: { [key]: '', 'eks.amazonaws.com/audience': 'vault' },
      option: { 'eks.amazonaws.com/audience': 'vault', x: 'y' },
    },
    entries: {
      none: [],
      its: [entry('checkout', 'own', 'a')],
      'of all namespaces': [entry('*', 'all')],
      both: [entry('*', 'all'), entry('checkout', 'own')],
      'both, its empty': [entry('*', 'all'), entry('checkout', '')],
      'of another namespace': [entry('web', 'own')],
    },
  });
  tell(
    'roles of a ConfigMap',
    cases.map(([title, { annotations, entries }]) =>
      line(title, withConfiguredRoles([aServiceAccount({ annotations: annotations as never })], entries)),
    ),
  );
  const asked = [
    undefined,
    {},
    { x: 'y' },
    ...['', 'vault', 'sts.amazonaws.com', ' '].map(one => ({ 'eks.amazonaws.com/audience': one })),
  ];
  tell(
    'audiences',
    asked.map(one => line(one, audienceAsked(one))),
  );
});

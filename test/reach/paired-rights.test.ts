/** Each form of a rule of RBAC beside each form of a question, and of the names of nodes: what somebody may do, and who is built in. */

import { test } from '@jest/globals';
import { ownerOrPod } from '../../lib/model/owner-or-pod.ts';
import { may, mayAny, mayCreate, mayDoEverything, namesFor } from '../../lib/reach/become/scope.ts';
import {
  accountNode,
  clusterNode,
  grantedNode,
  groupNode,
  placeNode,
  podsNode,
  principalNode,
  rightsNode,
  roleNode,
  userNode,
} from '../../lib/reach/node/ids.ts';
import { ruleAllows } from '../../lib/reach/rbac/decide.ts';
import { barePod } from '../support/in-cluster-world.ts';
import { beside, line, tell } from '../support/paired-lines.ts';

const parts = {
  verbs: { get: ['get'], create: ['create'], patch: ['patch'], both: ['create', 'patch'], all: ['*'] },
  groups: { core: [''], apps: ['apps'], all: ['*'], both: ['', 'apps'] },
  resources: {
    pods: ['pods'],
    exec: ['pods/exec'],
    'any exec': ['*/exec'],
    all: ['*'],
    deployments: ['deployments'],
    'all below': ['pods/*'],
  },
  names: { any: [], one: ['cart'], two: ['cart', 'web'] },
  paths: { none: [], all: ['*'], api: ['/api/*'], one: ['/healthz'] },
  grant: { everywhere: '', here: 'checkout', elsewhere: 'web' },
  asked: { everywhere: '', here: 'checkout' },
  second: {
    none: [],
    'one name': [{ verbs: ['create'], apiGroups: [''], resources: ['pods'], resourceNames: [], nonResourceURLs: [] }],
  },
};

test('rights', () => {
  tell(
    'rights',
    beside(parts).map(([title, { verbs, groups, resources, names, paths, grant, asked, second }]) => {
      const rule = { verbs, apiGroups: groups, resources, resourceNames: names, nonResourceURLs: paths };
      const grants = [
        { rule, namespace: grant, by: 'binding a' },
        ...second.map(one => ({ rule: one, namespace: '', by: 'binding b' })),
      ];
      const rights = { grants: grants as never, namespace: asked };
      const pods = { resource: 'pods' };
      return line(title, [
        ['get', 'create', 'patch'].map(verb => may(rights, { verb, ...pods })),
        [
          may(rights, { verb: 'create', ...pods, subresource: 'exec' }),
          may(rights, { verb: 'create', resource: 'deployments', apiGroup: 'apps', name: 'cart' }),
        ],
        [
          mayAny(rights, ['delete', 'patch', 'get'], { ...pods, name: 'web' }),
          [...namesFor(rights, { verb: 'patch', ...pods })],
        ],
        [mayCreate(rights, pods), mayDoEverything(grants as never)],
        ['/api/v1', '/apis', '/healthz', '/'].map(path => ruleAllows(rule, { verb: 'get', path })),
      ]);
    }),
  );
});

test('nodes', () => {
  const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
  const names = [
    'system:masters',
    'system:nodes',
    'system:serviceaccounts',
    'system:serviceaccounts:web',
    'system:authenticated',
    'system:unauthenticated',
    'system:anonymous',
    'system:kube-scheduler',
    'eks:addon-manager',
    'eks',
    'team',
    'mysystem:x',
    'system',
  ];
  tell(
    'groups and users',
    names.flatMap(name =>
      [groupNode(arn, name), userNode(arn, name), principalNode(arn, name, name.startsWith('eks'))].map(node =>
        line(name, node),
      ),
    ),
  );
  const { owner: _owner, ...naked } = barePod();
  tell('places', [
    ...['', 'web'].flatMap(namespace => [
      ...(['accounts', 'running', 'identities'] as const).map(kind =>
        line([kind, namespace], placeNode(arn, kind, namespace)),
      ),
      line(namespace, [
        grantedNode(arn, 'admin', namespace),
        rightsNode(arn, namespace, 'cart'),
        rightsNode(arn, namespace, 'cart', true),
        accountNode(arn, namespace, 'cart'),
      ]),
    ]),
    line('others', [
      clusterNode(arn),
      roleNode(arn),
      podsNode(arn, barePod()),
      podsNode(arn, naked),
      ownerOrPod(barePod()),
      ownerOrPod(naked),
    ]),
  ]);
});

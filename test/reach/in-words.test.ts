import { expect, test } from '@jest/globals';
import type { AllowedBy, RoleLevel } from '../../lib/model/role-level.ts';
import { chainStepsOf, nodeInWords } from '../../lib/reach/graph/words.ts';
import { levelClause, openClause } from '../../lib/reach/level-in-words.ts';
import type { ReachEdge, ReachKind, ReachNode } from '../../lib/reach/node/reach-graph.ts';

const shown: AllowedBy = {
  action: 's3:GetObject',
  resource: '*',
  statement: 'All',
  policy: 'arn:aws:iam::aws:policy/Read',
};
const steps = [
  { action: 'iam:PassRole', resource: '*', policy: 'p', statement: 's' },
  { action: 'lambda:CreateFunction', resource: '*', policy: 'p', statement: 's' },
  { action: 'iam:PassRole', resource: 'x', policy: 'p', statement: 's' },
];
const role = 'arn:aws:iam::111122223333:role/team/deploy';

test.each<[RoleLevel, string]>([
  [{ level: 'administrator', shown }, 'is an administrator (s3:GetObject: All of Read)'],
  [
    { level: 'can-become-administrator', way: { way: 'pass-role', steps } },
    'can become an administrator (pass-role: iam:PassRole, lambda:CreateFunction)',
  ],
  [
    { level: 'can-become-administrator', way: { way: 'pass-role', steps, role }, through: [role, `${role}-2`] },
    'can become an administrator (pass-role: iam:PassRole, lambda:CreateFunction to deploy, then deploy-2)',
  ],
  [
    { level: 'can-become-role', way: { way: 'assume', steps: steps.slice(0, 1), role }, count: 1 },
    'can become another role (assume: iam:PassRole to deploy)',
  ],
  [
    { level: 'can-become-role', way: { way: 'assume', steps: steps.slice(0, 1), role }, count: 2 },
    'can become 2 other roles (assume: iam:PassRole to deploy)',
  ],
  [{ level: 'reads-secrets', shown }, 'reads secrets or keys (s3:GetObject: All of Read)'],
  [
    { level: 'changes-data', shown: { ...shown, resource: 'arn:aws:s3:::own/*', policy: 'inline' } },
    'changes data (s3:GetObject on arn:aws:s3:::own/*: All of inline)',
  ],
  [{ level: 'reads-data', shown }, 'reads data (s3:GetObject: All of Read)'],
  [{ level: 'little' }, 'can do little'],
  [{ level: 'unknown', because: 'nobody asked', isAsked: false }, 'has unknown permissions (nobody asked)'],
] as readonly [RoleLevel, string][])('%j in words', (level, words) => {
  expect(levelClause(level)).toBe(words);
});

test('a stronger level that is open, with and without a way, and none', () => {
  const mayBe = { level: 'can-become-role', because: 'a tag was not read' } as const;
  expect(openClause({ level: 'little', mayBe })).toBe('may be: can become another role; a tag was not read');
  expect(openClause({ level: 'little', mayBe: { ...mayBe, way: { way: 'assume', steps, role } } } as RoleLevel)).toBe(
    'may be: can become another role by assume: iam:PassRole, lambda:CreateFunction to deploy; a tag was not read',
  );
  expect(openClause({ level: 'little' })).toBeUndefined();
});

test.each<[ReachKind, string, string | undefined, string]>([
  ['group', 'devs', undefined, 'group devs'],
  ['user', 'ann', undefined, 'user ann'],
  ['principal', role, undefined, role],
  ['rights', 'checkout/cart', 'checkout', 'service account checkout/cart'],
  ['service-account', 'checkout/cart', 'checkout', 'service account checkout/cart'],
  ['pods', 'Pod cart-1', 'checkout', 'pod cart-1'],
  ['pods', 'Deployment cart', 'checkout', 'a pod of Deployment cart'],
  ['accounts', '', 'checkout', 'every service account of namespace checkout'],
  ['accounts', '', undefined, 'every service account of the cluster'],
  ['running', '', 'checkout', 'every running pod of namespace checkout'],
  ['identities', '', undefined, 'the Kubernetes rights of every service account of the cluster'],
  ['cluster', '', undefined, 'the whole cluster'],
  ['granted', '/deployer', undefined, 'ClusterRole deployer'],
  ['role', role, undefined, 'role deploy'],
  ['role', 'no ARN', undefined, 'role no ARN'],
])('a node of kind %s, %s in %s: %s', (kind, name, namespace, words) => {
  const node = { id: 'x', kind, name, ...(namespace === undefined ? {} : { namespace }) } as ReachNode;
  expect(nodeInWords(node)).toBe(words);
});

test('a way leaves out what only includes the next node, and the token of a service account that it has', () => {
  const nodes = new Map<string, ReachNode>([
    ['g', { id: 'g', kind: 'group', name: 'devs' }],
    ['all', { id: 'all', kind: 'accounts', name: '' }],
    ['sa', { id: 'sa', kind: 'service-account', name: 'checkout/cart' }],
    ['rights', { id: 'rights', kind: 'rights', name: 'checkout/cart' }],
  ]);
  const path: readonly ReachEdge[] = [
    { from: 'g', to: 'all', way: 'create-pod', by: 'RoleBinding x', depends: 'no admission policy' },
    { from: 'all', to: 'sa', way: 'includes', by: 'namespace checkout' },
    { from: 'sa', to: 'rights', way: 'token', by: 'ServiceAccount checkout/cart' },
    { from: 'rights', to: 'elsewhere', way: 'exec', by: 'RoleBinding y' },
  ];
  const graph = { nodes, edges: path, missing: [], elsewhere: {} };
  const chain = chainStepsOf(graph, { steps: path, isCertain: false });
  expect(chain.map(({ from, to, by, depends }) => [from, to, by, depends])).toEqual([
    ['group devs', 'service account checkout/cart', 'RoleBinding x', 'no admission policy'],
    ['service account checkout/cart', 'elsewhere', 'RoleBinding y', undefined],
  ]);
  expect(chain.map(({ says }) => says)).not.toContain('');
  // A step that begins with a part of something is no step of its own.
  expect(chainStepsOf(graph, { steps: path.slice(1, 2), isCertain: true })).toEqual([]);
});

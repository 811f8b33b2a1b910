import { describe, expect, test } from '@jest/globals';
import { serviceAccountSubjectId } from '../../../lib/facts/subject-ids.ts';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { accessOf } from '../../../lib/report/graph/access.ts';
import { graphOf } from '../../../lib/report/graph/graph.ts';
import { focusGraph } from '../../../lib/report/graph/graph-focus.ts';
import { renderDot, renderGraphJson, renderMermaid } from '../../../lib/report/graph/graph-formats.ts';
import { healthOf } from '../../../lib/report/graph/health.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { aFleetReport } from '../fleet-report.ts';
import { aFinding, aReport, hostileName } from '../sample-report.ts';

type World = Parameters<typeof someFacts>[0];
const graph = (world: World = {}, findings: readonly Finding[] = []) => {
  const facts = [someFacts(world)];
  return graphOf({ facts, access: accessOf(facts), findings });
};
const cluster = aCluster().arn;
const cart = serviceAccountSubjectId(cluster, 'checkout', 'cart');
const role = aRole().arn;
const read = { clusters: complete([aReadCluster()]) };
const shapeOf = ({ edges }: ReturnType<typeof graph>) =>
  edges.map(({ from, to, kind, state, by, pattern }) =>
    `${kind} ${from.split(/[/:]/).at(-1)} ${to.split(/[/:]/).at(-1)} ${state} ${by ?? pattern ?? ''}`.trim(),
  );
const sub = `${exampleIssuer.slice(8)}:sub`;
const trusting = (condition: unknown) => ({
  ...read,
  roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]),
});

describe('the identity graph', () => {
  test('of a healthy world leads from the cluster to its provider, all of it read and ok', () => {
    expect(graph(read).nodes.map(({ kind, label, presence }) => `${kind} ${label} ${presence}`)).toEqual([
      'cluster shop read',
      'namespace checkout read',
      'service-account cart read',
      'role checkout-cart read',
      `provider ${exampleIssuer.split('/').at(-1)} read`,
    ]);
    expect(new Set(graph(read).edges.map(({ state }) => state))).toEqual(new Set(['ok']));
    expect(graph(read).edges.find(({ kind }) => kind === 'assumes')?.by).toBe('both');
  });

  test('names service accounts that only policies name, where the inside was not read', () => {
    const account = graph().nodes.find(({ kind }) => kind === 'service-account');
    expect(account).toMatchObject({ label: 'cart', presence: 'named' });
    expect(graph().edges.find(({ kind }) => kind === 'assumes')).toMatchObject({ by: 'trust', state: 'unknown' });
  });

  test.each<readonly [string, World, string]>([
    ['no test of the subject', trusting({}), 'admits shop checkout-cart ok any subject'],
    [
      'a pattern within a namespace',
      trusting({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }),
      'admits checkout checkout-cart ok system:serviceaccount:checkout:*',
    ],
    [
      'a pattern across namespaces',
      trusting({ StringLike: { [sub]: 'system:serviceaccount:*:cart' } }),
      'admits shop checkout-cart ok system:serviceaccount:*:cart',
    ],
    ['a role that does not exist', { ...read, roles: complete([]) }, 'assumes cart checkout-cart broken annotation'],
    [
      'a role that was not read',
      { ...read, roles: unavailable({ kind: 'denied', operation: 'iam:ListRoles', message: 'no' }) },
      'assumes cart checkout-cart unknown annotation',
    ],
    [
      'an account that does not exist',
      trusting({ StringEquals: { [sub]: 'system:serviceaccount:checkout:gone' } }),
      'assumes gone checkout-cart broken trust',
    ],
  ])('%s', (_, world, edge) => expect(shapeOf(graph(world))).toContain(edge));

  const statements = (...all: readonly object[]) => ({
    ...read,
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: all }) })]),
  });
  const allow = (JSON.parse(aTrustPolicy()) as { Statement: readonly [{ Condition: object }] }).Statement[0];
  const expired = {
    ...allow,
    Condition: { ...allow.Condition, DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
  };

  test.each<readonly [string, World]>([
    ['a statement that denies it', statements(allow, { ...allow, Effect: 'Deny' })],
    ['a date that has gone by', statements(expired)],
    ['another audience', trusting({ StringEquals: { [`${exampleIssuer.slice(8)}:aud`]: 'vault' } })],
    ['another service account', trusting({ StringEquals: { [sub]: 'system:serviceaccount:checkout:pay' } })],
  ])('an annotation leads nowhere beside %s, with or without a finding', (_, world) => {
    expect(shapeOf(graph(world))).toContain('assumes cart checkout-cart broken annotation');
    expect(graph(world).edges.find(({ by }) => by === 'annotation')?.because).toMatch(/cannot assume the role$/);
  });

  test('a line that the policy does not decide is unknown, and says why', () => {
    const edge = graph(statements({ ...allow, Principal: '*' })).edges.find(({ kind }) => kind === 'assumes');
    expect(edge).toMatchObject({
      state: 'unknown',
      because: 'whether this principal stands for a web identity is not documented',
    });
  });

  test('a service account that a policy names is drawn, and cannot come, where the account of the role has no provider', () => {
    const world = {
      ...trusting({ StringEquals: { [sub]: 'system:serviceaccount:checkout:pay' } }),
      providers: complete([]),
    };
    const edge = graph(world).edges.find(({ by }) => by === 'trust');
    expect(edge).toMatchObject({ state: 'broken', from: serviceAccountSubjectId(cluster, 'checkout', 'pay') });
    expect(edge?.because).toBe('the account of the role has no provider for this cluster');
  });

  test('a trust policy that cannot be parsed leaves the annotation unknown', () => {
    const world = { ...read, roles: complete([aRole({ trustPolicy: '{' })]) };
    expect(shapeOf(graph(world))).toContain('assumes cart checkout-cart unknown annotation');
  });

  test('an association is drawn, and is told after a trust policy', () => {
    const podIdentity = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: role }]);
    const pods = (more: object) => ({ ...more, clusters: complete([{ ...aReadCluster(), podIdentity }]) });
    const both = statements(allow, {
      ...{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' } },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    });
    const alone = statements({
      ...{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' } },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    });
    expect(shapeOf(graph(pods(alone)))).toContain('assumes cart checkout-cart ok association');
    expect(shapeOf(graph(pods(both)))).toContain('assumes cart checkout-cart ok both');
  });

  test('a provider that is not there breaks what trusts it', () => {
    expect(shapeOf(graph({ ...read, providers: complete([]) })).find(edge => edge.startsWith('trusts'))).toMatch(
      / broken$/,
    );
  });

  test('findings colour their nodes and edges; waived and informational ones do not', () => {
    const open = { ...trusting({}) };
    const exposing = aFinding({ subject: role, roleArn: role });
    expect(shapeOf(graph(open, [exposing]))).toContain('admits shop checkout-cart open any subject');
    expect(graph(open, [exposing]).nodes.find(({ id }) => id === role)).toMatchObject({
      severity: 'high',
      findings: [exposing.id],
    });
    const waived = { ...exposing, waiver: { reason: 'x', owner: 'y', expires: '2027-01-01' } };
    expect(graph(open, [waived])).toEqual(graph(open));
    expect(shapeOf(graph(open, [{ ...exposing, severity: 'info' }]))).toContain(
      'admits shop checkout-cart ok any subject',
    );
    const breaking = aFinding({ impact: 'breaks', subject: cart });
    expect(shapeOf(graph(read, [breaking]))).toContain('assumes cart checkout-cart broken both');
  });

  test('a finding that breaks the cluster itself closes no pattern that admits its service accounts', () => {
    const breaking = aFinding({ impact: 'breaks', subject: cluster });
    const edges = shapeOf(graph(trusting({}), [breaking]));
    expect(edges).toContain('admits shop checkout-cart ok any subject');
    expect(edges.find(edge => edge.startsWith('issues'))).toMatch(/ ok$/);
  });

  test.each([
    ['critical', 'bad'],
    ['high', 'bad'],
    ['medium', 'warn'],
    ['low', 'warn'],
  ] as const)('a role with a %s finding is %s in Mermaid', (severity, look) => {
    const exposing = aFinding({ subject: role, roleArn: role, severity });
    const line = renderMermaid(graph(trusting({}), [exposing]))
      .split('\n')
      .find(text => text.includes('["checkout-cart'));
    expect(line).toMatch(new RegExp(`:::${look}$`));
  });

  test('names the findings that break an edge or open it, and none of one that works', () => {
    const breaking = aFinding({ id: 'b', impact: 'breaks', subject: cart });
    const edgesOf = (findings: readonly Finding[]) =>
      graph(read, findings).edges.map(({ kind, state, findings: ids }) => [kind, state, ids]);
    const told = edgesOf([breaking]);
    expect(told).toContainEqual(['assumes', 'broken', ['b']]);
    expect(new Set(told.filter(([, state]) => state === 'ok').map(([, , ids]) => ids))).toEqual(new Set([undefined]));
    expect(edgesOf([{ ...breaking, severity: 'info' }])).toContainEqual(['assumes', 'ok', undefined]);
    const absent = graph({ ...read, roles: complete([]) }).edges.find(({ kind }) => kind === 'assumes');
    expect([absent?.state, absent?.findings]).toEqual(['broken', undefined]);
  });

  test('a role that a resource control policy denies is broken for its service account', () => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*' },
    });
    const controlPolicies = complete([{ id: 'p-1', name: 'perimeter', attachedTo: 'r-root', document }]);
    const { findings } = evaluate(someFacts({ ...read, controlPolicies }), { rules: catalog });
    expect(shapeOf(graph(read, findings))).toContain('assumes cart checkout-cart broken both');
  });

  test('is the same whatever the order of what was read', () => {
    const roles = [aRole(), aRole({ name: 'other', arn: `arn:aws:iam::${exampleAccountId}:role/other` })];
    const accounts = [aServiceAccount(), aServiceAccount({ name: 'other' })];
    const world = (turn: boolean) => ({
      roles: complete(turn ? [...roles].reverse() : roles),
      clusters: complete([aReadCluster({ serviceAccounts: complete(turn ? [...accounts].reverse() : accounts) })]),
    });
    expect(graph(world(true))).toEqual(graph(world(false)));
  });
});

describe('a part of the graph', () => {
  const fleet = aFleetReport(200).graph;
  const part = (focus: Parameters<typeof focusGraph>[1]) => focusGraph(fleet ?? { nodes: [], edges: [] }, focus);

  test('through a cluster, a namespace, an account, a role', () => {
    expect(
      part({ cluster: 'prod-b' })
        .nodes.filter(({ kind }) => kind === 'cluster')
        .map(({ label }) => label),
    ).toEqual(['prod-b']);
    expect(part({ namespace: 'checkout' }).nodes.filter(({ kind }) => kind === 'namespace')).toHaveLength(6);
    const one = part({ role: 'prod-a-checkout-api-0' });
    expect(one.nodes.map(({ kind }) => kind)).toEqual(['cluster', 'namespace', 'service-account', 'role', 'provider']);
    expect(part({ serviceAccount: 'api-0', cluster: 'prod-a' }).nodes).toEqual(one.nodes);
    expect(part({ cluster: 'none' }).nodes).toEqual([]);
  });

  test('trouble alone is far less than all, and holds every finding', () => {
    const trouble = part({ problemsOnly: true });
    const flagged = (nodes: readonly { readonly findings: readonly string[] }[]) =>
      nodes.flatMap(({ findings }) => findings).length;
    expect(trouble.nodes.length).toBeLessThan(60);
    expect(flagged(trouble.nodes)).toBe(flagged(fleet?.nodes ?? []));
  });
});

test('Mermaid, DOT and JSON hold hostile names as text', () => {
  const hostile = graph({
    ...read,
    roles: complete([aRole({ name: hostileName, arn: `arn:aws:iam::${exampleAccountId}:role/${hostileName}` })]),
  });
  for (const text of [renderMermaid(hostile), renderDot(hostile), renderGraphJson(hostile)])
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}]|(?!\n)\p{Cc}/u);
  for (const line of renderMermaid(hostile)
    .split('\n')
    .filter(one => /^ {2}n\d+[[({]/.test(one)))
    expect(line.replace(/#\d+;/g, '')).toMatch(/^ {2}n\d+[[({]+"[^"<>`]*"[\])}]+(:::\w+)?$/);
  expect(JSON.parse(renderGraphJson(hostile))).toEqual(hostile);
});

describe('the heat map', () => {
  const row = (world: World, findings: readonly Finding[] = [], undecided = aReport().undecided) =>
    Object.fromEntries(
      (healthOf(graph(world, findings), aReport({ findings, undecided }))[0]?.cells ?? []).map(cell => [
        cell.step,
        cell.state === 'finding' ? cell.severity : cell.state,
      ]),
    );
  const denied = unavailable<never>({ kind: 'denied', operation: 'x', message: 'no' });

  test('passes what was read and says what was not asked for', () => {
    expect(row(read)).toEqual({
      'role-arn-format': 'ok',
      'provider-exists': 'ok',
      'provider-audience': 'ok',
      'provider-thumbprint': 'ok',
      'role-trust-policy': 'ok',
      'webhook-configuration': 'ok',
      'webhook-injection': 'ok',
      'supported-sdk': 'not-asked-for',
    });
    expect(row({})).toMatchObject({ 'webhook-configuration': 'not-asked-for', 'role-arn-format': 'not-asked-for' });
  });

  test.each<readonly [string, World, string]>([
    ['roles that were refused', { ...read, roles: denied }, 'role-trust-policy'],
    ['providers that were refused', { ...read, providers: denied }, 'provider-exists'],
    [
      'a provider whose detail was refused',
      { ...read, providers: complete([aProvider({ detail: denied })]) },
      'provider-audience',
    ],
    ['pods that were refused', { clusters: complete([aReadCluster({ pods: denied })]) }, 'webhook-injection'],
    [
      'a webhook that was refused',
      { clusters: complete([aReadCluster({ webhook: denied })]) },
      'webhook-configuration',
    ],
    ['events that were refused', { ...read, runtime: denied }, 'supported-sdk'],
    ['an issuer that did not answer', { ...read, issuers: [anIssuer({ host: denied })] }, 'provider-thumbprint'],
  ])('never passes %s', (_, world, step) => expect(row(world)[step]).toBe('unknown'));

  test('shows the worst finding, of roles and providers too, and none that is waived', () => {
    const onRole = aFinding({ subject: role, roleArn: role });
    const { clusterArn: _arn, clusterName: _name, issuer: _issuer, ...unplaced } = onRole;
    expect(row(read, [unplaced])['role-trust-policy']).toBe('high');
    const { articleStep: _step, ...stepless } = onRole;
    expect(row(read, [stepless])['role-trust-policy']).toBe('high');
    expect(
      row(read, [{ ...onRole, waiver: { reason: 'x', owner: 'y', expires: '2027-01-01' } }])['role-trust-policy'],
    ).toBe('left-out');
  });

  test('never passes what was folded under a cause at another step, of a pod, of the webhook or of nothing that is known', () => {
    const cause = aFinding({ subject: role, roleArn: role });
    const folding = (ruleId: string, subject: string) =>
      row(read, [{ ...cause, explains: [{ id: 'f', ruleId, subject, message: 'm' }] }]);
    expect(folding('provider-audience-unexpected', exampleIssuer)['provider-audience']).toBe('folded');
    expect(folding('pod-not-injected', `${cluster}/pod/checkout/Deployment/cart/cart`)['webhook-injection']).toBe(
      'folded',
    );
    expect(folding('webhook-missing', `${cluster}/webhook`)['webhook-configuration']).toBe('folded');
    expect(folding('runtime-sdk-unsupported', 'who knows')['supported-sdk']).toBe('folded');
    expect(folding('trust-never-matches', role)['role-trust-policy']).toBe('high');
  });

  test('never passes a pod that is undecided', () => {
    const undecided = [
      { ruleId: 'pod-not-injected', subject: `${cluster}/pod/a/Job/b/c`, kind: 'ambiguous' as const, missing: 'm' },
    ];
    expect(row(read, [], undecided)['webhook-injection']).toBe('unknown');
  });

  test('never passes a step of which a rule is turned off, unless the rule automates no step', () => {
    const withOff = (rulesOff: readonly string[]) =>
      healthOf(graph(read), aReport({ rulesOff }))[0]?.cells.filter(({ state }) => state === 'left-out');
    expect(withOff(['webhook-missing'])).toEqual([{ step: 'webhook-configuration', state: 'left-out' }]);
    expect(withOff(['role-unused', 'rule-of-another-version'])).toEqual([]);
  });

  test('an undecided check is not passed', () => {
    const undecided = [
      {
        ruleId: 'provider-thumbprint-mismatch',
        subject: exampleIssuer,
        kind: 'unread' as const,
        missing: 'not probed',
      },
    ];
    expect(row(read, [], undecided)['provider-thumbprint']).toBe('unknown');
  });

  test('a cluster that does not use IRSA has nothing to check', () => {
    const alone = {
      clusters: complete([aReadCluster({ serviceAccounts: complete([]) })]),
      providers: complete([]),
      roles: complete([]),
      runtime: notAskedFor<never>('x'),
    };
    expect(row(alone)).toMatchObject({ 'provider-audience': 'unused', 'role-trust-policy': 'unused' });
  });
});

test.each([
  ['StringEquals', ['assumes cart']],
  ['StringEqualsIgnoreCase', ['assumes cart']],
  ['ForAnyValue:StringLike', ['assumes cart']],
  ['StringNotEquals', ['admits shop', 'assumes cart']],
])('a test of the subject by %s is drawn as %j', (operator, drawn) => {
  const { edges } = graph(trusting({ [operator]: { [sub]: 'system:serviceaccount:checkout:cart' } }));
  const told = edges.filter(({ kind }) => kind === 'admits' || kind === 'assumes');
  expect(told.map(({ kind, from }) => `${kind} ${from.split('/').at(-1)}`)).toEqual(drawn);
});

test('of trouble what it lies in and leads to is kept, as lines from one to the other, and no neighbour', () => {
  const lonely = aServiceAccount({ name: 'pay', annotations: { 'eks.amazonaws.com/role-arn': `${role}-of-pay` } });
  const world = {
    clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount(), lonely]) })]),
    roles: complete([
      aRole(),
      aRole({
        name: 'checkout-cart-of-pay',
        arn: `${role}-of-pay`,
        trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:pay' }),
      }),
    ]),
  };
  const told = (finding: Partial<Finding>) => {
    const { nodes, edges } = focusGraph(graph(world, [aFinding(finding)]), { problemsOnly: true });
    return [nodes.map(({ label }) => label.slice(0, 13)), edges.map(({ kind }) => kind).sort()];
  };
  expect(told({ subject: cart, impact: 'breaks' })).toEqual([
    ['shop', 'checkout', 'cart', 'checkout-cart', exampleIssuer.split('/').at(-1)?.slice(0, 13)],
    ['assumes', 'contains', 'contains', 'issues', 'trusts'],
  ]);
});

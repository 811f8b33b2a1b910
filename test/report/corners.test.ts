import { describe, expect, test } from '@jest/globals';
import { serviceAccountSubjectId } from '../../lib/facts/subject-ids.ts';
import { insideNotAsked } from '../../lib/model/cluster.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { formatByName } from '../../lib/report/formats.ts';
import { accessOf } from '../../lib/report/graph/access.ts';
import { graphOf } from '../../lib/report/graph/graph.ts';
import { focusGraph } from '../../lib/report/graph/graph-focus.ts';
import { renderDot, renderMermaid } from '../../lib/report/graph/graph-formats.ts';
import { edgeStates } from '../../lib/report/graph/graph-model.ts';
import { healthOf } from '../../lib/report/graph/health.ts';
import { withGraph } from '../../lib/report/graph/with-graph.ts';
import { renderText } from '../../lib/report/overview/text.ts';
import { reportOfRun } from '../../lib/report/report-of-run.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { cut } from '../../lib/text/visible-text.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { aFinding, aReport } from './sample-report.ts';

const style = { colour: false, width: 100 };
const render = (name: string, report: RunReport): string => formatByName(name)?.render(report, style) ?? '';
const role = aRole().arn;
const cluster = aCluster().arn;
const provider = aProvider().arn;
const host = exampleIssuer.slice('https://'.length);
/** A finding of the account as a whole: no cluster, no role, nothing to choose, nothing to paste. */
const bare: Finding = {
  id: 'b'.repeat(32),
  ruleId: 'rule-of-another-version',
  subject: 'arn:aws:iam::111122223333:role/other',
  discriminator: '',
  impact: 'hygiene',
  severity: 'medium',
  accountId: exampleAccountId,
  messageId: '',
  data: {},
  brief: 'odd',
  message: 'something is odd',
  evidence: [{ what: 'a', got: 'b', readFrom: 'c' }],
  fix: { summary: 'Look at it.', commands: [] },
  explains: [],
};
const gap = (what: string): RunReport['gaps'][number] => ({
  ...{ accountId: exampleAccountId, section: 'rule', part: what },
  reason: { kind: 'denied', operation: 'iam:ListRoles', message: 'no' },
});
const many = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a finding that names little', () => {
  const report = aReport({ findings: [bare] });
  test('CSV: empty cells, not words for nothing', () => {
    const [, row] = render('csv', report).split('\r\n');
    expect(row).toBe(
      `finding,medium,hygiene,rule-of-another-version,${exampleAccountId},,,,,,,,${bare.subject},something is odd,Look at it.,,${bare.id},,,,,`,
    );
  });
  test('SARIF: its rule, which this version does not have, stands in the table that it points into', () => {
    const log = JSON.parse(render('sarif', report));
    const [{ ruleIndex, properties }] = log.runs[0].results;
    expect(log.runs[0].tool.driver.rules[ruleIndex]).toEqual({ id: 'rule-of-another-version' });
    expect(properties).not.toHaveProperty('clusterName');
  });
  test('Markdown: no empty block of commands', () => expect(render('markdown', report)).not.toContain('```'));
  test('the page: what is absent is left out of its data', () => {
    const [, data = '{}'] = /id="run-data">(.*?)<\/script>/s.exec(render('html', report)) ?? [];
    const [shown] = JSON.parse(data).findings;
    expect(Object.keys(shown).sort()).toEqual([
      'accountId',
      'clusters',
      'evidence',
      'explains',
      'fix',
      'id',
      'impact',
      'message',
      'ruleId',
      'severity',
      'step',
      'subject',
    ]);
    expect(shown.evidence).toEqual([{ what: 'a', got: 'b', readFrom: 'c' }]);
  });
});

describe('more than anybody reads', () => {
  const accounts = many(14).map(at => ({ accountId: String(100_000_000_000 + at), regions: [] }));
  const undecided = ['r', 's'].flatMap(subject =>
    many(5).map(at => ({ ruleId: 'role-unused', subject, kind: 'unread' as const, missing: `reason ${at}` })),
  );
  const report = aReport({ accounts, undecided, gaps: many(600).map(at => gap(`role ${at}`)), apiCalls: {} });
  test('the terminal counts what it leaves out, of accounts and of reasons', () => {
    const text = renderText(report, { colour: false, width: 100 });
    expect(text).toContain('100000000000, 100000000001, 100000000002, 100000000003 and 10 more');
    expect(text).toContain('role-unused  2 subjects');
    expect(text).toContain('and 2 more reasons');
    expect(text).not.toContain('API call');
  });
  test('a pull request gets twenty gaps and the number of the others', () => {
    expect(render('markdown', report)).toContain('- and 580 more gaps');
  });
  test('the page shows five hundred gaps, four accounts, and the number of the others', () => {
    const page = render('html', report);
    expect(page).toContain('And 100 more gaps.');
    expect(page).toContain('100000000003 and 10 more');
    expect(page).toContain('600 things could not be read: what lies there is neither passed nor failed');
    expect(page).toContain('2 subjects');
  });
});

test.each([
  ['markdown', 20],
  ['html', 500],
])('%s: just as many gaps as are shown leave no number of others', (name, count) => {
  const text = render(name, aReport({ gaps: many(count).map(at => gap(`role ${at}`)) }));
  expect(text).toContain(`role ${count - 1}`);
  expect(text).not.toContain('0 more gaps');
});

test('what was not asked for is a choice: a note in SARIF, a row of its own in CSV, a line of the page', () => {
  const report = aReport({
    undecided: [{ ruleId: 'webhook-missing', subject: '*', kind: 'unread', missing: 'the inside' }],
  });
  expect(JSON.parse(render('sarif', report)).runs[0].invocations[0].toolExecutionNotifications[0].level).toBe('note');
  expect(render('csv', report)).toContain('not-asked-for,,,webhook-missing');
  expect(render('html', report)).toContain('Not asked for, so not checked: webhook-missing.');
});

test.each<[string, number, string]>([
  ['😀😀', 3, '😀😀'],
  ['😀😀😀', 2, '😀…'],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
])('%j cut to %i is %j', (text, limit, expected) => expect(cut(text, limit)).toBe(expected));

const graph = (world: Parameters<typeof someFacts>[0] = {}, findings: readonly Finding[] = []) => {
  const facts = [someFacts(world)];
  return graphOf({ facts, access: accessOf(facts), findings });
};
const read = (...annotations: readonly Readonly<Record<string, string>>[]) => ({
  clusters: complete([
    aReadCluster({
      serviceAccounts: complete(
        annotations.map((one, at) => aServiceAccount({ name: `cart-${at}`, annotations: one })),
      ),
    }),
  ]),
});
const trusting = (...statements: readonly Record<string, unknown>[]) =>
  aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
const allow = { Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' };
const like = (...values: readonly string[]) => ({ ...allow, Condition: { StringLike: { [`${host}:sub`]: values } } });

describe('the graph of what is odd', () => {
  test('accounts without a word about roles are left out; one with a mistyped key stands alone', () => {
    const { nodes, edges } = graph({ ...read({}, { 'eks.amazon.com/role-arn': role }), roles: complete([]) });
    expect(nodes.filter(({ kind }) => kind === 'service-account').map(({ label }) => label)).toEqual(['cart-1']);
    expect(edges.filter(({ kind }) => kind === 'assumes')).toEqual([]);
  });
  test('an annotation that is no ARN is a role of no account, not known to be absent', () => {
    const { nodes } = graph(read({ 'eks.amazonaws.com/role-arn': 'checkout-cart' }));
    expect(nodes.find(({ id }) => id === 'checkout-cart')).toMatchObject({
      kind: 'role',
      accountId: '',
      presence: 'named',
    });
  });
  test('a bare issuer for a provider is a provider of no account that is not there', () => {
    const roles = complete([trusting({ ...allow, Principal: { Federated: host } })]);
    expect(graph({ roles }).nodes.find(({ id }) => id === host)).toMatchObject({ accountId: '', presence: 'absent' });
  });
  test('a provider whose cluster is not here issues nothing', () => {
    const far = exampleIssuer.replace('5C1D', '0000');
    const { edges } = graph({
      providers: complete([aProvider({ issuer: far })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: far }) })]),
    });
    expect(edges.map(({ kind }) => kind)).toEqual(['trusts']);
  });
  test('roles of others, unreadable policies and denials draw nothing', () => {
    const lambda = trusting({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    for (const one of [lambda, aRole({ trustPolicy: '{"oidc": ' }), trusting({ ...allow, Effect: 'Deny' })])
      expect(graph({ roles: complete([one]) }).nodes.filter(({ kind }) => kind === 'role')).toEqual([]);
  });
  test('two patterns of one role are two edges, in order', () => {
    const roles = complete([trusting(like('system:serviceaccount:*:b', 'system:serviceaccount:*:a'))]);
    const admits = graph({ ...read(), roles }).edges.filter(({ kind }) => kind === 'admits');
    expect(admits.map(({ pattern }) => pattern)).toEqual(['system:serviceaccount:*:a', 'system:serviceaccount:*:b']);
  });
  test('a cluster without issuer has no provider, and its steps are not called read', () => {
    const { issuer: _none, ...local } = aCluster({ name: 'outpost' });
    const one = { cluster: local, ...insideNotAsked() };
    const { nodes, edges } = graph({ clusters: complete([one]), roles: complete([]) });
    expect(edges).toEqual([]);
    expect(nodes[0]).not.toHaveProperty('issuer');
    expect(nodes[0]?.unread).toMatchObject({ 'webhook-injection': 'not-asked-for' });
    expect(nodes[0]?.unread).not.toHaveProperty('provider-audience');
  });
  test('the worst of several findings colours a node, whatever their order', () => {
    const low = aFinding({ id: '1', severity: 'low' });
    const high = aFinding({ id: '2', severity: 'high' });
    for (const findings of [
      [low, high],
      [high, low],
    ])
      expect(graph({}, findings).nodes.find(({ id }) => id === role)?.severity).toBe('high');
  });
  test('what breaks a provider breaks the way from its cluster; what breaks a role, the ways of its accounts', () => {
    const breaks = (subject: string) => aFinding({ subject, impact: 'breaks' });
    const state = (kind: string, subject: string) =>
      graph(read({ 'eks.amazonaws.com/role-arn': role }), [breaks(subject)]).edges.find(edge => edge.kind === kind)
        ?.state;
    expect(state('issues', provider)).toBe('broken');
    expect(state('assumes', role)).toBe('broken');
    expect(state('issues', role)).toBe('ok');
  });
  test('only what is in trouble: a healthy world has nothing of that', () => {
    expect(focusGraph(graph(), { problemsOnly: true })).toEqual({ nodes: [], edges: [] });
  });
  test.each(edgeStates)('only what is in trouble: an edge that is %s, of things without a finding', state => {
    const healthy = graph();
    const edges = healthy.edges.map(edge => (edge.kind === 'assumes' ? { ...edge, state } : edge));
    const trouble = focusGraph({ ...healthy, edges }, { problemsOnly: true });
    expect(trouble.nodes.map(({ kind }) => kind)).toEqual(
      state === 'broken' || state === 'open' ? ['cluster', 'namespace', 'service-account', 'role', 'provider'] : [],
    );
  });
  test('severity is drawn by class and colour', () => {
    const coloured = (severity: Finding['severity']) => graph({}, [aFinding({ severity })]);
    expect(renderMermaid(coloured('critical'))).toMatch(/"\]:::bad$/m);
    expect(renderMermaid(coloured('medium'))).toMatch(/"\]:::warn$/m);
    expect(renderMermaid(coloured('info'))).not.toMatch(/:::(bad|warn)/);
    expect(renderDot(coloured('high'))).toContain('color="#c62828",penwidth=3');
    expect(renderDot(coloured('low'))).not.toContain('penwidth=3]');
  });
});

describe('health of what is odd', () => {
  const healthWith = (over: Partial<RunReport>, world: Parameters<typeof someFacts>[0] = {}) =>
    healthOf(graph(world, over.findings ?? []), aReport(over))[0]?.cells ?? [];
  test('a finding of a rule that this version does not have is still shown', () => {
    const cells = healthWith({ findings: [{ ...bare, clusterArn: cluster }] });
    expect(cells.filter(({ state }) => state === 'finding')).toEqual([
      { step: 'role-trust-policy', state: 'finding', severity: 'medium', findings: [bare.id] },
    ]);
  });
  test('what concerns no cluster colours none, whether found or undecided', () => {
    const nowhere = [
      {
        ruleId: 'provider-orphaned',
        subject: 'arn:aws:iam::111122223333:oidc-provider/x',
        kind: 'unread' as const,
        missing: 'm',
      },
      { ruleId: 'rule-of-another-version', subject: cluster, kind: 'unread' as const, missing: 'm' },
    ];
    expect(healthWith({ findings: [bare], undecided: nowhere })).toEqual(healthWith({}));
  });
  test('what is undecided of a cluster is no pass there', () => {
    const cells = healthWith({
      undecided: [{ ruleId: 'cluster-provider-missing', subject: cluster, kind: 'unread' as const, missing: 'm' }],
    });
    expect(cells.find(({ step }) => step === 'provider-exists')?.state).toBe('unknown');
  });
  test('a role that trusts a provider of no cluster here serves none', () => {
    const far = exampleIssuer.replace('5C1D', '0000');
    const roles = complete([aRole({ trustPolicy: aTrustPolicy({ issuer: far }) })]);
    const { clusterArn: _arn, clusterName: _name, issuer: _issuer, ...lost } = aFinding();
    expect(healthWith({ findings: [lost] }, { roles }).some(({ state }) => state === 'finding')).toBe(false);
  });
  test('the page says of each cell in words what it is', () => {
    const denied = unavailable<never>({ kind: 'denied', operation: 'list pods', message: '403' });
    const facts = someFacts({
      providers: complete([]),
      roles: complete([]),
      clusters: complete([aReadCluster({ pods: denied })]),
    });
    const page = render('html', withGraph(aReport({ findings: [aFinding()] }), [facts]));
    for (const words of [
      'Role ARN format: passed',
      'could not be decided',
      'not asked for',
      ': 1 finding, worst high',
      'Provider audience: nothing to check',
    ])
      expect(page).toContain(words);
    expect(page).toContain('id="graph"');
  });
});

describe('a report from the parts of a run', () => {
  test('without facts there is no graph, and no map of health that would look healthy', () => {
    const report = aReport();
    expect(withGraph(report, [])).toBe(report);
    expect(render('html', report)).not.toMatch(/id="(graph|health)"/);
    expect(render('html', withGraph(report, [someFacts({ clusters: complete([]) })]))).not.toContain('id="health"');
  });
  test('accounts are summed up, findings of all of them stand worst first', () => {
    const counts = { clusters: 1, providers: 2, roles: 3, irsaRoles: 4, serviceAccounts: 5, pods: 6 };
    const evaluation = (findings: readonly Finding[]) =>
      ({
        findings,
        undecided: [{ ruleId: 'r', subject: 's', kind: 'unread' as const, missing: 'm' }],
        ...{ accountId: 'a', watched: [], subjects: [], closedScopes: [], openScopes: [] },
        counts,
      }) as never;
    const { transitions, factChanges, gaps, runId, startedAt, endedAt, accounts, apiCalls } = aReport();
    const report = reportOfRun(
      {
        ...{ runId, startedAt, endedAt, accounts, apiCalls, transitions, factChanges, gaps },
        firstSeen: { bare: '2026-10-01T06:00:00.000Z' },
        evaluations: [evaluation([bare]), evaluation([aFinding({ severity: 'critical' })])],
      },
      '1.2.3',
      ['a note'],
    );
    expect(report.findings.map(({ severity }) => severity)).toEqual(['critical', 'medium']);
    expect(report.counts).toEqual({ clusters: 2, providers: 4, roles: 6, irsaRoles: 8, serviceAccounts: 10, pods: 12 });
    expect(report.undecided).toHaveLength(2);
    expect(report).toMatchObject({ toolVersion: '1.2.3', notes: ['a note'] });
    expect(report.firstSeen).toEqual({ bare: '2026-10-01T06:00:00.000Z' });
  });
  test('of no account no rule is said to be off', () => {
    const run = { ...aReport(), firstSeen: {} };
    expect(reportOfRun({ ...run, evaluations: [] }, '1', [])).not.toHaveProperty('rulesOff');
    const ran = { ...evaluate(someFacts(), { rules: catalog.slice(1) }), findings: [] };
    expect(reportOfRun({ ...run, evaluations: [ran] }, '1', []).rulesOff).toEqual([catalog[0]?.id]);
  });
  test('service accounts of a graph are found by their id', () => {
    expect(graph(read({ 'eks.amazonaws.com/role-arn': role })).nodes.map(({ id }) => id)).toContain(
      serviceAccountSubjectId(cluster, 'checkout', 'cart-0'),
    );
  });
});

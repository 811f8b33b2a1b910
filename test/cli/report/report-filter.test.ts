import { expect, test } from '@jest/globals';
import { filterReport, type ReportFilter, reportExitCode } from '../../../lib/cli/report/report-filter.ts';
import { knownFromReport } from '../../../lib/cli/scan/run-report-file.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { RoleAnswer } from '../../../lib/report/graph/role-answer.ts';
import { withStillOpen } from '../../../lib/report/report-of-run.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aFinding, aReport, aTransition, known as knownOf } from '../../report/sample-report.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

const account = 'arn:aws:iam::111122223333:role';
const trusting = (name: string, Principal: unknown, Action: unknown = 'sts:AssumeRole') =>
  aRole({
    name,
    arn: `${account}/${name}`,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] }),
  });
const pods = { Service: 'pods.eks.amazonaws.com', AWS: '999999999999' };
const association = { id: 'a', namespace: 'checkout', serviceAccount: 'cart', roleArn: `${account}/associated` };
const facts = someFacts({
  clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]),
  roles: complete([
    trusting('everyone', '*', 'sts:*'),
    trusting('any-account', { AWS: '*' }, '*'),
    trusting('associated', pods, ['sts:AssumeRole', 'sts:TagSession']),
    trusting('elsewhere', pods, ['sts:AssumeRole', 'sts:TagSession']),
  ]),
});

test('--cluster shows the findings of each role that pods of the cluster may assume: open to everyone, or by an association', () => {
  const { findings } = evaluate(facts, { rules: catalog });
  const report = { findings, gaps: [], undecided: [], transitions: [], notes: [] } as unknown as RunReport;
  const rolesOf = ({ findings: list }: RunReport) =>
    new Set(list.filter(({ impact }) => impact === 'exposes').map(({ roleArn = '' }) => roleArn.split('/')[1]));
  expect(rolesOf(report)).toEqual(new Set(['everyone', 'any-account', 'associated', 'elsewhere']));
  const shown = filterReport(report, { cluster: [aCluster().name] }, [facts]);
  expect(rolesOf(shown)).toEqual(new Set(['everyone', 'any-account', 'associated']));
});

test('--impact shows findings with it, also as a failure with the same cause, and what is undecided of such rules', () => {
  const { findings } = evaluate(facts, { rules: catalog });
  const [first, ...others] = findings.filter(({ impact }) => impact === 'exposes');
  if (first === undefined) throw new Error('no finding exposes');
  const breaks = { ...first, id: 'b'.repeat(32), impact: 'breaks' as const, explains: [] };
  const folded = { ...breaks, id: 'c'.repeat(32), explains: [{ ...first, id: 'd'.repeat(32) }] };
  const undecided = ['trust-any-subject', 'pod-not-injected'].map(ruleId => ({ ruleId, subject: '*', missing: 'x' }));
  const report = {
    ...{ findings: [first, ...others, breaks, folded], gaps: [], undecided, transitions: [], notes: [] },
  } as unknown as RunReport;
  const shown = filterReport(report, { impact: 'exposes' }, [facts]);
  expect(shown.findings).toEqual([first, ...others, folded]);
  expect(shown.undecided.map(({ ruleId }) => ruleId)).toEqual(['trust-any-subject']);
  expect(shown.notes).toEqual(['1 finding is left out by the filters given']);
});

test('an open finding of the baseline that could not be confirmed stays in the exit code, and in the next baseline', () => {
  const [finding] = evaluate(facts, { rules: catalog }).findings;
  if (!finding) throw new Error('there is a finding');
  const known = {
    finding,
    status: 'open',
    version: 1,
    firstSeenAt: facts.now,
    changedAt: facts.now,
    runId: 'r',
  } as const;
  const transition = {
    kind: 'unconfirmed',
    at: facts.now,
    runId: 'r',
    after: known,
    summary: 'could not be checked',
  } as const;
  const report = {
    findings: [],
    undecided: [],
    gaps: [],
    transitions: [transition],
    notes: [],
  } as unknown as RunReport;
  const after = withStillOpen(report);
  expect(after.notes).toEqual([
    expect.stringMatching(/^1 finding of the baseline could not be confirmed and stays open: /),
  ]);
  expect([reportExitCode(report, 'low'), reportExitCode(after, 'low')]).toEqual([0, 1]);
  expect(reportExitCode(filterReport(after, { rule: ['account-on-default'] }, []), 'low')).toBe(0);
  const accounts = [{ accountId: finding.accountId, regions: [] }];
  const state = knownFromReport({ ...after, accounts, startedAt: facts.now, runId: 'r' });
  expect(state[finding.accountId]?.findings.map(({ status, finding: { id } }) => [status, id])).toEqual([
    ['open', finding.id],
  ]);
  const waived = { ...transition, after: { ...known, status: 'waived' } } as const;
  expect(withStillOpen({ ...report, transitions: [waived] })).not.toHaveProperty('stillOpen');
});

test('each filter leaves out what it does not ask for, all of them together, and says how much', () => {
  const of = (id: string, over: Partial<Finding>): Finding =>
    aFinding({ id: id.repeat(32), roleArn: `${account}/${id}`, clusterName: `cluster-${id}`, ...over });
  const findings = [
    of('a', { severity: 'critical', ruleId: 'webhook-missing', impact: 'breaks' }),
    of('b', { severity: 'high' }),
    of('c', { severity: 'medium', namespace: 'checkout' }),
    of('d', {
      severity: 'low',
      ruleId: 'role-unused',
      impact: 'hygiene',
      explains: [{ id: 'x', ruleId: 'trust-any-subject', subject: 's', message: 'm' }],
    }),
  ];
  const undecided = ['trust-any-subject', 'role-unused'].map(ruleId => ({
    ruleId,
    subject: 's',
    kind: 'unread' as const,
    missing: 'm',
  }));
  const report = aReport({
    findings,
    stillOpen: findings.slice(1, 3),
    undecided,
    transitions: findings.map(finding => aTransition({ after: knownOf(finding) })),
  });
  const roles: RoleAnswer = {
    question: { namespace: 'checkout' },
    roles: [{ roleArn: `${account}/a`, says: '', who: [], maybe: [] }],
    unknown: 0,
    missing: [],
  };
  const letters = (some: readonly Finding[] = []): string => some.map(({ id }) => id[0]).join('');
  const shown = (filter: ReportFilter) => {
    const {
      findings: list,
      stillOpen,
      leftOut,
      undecided: open,
      transitions,
      notes,
      roles: answer,
    } = filterReport(report, filter, []);
    return [
      letters(list),
      letters(stillOpen),
      leftOut,
      open.length,
      letters(transitions.map(({ after }) => after.finding)),
      notes.join(),
      answer === roles,
    ];
  };
  const note = (count: number): string =>
    `${count} ${count === 1 ? 'finding is' : 'findings are'} left out by the filters given`;
  expect([
    shown({}),
    shown({ minSeverity: 'medium' }),
    shown({ minSeverity: 'info' }),
    shown({ rule: ['trust-any-subject'] }),
    shown({ rule: ['webhook-missing', 'role-unused'] }),
    shown({ impact: 'hygiene' }),
    shown({ ids: ['b'.repeat(32), 'd'.repeat(32)] }),
    shown({ roles }),
    shown({ cluster: ['cluster-a', 'cluster-c'] }),
    shown({ minSeverity: 'high', rule: ['trust-any-subject'] }),
  ]).toEqual([
    ['abcd', 'bc', undefined, 2, 'abcd', '', false],
    ['abc', 'bc', 1, 2, 'abc', note(1), false],
    ['abcd', 'bc', 0, 2, 'abcd', '', false],
    ['bcd', 'bc', 1, 1, 'bcd', note(1), false],
    ['ad', '', 2, 1, 'ad', note(2), false],
    ['d', '', 3, 1, 'd', note(3), false],
    ['bd', 'b', 2, 2, 'bd', note(2), false],
    ['ac', 'c', 2, 2, 'ac', note(2), true],
    ['ac', 'c', 2, 2, 'ac', note(2), false],
    ['b', 'b', 3, 1, 'b', note(3), false],
  ]);
});

test('--cluster: the role of an association of another cluster is none of its own', () => {
  const depot = aCluster({ name: 'depot', issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0D' });
  const two = someFacts({
    clusters: complete([
      aReadCluster(),
      { ...aReadCluster({}, { podIdentity: complete([association]) }), cluster: depot },
    ]),
    roles: complete([trusting('associated', pods, ['sts:AssumeRole', 'sts:TagSession'])]),
  });
  const about = {
    ...aFinding({ id: 'a'.repeat(32), roleArn: association.roleArn }),
    clusterName: undefined,
    issuer: undefined,
  };
  const shown = (cluster: string) =>
    filterReport(aReport({ findings: [about as unknown as Finding] }), { cluster: [cluster] }, [two]).findings.length;
  expect([shown('depot'), shown('shop')]).toEqual([1, 0]);
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { setThumbprints, setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { changesSection } from '../../lib/report/html/history-sections.ts';
import { renderMoved, renderOverview } from '../../lib/report/overview/overview.ts';
import { renderText } from '../../lib/report/overview/text.ts';
import { displayWidth } from '../../lib/text/visible-text.ts';
import { openedOf } from '../support/digest-builders.ts';
import { aCluster, exampleAccountId, exampleIssuer } from '../support/example-world.ts';
import { aFinding, aFullReport, aReport } from './sample-report.ts';

const factChange = {
  kind: 'provider-thumbprints',
  subject: `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.replace('https://', '')}`,
  accountId: exampleAccountId,
  at: '2026-11-01T06:00:00.000Z',
  runId: 'run-2',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
} as const;
const style = (width: number, over: { readonly colour?: boolean; readonly form?: 'wide' } = {}) => ({
  colour: false,
  width,
  ...over,
});

test('the details of a finding have the lines that its steps change, and no other line of the document', () => {
  const policy = (action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action }] });
  const steps = [
    setTrustPolicy('role', JSON.stringify(policy('sts:AssumeRole')), policy('sts:AssumeRoleWithWebIdentity')),
    setThumbprints('provider', ['a'.repeat(40)], ['a'.repeat(40), 'b'.repeat(40)]),
    { look: { kind: 'role-last-access', roleArn: 'role' } } as const,
  ];
  const changesOf = (fix: object) =>
    /\n {2}changes {3}(.*?)\n(?! {12}[-+])/s.exec(
      renderText(
        aReport({ findings: [aFinding({ fix: { summary: 'Correct it.', commands: [], ...fix } })] }),
        style(80),
      ),
    )?.[1];
  expect(changesOf({ steps })?.split('\n')).toEqual([
    '-       "Action": "sts:AssumeRole"',
    '            +       "Action": "sts:AssumeRoleWithWebIdentity"',
    `            + ${'b'.repeat(40)}`,
  ]);
  expect([changesOf({}), changesOf({ steps: steps.slice(2) })]).toEqual([undefined, undefined]);
});

test('beside a baseline what is new is told, and what is open as before is counted alone', () => {
  const [old, fresh] = [aFinding(), aFinding({ id: 'b'.repeat(32), subject: 'arn:aws:iam::111122223333:role/fresh' })];
  const moved = (transitions: Parameters<typeof aReport>[0]) =>
    /\d+ findings? (?:is|are) open as before\./.exec(
      renderMoved(aReport({ findings: [old, fresh], ...transitions }), style(80)),
    )?.[0];
  expect(moved({ transitions: openedOf([fresh]) })).toBe('1 finding is open as before.');
  expect(moved({ transitions: [] })).toBe('2 findings are open as before.');
  expect(moved({ transitions: openedOf([old, fresh]) })).toBe(undefined);
});

describe('what changed, in the overview', () => {
  const changed = aReport({ factChanges: [{ ...factChange, clusterName: 'shop' }] });

  test('names the cluster of a provider, not its ARN', () => {
    const text = renderOverview(changed, style(80));
    expect(text).toContain('  drift       thumbprints of provider of cluster shop:\n');
    expect(text).not.toMatch(/arn:|oidc\.eks/);
  });

  test('has the ends of an issuer whose cluster is not known', () => {
    const text = renderOverview(aReport({ factChanges: [factChange] }), style(80));
    expect(text).toContain('  drift       thumbprints of provider id/5C1D…4E5F:\n');
  });

  test('has trust policies first, as alerts and the page have', () => {
    const policy = {
      ...factChange,
      kind: 'role-trust-policy',
      subject: 'arn:aws:iam::111122223333:role/keeper',
    } as const;
    const report = aReport({ factChanges: [factChange, policy] });
    const order = (text: string) => text.indexOf('keeper') < text.indexOf('thumbprints');
    expect(renderOverview(report, style(80))).toContain('trust policy of role keeper');
    expect([renderOverview(report, style(80)), changesSection(report).markup].map(order)).toEqual([true, true]);
  });

  test('has the ARN where it is asked for, on one line', () => {
    expect(renderOverview(changed, style(80, { form: 'wide' }))).toContain(
      `  drift       provider-thumbprints of ${factChange.subject}\n`,
    );
  });

  test('is continued between words, below its beginning', () => {
    const [transition] = aFullReport().transitions;
    if (transition === undefined) throw new Error('no transition in the sample');
    const summary = 'changed: the role checkout-cart trusts every service account of the namespace checkout now';
    const text = renderOverview(aReport({ transitions: [{ ...transition, kind: 'changed', summary }] }), style(60));
    expect(text).toContain(
      '  changed     HIGH  shop  role checkout-cart:\n              trust-any-subject (changed: the role\n',
    );
  });
});

describe('coverage, in the overview', () => {
  const text = (over: Parameters<typeof aReport>[0]) => renderOverview(aReport(over), style(200));
  const hidden = (clusterName: string) => ({
    ...{ accountId: exampleAccountId, region: 'eu-west-1', clusterName },
    section: 'issuer' as const,
    issuer: `${exampleIssuer}${clusterName}`,
    reason: {
      kind: 'unreachable' as const,
      operation: 'TLS handshake with oidc.eks.eu-west-1.amazonaws.com:443',
      message: 'DNS: getaddrinfo ENOTFOUND oidc.eks.eu-west-1.amazonaws.com',
    },
  });

  test('issuers that cannot be reached are one sentence, by the names of their clusters', () => {
    expect(text({ gaps: ['shop', 'store', 'depot', 'search'].map(hidden) })).toContain(
      'Not read     issuer of shop, store, depot and 1 more: TLS handshake with oidc.eks.eu-west-1.amazonaws.com:443 unreachable: DNS: getaddrinfo ENOTFOUND oidc.eks.eu-west-1.amazonaws.com (4 times)\n',
    );
    expect(text({ gaps: [hidden('shop')] })).toContain(
      `Not read     issuer, account ${exampleAccountId}, eu-west-1, cluster shop: TLS handshake`,
    );
  });

  test('in the details they are listed, with the reason once', () => {
    const details = renderText(aReport({ gaps: ['shop', 'store', 'depot'].map(hidden) }), style(160));
    expect(details.match(/ENOTFOUND/g)).toHaveLength(1);
    expect(details.match(/cluster (shop|store|depot)/g)).toHaveLength(3);
  });

  test('a region without clusters is said, with the options that ask others', () => {
    const report = aReport({ accounts: [{ accountId: exampleAccountId, regions: ['eu-nowhere-1'] }] });
    const counts = { ...report.counts, clusters: 0 };
    const of = (over: Parameters<typeof aReport>[0]) => renderOverview({ ...report, ...over }, style(120));
    const said = '\nNot checked  clusters: none in eu-nowhere-1 (add --region REGION or --all-regions)\n';
    expect(of({ counts })).toContain(said);
    expect(of({})).not.toContain(said);
    const unread = { ...hidden('x'), section: 'clusters' as const };
    expect(of({ counts, gaps: [unread] })).not.toContain('Not checked');
    const many = ['a', 'b', 'c', 'd'].map(name => `eu-${name}-1`);
    expect(of({ counts, accounts: [{ accountId: exampleAccountId, regions: many }] })).not.toContain('Not checked');
  });

  test('a region that was not audited is named where providers belong to clusters there', () => {
    const provider = (id: string, region: string, presence: 'read' | 'named' = 'read') => ({
      ...{ id, kind: 'provider' as const, label: id, accountId: exampleAccountId, presence, findings: [] },
      issuer: `https://oidc.eks.${region}.amazonaws.com/id/${id}`,
    });
    const said = (...nodes: readonly ReturnType<typeof provider>[]): string | undefined =>
      /Not checked {2}(clusters in .*)/.exec(
        text({ graph: { nodes, edges: [{ from: 'x', to: 'audited', kind: 'issues', state: 'ok' }] } }),
      )?.[1];
    expect(said(provider('a', 'eu-north-1'), provider('b', 'us-east-2'), provider('c', 'us-east-2'))).toBe(
      'clusters in eu-north-1, us-east-2: 3 providers belong to clusters there (add --all-regions, or --region)',
    );
    expect(said(provider('a', 'eu-north-1'))).toMatch(/: 1 provider belongs to clusters there/);
    expect(said(provider('a', 'eu-west-1'), provider('audited', 'us-east-2'))).toBeUndefined();
    expect(said(provider('a', 'us-east-2', 'named'))).toBeUndefined();
  });

  test('what no step of the article shows is named with the option that adds it', () => {
    const undecided = ['role-denied-by-rcp', 'role-unused', 'trust-any-subject'].map(ruleId => ({
      ...{ ruleId, subject: '*', kind: 'not-asked-for' as const, missing: 'not asked for' },
    }));
    const coverage = [{ step: 'role-trust-policy' as const, checked: 1, notAskedFor: 0, unread: 0 }];
    expect(text({ undecided, coverage })).toContain(
      '\nNot checked  resource control policies (add --control-policies), last use of roles (add --role-details)\n',
    );
    expect(text({ coverage })).not.toContain('Not checked');
  });
});

describe('the list, in the overview', () => {
  const of = (id: string, over: Parameters<typeof aFinding>[0]) => aFinding({ id: id.repeat(32), ...over });
  const { clusterName: _name, clusterArn: _arn, ...nowhere } = aFinding();
  const at = (name: string) => ({ clusterName: name, clusterArn: `${aCluster().arn}-${name}` });
  const report = aReport({
    findings: [
      of('a', { ...at('media'), severity: 'critical' }),
      of('b', { ...at('search'), severity: 'critical' }),
      of('c', { ...at('search'), severity: 'high' }),
      { ...nowhere, id: 'd'.repeat(32) },
    ],
  });

  const listed = (group: { readonly group?: 'cluster' } = {}): readonly string[] =>
    renderOverview(report, { ...style(120), ...group })
      .split('\n')
      .filter(line => /[a-d]{8}|^\S+ {2}\d/.test(line))
      .map(line => line.replace(/ {2}role .*/, ''));

  test('stands under severities, in each the cluster of the worst finding first, then the worst cluster', () => {
    expect(listed()).toEqual([
      'CRITICAL  2 findings',
      '  aaaaaaaa  media       ',
      '  bbbbbbbb  search      ',
      'HIGH  2 findings',
      '  cccccccc  search      ',
      `  dddddddd  ${exampleAccountId}`,
    ]);
  });

  test('stands under clusters where these are asked for', () => {
    expect(listed({ group: 'cluster' })).toEqual([
      'media  1 critical',
      'CRITICAL  aaaaaaaa',
      'search  1 critical, 1 high',
      'CRITICAL  bbbbbbbb',
      'HIGH      cccccccc',
      `${exampleAccountId}  1 high`,
      'HIGH      dddddddd',
    ]);
  });
});

describe('wide characters', () => {
  const wide = '東京の本番環境';
  const report = aReport({
    accounts: [{ accountId: exampleAccountId, alias: wide, regions: ['eu-west-1'] }],
    findings: [
      aFinding({
        namespace: '店',
        serviceAccount: '支払い',
        clusterName: wide,
        clusterArn: `${aCluster().arn}-${wide}`,
      }),
      aFinding({ id: 'b'.repeat(32), clusterName: 'shop' }),
    ],
    notes: [`${wide} `.repeat(12).trim()],
  });

  test.each([60, 80, 120])('make no line wider than %i columns, and are whole', width => {
    const lines = renderOverview(report, style(width)).split('\n');
    expect(lines.filter(line => displayWidth(line) > width)).toEqual([]);
    expect(lines.join('\n')).toContain(`  ${wide}  店/支払い →`);
  });

  test('with colour, there is the same text as without', () => {
    const coloured = renderOverview(report, style(80, { colour: true }));
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderOverview(report, style(80)));
  });
});

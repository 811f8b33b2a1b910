/** The verdict of a report in a word and in a sentence, for each mixture of what it may have. */
import { expect, test } from '@jest/globals';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { reportOfRun } from '../../lib/report/report-of-run.ts';
import { checkedSentence, headlineOf, headlineSentence } from '../../lib/report/summary.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { someFacts } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { aFinding, aReport } from './sample-report.ts';

const gap = { accountId: '111122223333', section: 'roles', reason: { kind: 'denied', operation: 'o', message: 'm' } };
const undecided = (subject: string) => ({ ruleId: 'role-unused', subject, missing: 'roles' });
const waiver = { rule: 'x', subject: '*', reason: 'known', owner: 'team-a', expires: '2027-01-01' };
const parts: readonly (readonly [title: string, choices: Readonly<Record<string, object>>])[] = [
  [
    'findings',
    {
      'no finding': { findings: [] },
      'a remark': { findings: [aFinding({ severity: 'info' })] },
      'a waived finding': { findings: [aFinding({ severity: 'high', waiver } as never)] },
      'a finding and a remark': { findings: [aFinding({ severity: 'low' }), aFinding({ severity: 'info' })] },
    },
  ],
  ['gaps', { '': {}, 'a gap': { gaps: [gap] } }],
  ['undecided', { '': {}, unchecked: { undecided: [undecided('*')] }, undecided: { undecided: [undecided('a')] } }],
  ['filters', { '': {}, 'three left out': { leftOut: 3 } }],
];

const mixtures = parts.reduce<readonly (readonly [string, object])[]>(
  (all, [, choices]) =>
    all.flatMap(([name, over]) =>
      Object.entries(choices).map(
        ([choice, more]) => [[name, choice].filter(Boolean).join(', '), { ...over, ...more }] as const,
      ),
    ),
  [['', {}]],
);

test('each mixture has one verdict', () => {
  const lines = mixtures.map(([name, over]) => {
    const report = aReport(over as never);
    return `${name}: ${headlineOf(report)}. ${headlineSentence(report)}`;
  });
  expect(lines).toHaveLength(48);
  golden('headlines.txt', `${lines.join('\n')}\n`);
});

test.each([
  [{ serviceAccounts: 0, pods: 0 }, 'Checked 1 account, 2 clusters, 1 OIDC provider and 3 roles (1 for IRSA).'],
  [
    { serviceAccounts: 1, pods: 0 },
    'Checked 1 account, 2 clusters, 1 OIDC provider, 3 roles (1 for IRSA) and 1 service account.',
  ],
  [
    { serviceAccounts: 2, pods: 1 },
    'Checked 1 account, 2 clusters, 1 OIDC provider, 3 roles (1 for IRSA), 2 service accounts and 1 pod.',
  ],
])('of %j it is said that they were checked', (inside, sentence) => {
  const counts = { clusters: 2, providers: 1, roles: 3, irsaRoles: 1, ...inside };
  expect(checkedSentence(aReport({ counts }))).toBe(sentence);
});

test('a report has the commands of each fix that has steps', () => {
  const fix = {
    summary: 's',
    commands: [],
    steps: [setTrustPolicy('arn:aws:iam::111122223333:role/a', '{}', { b: 1 })],
  };
  const evaluation = { ...evaluate(someFacts(), { rules: [] }), findings: [aFinding({ fix })] };
  const report = reportOfRun({ ...aReport(), firstSeen: {}, evaluations: [evaluation] }, '1', []);
  expect(report.findings.map(one => one.fix.commands)).toEqual([
    [expect.stringContaining(' && aws iam update-assume-role-policy --role-name a ')],
  ]);
});

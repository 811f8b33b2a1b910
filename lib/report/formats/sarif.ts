import { type Finding, nameOfUnread, type Severity } from '../../model.ts';
import { fixInWords } from '../../plan/chosen-fix.ts';
import { catalog } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { given, safeJson, visible, visibleLines } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { gapPlace, gapReason } from '../summary.ts';

/** SARIF's level for each severity. */
export const sarifLevels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;

/** GitHub's `security-severity`, a CVSS-like figure that code scanning sorts by. */
const figures: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

/** The report as SARIF 2.1.0 (OASIS). A resource is no file: it stands as a logical location, and as a relative URI
 *  because code scanning shows only results that have one. Gaps and undecided checks are notifications of the run. */
export const renderSarif = (report: RunReport): string => `${safeJson(sarifOf(report), 2)}\n`;

const sarifOf = (report: RunReport): unknown => {
  const rules = ruleTable(report);
  const ids = rules.map(({ id }) => id);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'irsa-auditor', semanticVersion: report.toolVersion, rules } },
        automationDetails: { id: `irsa-auditor/${visible(report.runId)}` },
        columnKind: 'unicodeCodePoints',
        invocations: [
          {
            executionSuccessful: report.gaps.length === 0,
            startTimeUtc: report.startedAt,
            endTimeUtc: report.endedAt,
            toolExecutionNotifications: notificationsOf(report),
          },
        ],
        results: report.findings.map(finding => resultOf(finding, ids.indexOf(finding.ruleId))),
      },
    ],
  };
};

/** The catalogue's rules, and stubs for rules that a finding names and this version does not have. */
const ruleTable = (report: RunReport): readonly { readonly id: string }[] => {
  const known = new Set(catalog.map(rule => rule.id));
  const stubs = [...new Set(report.findings.map(finding => finding.ruleId))].filter(id => !known.has(id));
  return [...catalog.map(ruleDescriptor), ...stubs.map(id => ({ id }))];
};

/** A rule as SARIF describes it. */
export const ruleDescriptor = (rule: AnyRule) => ({
  id: rule.id,
  shortDescription: { text: rule.fault },
  fullDescription: { text: rule.why },
  help: { text: `${rule.why}\n\nFix: ${rule.fix}` },
  defaultConfiguration: { level: sarifLevels[rule.severity] },
  properties: { tags: ['security', 'irsa', rule.impact], 'security-severity': figures[rule.severity] },
});

const resultOf = (finding: Finding, ruleIndex: number) => ({
  ruleId: finding.ruleId,
  ruleIndex,
  level: sarifLevels[finding.severity],
  message: { text: messageOf(finding) },
  locations: [
    {
      physicalLocation: { artifactLocation: { uri: uriOf(finding) }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: visible(finding.subject), kind: 'resource' }],
    },
  ],
  partialFingerprints: { 'irsaAuditorFindingId/v1': finding.id },
  ...(finding.waiver === undefined
    ? {}
    : {
        suppressions: [
          {
            kind: 'external',
            status: 'accepted',
            justification: visible(
              `${finding.waiver.reason} (${finding.waiver.owner}, until ${finding.waiver.expires})`,
            ),
          },
        ],
      }),
  properties: {
    'security-severity': figures[finding.severity],
    severity: finding.severity,
    impact: finding.impact,
    accountId: finding.accountId,
    ...given({ clusterName: finding.clusterName }),
  },
});

const messageOf = ({ message, fix }: Finding): string =>
  [
    visible(message),
    '',
    `Fix: ${visible(fixInWords(fix))}`,
    ...fix.commands.map(command => `  ${visibleLines(command)}`),
  ].join('\n');

/** A relative URI for a subject: `aws/iam/111122223333/role/checkout-cart`. */
const uriOf = (finding: Finding): string =>
  `aws/${visible(finding.subject)
    .replace(/^arn:[^:]*:|^https:\/\//, '')
    .split(/[:/]+/)
    .filter(part => part !== '' && part !== '.' && part !== '..')
    .map(encodeURIComponent)
    .join('/')}`;

const notificationsOf = (report: RunReport) => [
  ...report.gaps.map(gap => ({
    level: 'error',
    descriptor: { id: 'not-read' },
    message: { text: visible(`${nameOfUnread(gap)} (${gapPlace(gap)}): ${gapReason(gap)}`) },
  })),
  ...report.undecided.map(({ ruleId, subject, missing }) => ({
    level: subject === '*' ? 'note' : 'warning',
    descriptor: { id: 'undecided' },
    message: { text: visible(`${ruleId} on ${subject}: ${missing}`) },
  })),
];

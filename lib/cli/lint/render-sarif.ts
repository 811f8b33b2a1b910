import { levels, ruleDescriptor } from '../../report/sarif.ts';
import { visible } from '../../text/visible-text.ts';
import { errorSentence, type LintFinding, type LintReport } from './lint-finding.ts';
import { lintRules } from './lint-rules.ts';

/** The report as SARIF 2.1.0 (OASIS): a result for each finding with its region. */
export const renderSarifLint = (report: LintReport): unknown => ({
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: { name: 'irsa-auditor', semanticVersion: report.toolVersion, rules: lintRules.map(ruleDescriptor) },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [
        {
          executionSuccessful: report.errors.length === 0,
          toolExecutionNotifications: [
            ...report.errors.map(error => ({ level: 'error', message: { text: visible(errorSentence(error)) } })),
            ...report.doubts.map(doubt => ({
              level: 'note',
              message: { text: visible(doubt.why) },
              locations: [locationOf(doubt)],
            })),
          ],
        },
      ],
      results: report.findings.map(resultOf),
    },
  ],
});

const resultOf = (one: LintFinding) => ({
  ruleId: one.finding.ruleId,
  ruleIndex: lintRules.findIndex(rule => rule.id === one.finding.ruleId),
  level: levels[one.finding.severity],
  message: { text: visible(`${one.finding.message} Fix: ${one.finding.fix.summary}`) },
  locations: [locationOf(one)],
  partialFingerprints: { 'irsaAuditorFindingId/v1': one.finding.id },
});

const locationOf = ({ file, owner, line, column }: Pick<LintFinding, 'file' | 'owner' | 'line' | 'column'>) => ({
  physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
  ...(owner === '' ? {} : { logicalLocations: [{ fullyQualifiedName: visible(owner), kind: 'resource' }] }),
});

/** A relative URI reference, percent-encoded. A lone surrogate has no encoding. */
const uriOf = (file: string): string =>
  file === '-' ? 'stdin' : file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

/** The worst finding is the same in the terminal, on the page and in an email: whoever reads two of them reads one story. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextSteps } from '../../lib/cli/scan/run-report-file.ts';
import { compareFindings, type Finding, impacts, severities } from '../../lib/model/finding.ts';
import { digestLines } from '../../lib/report/digest/digest-lines.ts';
import { shortIds } from '../../lib/report/names.ts';
import { renderOverview } from '../../lib/report/overview/overview.ts';
import { worstCauses } from '../../lib/report/root-causes.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aFinding, aReport } from './sample-report.ts';

const style = { colour: false, width: 120 };
const drawn = fc.uniqueArray(
  fc.record({
    severity: fc.constantFrom(...severities.filter(severity => severity !== 'info')),
    impact: fc.constantFrom(...impacts),
    ruleId: fc.constantFrom('trust-any-subject', 'webhook-missing', 'provider-missing'),
    cluster: fc.constantFrom('media', 'search', 'store'),
    account: fc.constantFrom('555566667777', '666677778888'),
    id: fc.stringMatching(/^[0-9a-f]{32}$/),
  }),
  { minLength: 1, maxLength: 8, selector: ({ id }) => id },
);

const findingOf = (
  of: Record<'ruleId' | 'cluster' | 'account' | 'id', string> & Pick<Finding, 'severity' | 'impact'>,
) =>
  aFinding({
    ...{ id: of.id, ruleId: of.ruleId, severity: of.severity, impact: of.impact, discriminator: of.id },
    ...{ clusterName: of.cluster, clusterArn: `arn:aws:eks:eu-west-1:${of.account}:cluster/${of.cluster}` },
    accountId: of.account,
  });

test('of any findings, terminal, page and email begin with the same one', () => {
  fc.assert(
    fc.property(drawn, all => {
      const findings = all.map(findingOf).sort(compareFindings);
      const short = shortIds(findings.map(({ id }) => id));
      const report = aReport({ findings });
      const listed = renderOverview(report, style).split('\n');
      const heading = listed.findIndex(line => /^(?:CRITICAL|HIGH|MEDIUM|LOW) {2}/.test(line));
      const next = nextSteps(report, { program: 'irsa-auditor', isKept: true }, style);
      const page = worstCauses(findings)[0]?.findings[0];
      const [line] = digestLines(aDigest(openedOf(findings))).lines;
      const worst = short(findings[0]?.id ?? '');
      expect({
        listed: listed[heading + 1]?.trim().split(' ')[0],
        next: / explain (\S+) /.exec(next)?.[1],
        page: page === undefined ? undefined : short(page.id),
        email: line?.id,
      }).toEqual({ listed: worst, next: worst, page: worst, email: worst });
    }),
  );
});

test('where nothing is found, there is nothing to look at next', () => {
  expect(nextSteps(aReport(), { program: 'irsa-auditor', isKept: true }, style)).toBe('');
});

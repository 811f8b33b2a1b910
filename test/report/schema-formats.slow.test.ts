import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import Ajv4 from 'ajv-draft-04';
import formatsOf from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';
import { type Finding, severities } from '../../lib/model/finding.ts';
import { formatByName } from '../../lib/report/formats.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { fc } from '../support/properties.ts';
import { aFinding, aFullReport, aHostileReport, aReport, hostileName } from './sample-report.ts';

/** Outputs for machines against their schemas; where these are from: test/fixtures/schemas/README.md. */
const reports: readonly (readonly [string, RunReport])[] = [
  ['clean', aReport()],
  ['full', aFullReport()],
  ['hostile', aHostileReport()],
];
const render = (name: string, report: RunReport): string =>
  formatByName(name)?.render(report, { colour: false, width: 100 }) ?? '';
const fixture = (name: string): string => readFileSync(`test/fixtures/schemas/${name}`, 'utf8');

const sarif = (): ValidateFunction => {
  const ajv = new Ajv4.default({ strict: false, unicodeRegExp: false });
  formatsOf.default(ajv);
  return ajv.compile(JSON.parse(fixture('sarif-2.1.0.json')));
};
const isSarif = sarif();
const isOcsf = new Ajv({ strict: false }).compile(JSON.parse(fixture('ocsf-compliance-finding.json')));
const junitFaults = async (contents: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents }],
    schema: [fixture('jenkins-junit.xsd')],
  });
  return errors.map(({ message }) => message);
};
const faults = (validate: ValidateFunction, value: unknown) => (validate(value) ? [] : (validate.errors ?? []));
const events = (report: RunReport): readonly object[] => JSON.parse(render('ocsf', report));

describe.each(reports)('a %s report keeps to the schema of', (_, report) => {
  test('SARIF 2.1.0', () => {
    expect(faults(isSarif, JSON.parse(render('sarif', report)))).toEqual([]);
  });

  test('OCSF 1.3.0 Compliance Finding', () => {
    expect(events(report).flatMap(event => faults(isOcsf, event))).toEqual([]);
    expect(events(report)).toHaveLength(report.findings.length + report.gaps.length + report.undecided.length);
  });

  test('JUnit as Jenkins reads it', async () => {
    expect(await junitFaults(render('junit', report))).toEqual([]);
  });
});

/** Text of the world: anything at all, and what breaks most formats. */
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(hostileName), fc.string({ unit: 'grapheme' }));
const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    severity: fc.constantFrom(...severities),
    message: anyText,
    subject: fc.oneof(
      anyText,
      anyText.map(name => `arn:aws:iam::111122223333:role/${name}`),
    ),
    discriminator: anyText,
    clusterName: anyText,
    fix: fc.record({ summary: anyText, commands: fc.array(anyText, { maxLength: 3 }) }),
    accountId: fc.constantFrom('111122223333', ''),
  })
  .map(over => aFinding(over));
const anyReport = fc
  .record({ findings: fc.array(anyFinding, { maxLength: 4 }), what: anyText, missing: anyText, runId: anyText })
  .map(({ findings, what, missing, runId }) =>
    aReport({
      findings,
      runId,
      undecided: [{ ruleId: 'issuer-unreachable', subject: what, kind: 'unread', missing }],
      gaps: [
        { accountId: '', section: 'rule', part: what, reason: { kind: 'invalid', operation: what, message: missing } },
      ],
    }),
  );

describe('whatever the names are', () => {
  test('SARIF and OCSF keep to their schemas', () => {
    fc.assert(
      fc.property(anyReport, report => {
        expect(faults(isSarif, JSON.parse(render('sarif', report)))).toEqual([]);
        expect(events(report).flatMap(event => faults(isOcsf, event))).toEqual([]);
      }),
    );
  });

  test('JUnit keeps to its schema', async () => {
    const findings = fc.sample(anyFinding, 200);
    expect(await junitFaults(render('junit', aFullReport({ findings })))).toEqual([]);
  });

  test('no text of OCSF is longer than its type allows', () => {
    const report = aReport({ findings: [aFinding({ message: '\u{1f600}'.repeat(70_000) })] });
    expect(events(report).flatMap(event => faults(isOcsf, event))).toEqual([]);
  });
});

describe('the schemas refuse', () => {
  const [event = {}] = events(aFullReport());
  test.each<readonly [string, object]>([
    ['an attribute that the class has not', { rule: 'x' }],
    ['a status that a finding has not', { status_id: 5, status: 'Archived' }],
    ['a caption that is another id’s', { severity_id: 4, severity: 'Low' }],
    ['a type that is not its activity', { type_uid: 200302 }],
    [
      'a product without a name',
      { metadata: { version: '1.3.0', product: { vendor_name: 'x' }, profiles: ['cloud'] } },
    ],
    ['an unnamed profile', { metadata: { version: '1.3.0', product: { vendor_name: 'x', name: 'x' }, profiles: [] } }],
    ['a resource that nothing names', { resources: [{ type: 'role' }] }],
    ['time in text', { time: '2026-11-01T06:00:00.000Z' }],
  ])('in OCSF: %s', (_, over) => {
    expect(faults(isOcsf, event)).toEqual([]);
    expect(isOcsf({ ...event, ...over })).toBe(false);
  });

  test.each([
    ['message as an attribute', '<skipped>', '<skipped message="x">'],
    ['a case outside a suite', '</testsuites>', '<testcase name="x"/></testsuites>'],
    ['an attribute of no meaning', '<testsuites ', '<testsuites colour="red" '],
    ['what is not closed', '</testsuites>', ''],
  ])('in JUnit: %s', async (_, from, to) => {
    const broken = render('junit', aFullReport()).replace(from, to);
    expect(broken).not.toBe(render('junit', aFullReport()));
    expect(await junitFaults(broken)).not.toEqual([]);
  });

  test('in SARIF: a level that it has not', () => {
    const log = JSON.parse(render('sarif', aFullReport()));
    log.runs[0].results[0].level = 'fatal';
    expect(isSarif(log)).toBe(false);
  });
});

test('what was not decided is skipped in JUnit, and says why in its text', () => {
  expect(render('junit', aFullReport())).toContain('<skipped>the probe ran from a private network</skipped>');
});

import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { renderPrometheus } from '../../lib/report/formats/prometheus.ts';
import { installedProgram } from '../support/installed-program.ts';
import { aFinding, aFullReport, aHostileReport, aReport, hostileName } from './sample-report.ts';

const parsed = z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() }));

/** The parser of Prometheus' own client for Python. */
const program = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families as families
print(json.dumps([{"name": s.name, "labels": s.labels, "value": s.value} for f in families(sys.stdin.read()) for s in f.samples]))`;

const parse = async (text: string) => {
  const { command } = await installedProgram({
    name: '/usr/bin/python3',
    check: ['-c', 'import prometheus_client'],
    apt: 'python3-prometheus-client',
  });
  return parsed.parse(JSON.parse(execFileSync(command, ['-c', program], { input: text, encoding: 'utf8' })));
};

test.each([
  ['clean', aReport()],
  ['full', aFullReport()],
  ['hostile', aHostileReport()],
])(
  'Prometheus reads the metrics of a %s report, each series once',
  async (_, report) => {
    const samples = await parse(renderPrometheus(report));
    const series = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
    expect(new Set(series).size).toBe(series.length);
    const active = report.findings.filter(({ waiver }) => waiver === undefined).length;
    for (const name of ['irsa_auditor_findings', 'irsa_auditor_rule_findings'])
      expect(samples.filter(each => each.name === name).reduce((sum, { value }) => sum + value, 0)).toBe(active);
    expect(samples).toContainEqual({ name: 'irsa_auditor_not_read', labels: {}, value: report.gaps.length });
  },
  300_000,
);

test('a name with what the format escapes comes back as it is shown', async () => {
  const cluster = `a\\b"c\nd${hostileName}`;
  const samples = await parse(renderPrometheus(aReport({ findings: [{ ...aFinding(), clusterName: cluster }] })));
  const [label] = samples
    .filter(({ name }) => name === 'irsa_auditor_rule_findings')
    .map(({ labels }) => labels.cluster);
  expect(label).toMatch(/^a\\b"c\\nd<script>/);
}, 300_000);

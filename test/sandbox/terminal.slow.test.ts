import { beforeAll, describe, expect, test } from '@jest/globals';
import { renderOverview } from '../../lib/report/overview/overview.ts';
import { displayWidth } from '../../lib/text/visible-text.ts';
import { type RunDocument, runDocument } from '../../sandbox/run-document.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { golden } from '../support/golden.ts';

let document: RunDocument;
beforeAll(async () => {
  const sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
  try {
    document = runDocument(await sandbox.run('run-1'));
  } finally {
    await sandbox.stop();
  }
});

const shown = (width: number) =>
  renderOverview({ ...document, transitions: [], factChanges: [] }, { colour: false, width });

const steady = (text: string): string => text.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/, '2026-11-01T06:00:00.000Z');

describe('the first run of the sandbox on a terminal', () => {
  test('is the golden transcript, at 80 columns', () => {
    golden('terminal-80.txt', steady(shown(80)));
  });

  test.each([60, 80, 120])('has at %i columns no line that is wider, and breaks no name', width => {
    const text = shown(width);
    const lines = text.split('\n');
    expect(lines.filter(line => displayWidth(line) > width)).toEqual([]);
    const { clusters, roles } = namesOf(document);
    expect(roles.length).toBeGreaterThan(10);
    for (const name of [...clusters, ...roles]) expect(text).toContain(name);
  });

  test('is at most 80 lines of 80 columns, with a line for each finding that counts what is folded under it', () => {
    const lines = shown(80).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(80);
    for (const { id, severity, explains } of document.findings) {
      const at = lines.findIndex(line => line.startsWith(`  ${id.slice(0, 8)}`));
      const heading = lines.slice(0, at).findLast(line => /^[A-Z]+ {2}\d+ finding/.test(line));
      const own = [lines[at], ...(lines[at + 1]?.startsWith('   ') ? [lines[at + 1]] : [])].join(' ');
      expect([id, heading?.split(' ')[0], /\(\+(\d+)\)/.exec(own)?.[1]]).toEqual([
        id,
        severity.toUpperCase(),
        explains.length === 0 ? undefined : `${explains.length}`,
      ]);
    }
  });

  test('has no ARN and no URL in it', () => {
    expect(shown(80)).not.toMatch(/arn:|https?:/);
  });
});

/** Names that the list must show whole. */
const namesOf = ({ findings }: RunDocument) => ({
  clusters: findings.flatMap(({ clusterName }) => clusterName ?? []),
  roles: findings.flatMap(({ roleArn }) =>
    roleArn === undefined ? [] : [roleArn.slice(roleArn.lastIndexOf('/') + 1)],
  ),
});

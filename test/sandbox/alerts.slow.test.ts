import { beforeAll, describe, expect, test } from '@jest/globals';
import { consoleLinks } from '../../lib/audit/console-links.ts';
import { routeDigest } from '../../lib/history/routing.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { adaptiveCard } from '../../lib/notify/teams-message.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { drift } from '../../sandbox/drift.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { golden } from '../support/golden.ts';
import { slackText } from '../support/slack-text.ts';

let digests: readonly Digest[];
beforeAll(async () => {
  const sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
  try {
    const first = await sandbox.run('run-1');
    await drift(sandbox);
    digests = [...first.digests, ...(await sandbox.run('run-2')).digests];
  } finally {
    await sandbox.stop();
  }
});

const links = { report: consoleLinks('eu-west-1')?.object('irsa-auditor-reports', 'latest/report.html') ?? '' };
const page = { report: 'https://reports.example.com/report.html', console: 'https://console.example.com/run' };

/** The certificates of the sandbox are made for each run, and with them thumbprints and the digest's id; so is the time. */
const steady = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{40}\b/g, '0'.repeat(40))
    .replace(/((?:ID| ·) )[0-9a-f]{32}\b/g, `$1${'0'.repeat(32)}`)
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '2026-11-01T06:00:00.000Z');

const emailOf = (digest: Digest): string => {
  const { subject, body } = digestText({ ...digest, links });
  return steady(`Subject: ${subject}\n\n${body}`);
};

describe.each([1, 2])('the alerts of run %i of the sandbox', run => {
  const digest = (): Digest => {
    const found = digests[run - 1];
    if (found === undefined) throw new Error('no digest');
    return found;
  };

  test('are the golden email and the golden Slack message', () => {
    golden(`email-run-${run}.txt`, emailOf(digest()));
    const message = slackMessage({ ...digest(), links: page });
    golden(`slack-run-${run}.json`, steady(`${JSON.stringify(message, undefined, 2)}\n`));
    golden(`slack-run-${run}.txt`, steady(slackText(message.blocks)));
  });

  test('have the report before any command', () => {
    const texts = [
      emailOf(digest()),
      slackText(slackMessage({ ...digest(), links: page }).blocks),
      JSON.stringify(adaptiveCard({ ...digest(), links: page })),
    ];
    for (const text of texts) {
      const at = text.search(/Report: https|Open in the report/);
      expect(at).toBeGreaterThan(0);
      expect(text.search(/irsa-auditor (findings|fix) /)).toBeGreaterThan(at);
    }
  });

  test('are at most 40 lines of email, with no command of more than 120 characters', () => {
    const lines = emailOf(digest()).trimEnd().split('\n').slice(2);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter(line => line.startsWith('    ') && line.length > 124)).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/npx/);
  });
});

describe('a team', () => {
  const wantedBy = (...owners: readonly string[]) =>
    (routeDigest(digests[0] ?? ({} as Digest), { owners })?.transitions ?? []).map(({ after }) => after.finding);

  test('gets what is about a namespace with its label, and nothing else', () => {
    const findings = wantedBy('team-orders');
    expect(findings.length).toBeGreaterThan(3);
    for (const { clusterName, namespace } of findings) expect([clusterName, namespace]).toEqual(['store', 'orders']);
    const all = (digests[0]?.transitions ?? []).map(({ after }) => after.finding);
    expect(findings.length).toBe(
      all.filter(({ clusterName, namespace }) => `${clusterName} ${namespace}` === 'store orders').length,
    );
  });

  test('gets what is about a cluster with its tag', () => {
    const findings = wantedBy('team-payments');
    expect(findings.length).toBeGreaterThan(0);
    for (const { clusterName } of findings) expect(clusterName).toBe('payments');
  });

  test('that owns nothing gets nothing', () => {
    expect(wantedBy('orders', 'payments', '')).toEqual([]);
  });
});

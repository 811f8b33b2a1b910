import type { Digest } from '../../lib/history/transition.ts';
import { aFinding, aTransition, hostileName, known } from '../report/sample-report.ts';

/** A digest with two transitions and a changed fact. */
export const aDigest = (over: Partial<Digest> = {}): Digest => ({
  id: '0123456789abcdef0123456789abcdef',
  runId: '2026-11-01T06:00:00.000Z-7d1f',
  at: '2026-11-01T06:00:00.000Z',
  transitions: [
    aTransition(),
    aTransition({
      kind: 'resolved',
      before: known(aFinding({ id: 'b'.repeat(32), severity: 'medium', ruleId: 'provider-orphaned' })),
      after: known(aFinding({ id: 'b'.repeat(32), severity: 'medium', ruleId: 'provider-orphaned' }), {
        status: 'resolved',
      }),
      summary: 'provider-orphaned resolved',
    }),
  ],
  factChanges: [
    {
      kind: 'issuer-chain',
      subject: 'https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE',
      accountId: '111122223333',
      before: '9e99a48a',
      after: '06b25927',
      at: '2026-11-01T06:00:00.000Z',
      runId: '2026-11-01T06:00:00.000Z-7d1f',
    },
  ],
  openBySeverity: { critical: 0, high: 2, medium: 1, low: 0, info: 4 },
  gaps: 1,
  links: { console: 'https://console.example/execution', report: 'https://reports.example/report.html' },
  ...over,
});

/** A digest of `count` transitions in which every text of the world is hostile. */
export const aHostileDigest = (count = 40, text = hostileName): Digest =>
  aDigest({
    transitions: Array.from({ length: count }, (_, index) =>
      aTransition({
        summary: text,
        after: known(
          aFinding({
            id: index.toString(16).padStart(32, '0'),
            message: `<!channel> @here ${text}`.repeat(20),
            clusterName: text,
            subject: text,
            fix: { summary: text.repeat(30), commands: [text.repeat(5)] },
          }),
        ),
      }),
    ),
    factChanges: [],
    links: { console: 'javascript:alert(1)' },
  });

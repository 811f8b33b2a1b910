import { expect, test } from '@jest/globals';
import { findings, pages } from '../../../lambdas/shared/compose-documents.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { useDeployedFunction } from '../../support/deployed-function.ts';

const bodies = useDeployedFunction({ retention: { historyDays: 11 } }, () => '{}');

test('the table of the stack keeps as long as the configuration says', async () => {
  const startedAt = '2026-11-01T06:00:00.000Z';
  await findings().recordSkipped({ runId: 'run-1', startedAt, skippedFor: 'run-0' });
  expect(bodies.at(-1)).toContain(`{"N":"${Date.parse(startedAt) / 1000 + 11 * 86_400}"}`);
});

test('a page says which version made it', () => {
  expect(pages().toolVersion).toBe(packageJson.version);
});

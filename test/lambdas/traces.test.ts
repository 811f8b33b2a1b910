import { createSocket } from 'node:dgram';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';

/** Takes the trace segments of this process, and a message to a webhook. */
const daemon = createSocket('udp4');
const segments: string[] = [];
const seen: IncomingHttpHeaders[] = [];
const webhook = createServer((request, response) => {
  seen.push(request.headers);
  response.end('ok');
});
const before = { ...process.env };

beforeAll(async () => {
  await new Promise<void>(resolve => daemon.bind(0, '127.0.0.1', () => resolve()));
  await new Promise<void>(resolve => webhook.listen(0, '127.0.0.1', resolve));
  /** As Lambda sets them; the tracer reads them when it is loaded. */
  Object.assign(process.env, {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    AWS_LAMBDA_FUNCTION_NAME: 'irsa-auditor-notify-drift',
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
    POWERTOOLS_SERVICE_NAME: 'irsa-auditor',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    AWS_REGION: 'eu-west-1',
  });
});
afterAll(() => {
  process.env = before;
  daemon.close();
  webhook.closeAllConnections();
  webhook.close();
});

test('a trace has the step and nothing of a webhook; the webhook gets no trace header', async () => {
  const { stepHandler } = await import('../../lambdas/shared/step-handler.ts');
  const { notifyEvent } = await import('../../lib/audit/events.ts');
  const { slackWebhookNotifier } = await import('../../lib/notify/webhook-notifiers.ts');
  const { testDigest } = await import('../../lib/notify/test-digest.ts');
  const { port } = webhook.address() as AddressInfo;
  const slack = slackWebhookNotifier(
    { name: 'slack', secretName: 's' },
    {
      readSecret: async () => `http://127.0.0.1:${port}/services/T0/B0/the-secret-part`,
      now: Date.now,
      post: { allowLoopback: true },
    },
  );
  const arrived = new Promise<void>(resolve =>
    daemon.on('message', message => {
      segments.push(String(message));
      if (/"name":"## /.test(String(message))) resolve();
    }),
  );
  const handler = stepHandler('notify-drift', notifyEvent, () => slack.send(testDigest('2026-11-02T03:00:00.000Z')));
  const event = { runId: 'r1', startedAt: '2026-11-02T03:00:00.000Z', accounts: [] };
  expect(await handler(event, { functionName: 'f', awsRequestId: 'x' } as Context)).toBe('sent');
  await arrived;
  expect(seen).toHaveLength(1);
  expect(Object.keys(seen[0] ?? {})).not.toContain('x-amzn-trace-id');
  expect(segments.join('\n')).toContain('## ');
  expect(segments.join('\n')).not.toMatch(/the-secret-part|127\.0\.0\.1/);
});

/** The messages of `cluster-job`, and its words for those that were refused. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { applyEvents, applyPolicyReport, pushMetrics } from '../../../lib/cli/cluster-job/deliver.ts';
import type { KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { policyReportOf } from '../../../lib/report/formats/policy-report.ts';
import { renderPrometheus } from '../../../lib/report/formats/prometheus.ts';
import { kubernetesEvents } from '../../../lib/report/kubernetes-events.ts';
import { aFinding, aReport } from '../../report/sample-report.ts';

type Sent = Parameters<KubernetesApi['send']>[0];
/** An API that keeps what it is sent, and refuses the requests of these numbers. */
const apiOf = (...refused: readonly number[]) => {
  const sent: Sent[] = [];
  const api = {
    send: async (request: Sent) => {
      sent.push(request);
      return refused.includes(sent.length)
        ? { ok: false, reason: { kind: 'denied', operation: 'patch', message: `no\n${sent.length}\u202e` } }
        : { ok: true, value: {} };
    },
  } as unknown as KubernetesApi;
  return { api, sent };
};
const workload = { clusterName: 'shop', namespace: 'check out', serviceAccount: 'cart/x' };
const report = aReport({
  findings: ['1', '2', '3'].map(digit => aFinding({ id: digit.repeat(32), subject: `s${digit}`, ...workload })),
});

test('the report is set as a whole', async () => {
  const { api, sent } = apiOf();
  expect(await applyPolicyReport(api, report)).toEqual([]);
  expect(sent).toEqual([
    {
      ...{ verb: 'patch', resource: 'clusterpolicyreports', apiGroup: 'wgpolicyk8s.io' },
      path: '/apis/wgpolicyk8s.io/v1alpha2/clusterpolicyreports/irsa-auditor?fieldManager=irsa-auditor&force=true',
      body: policyReportOf(report),
    },
  ]);
  expect(await applyPolicyReport(apiOf(1).api, report)).toEqual([
    'the ClusterPolicyReport was not applied: no 1\u202e',
  ]);
});

test('each event is set by its name, also after one that is refused', async () => {
  const events = kubernetesEvents(report, 'shop');
  expect(events.length).toBe(3);
  const { api, sent } = apiOf();
  expect(await applyEvents(api, report, 'shop')).toEqual([]);
  expect(sent).toEqual(
    events.map(event => ({
      ...{ verb: 'patch', resource: 'events', apiGroup: '', body: event },
      path: `/api/v1/namespaces/check%20out/events/${encodeURIComponent(event.metadata.name)}?fieldManager=irsa-auditor&force=true`,
    })),
  );
  const refusing = apiOf(1, 3);
  expect(await applyEvents(refusing.api, report, 'shop')).toEqual(['2 of 3 events were not applied: no 1\u202e']);
  expect(refusing.sent).toHaveLength(3);
  expect(await applyEvents(apiOf().api, report, 'other')).toEqual([]);
});

interface Pushed {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}
const withGateway = async <T>(status: number, use: (url: URL, pushed: readonly Pushed[]) => Promise<T>): Promise<T> => {
  const pushed: Pushed[] = [];
  const gateway = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    pushed.push({ method: request.method, path: request.url, type: request.headers['content-type'], body });
    response.writeHead(status, status === 307 ? { location: '/elsewhere' } : {}).end('answer');
  });
  await new Promise<void>(done => gateway.listen(0, '127.0.0.1', done));
  try {
    return await use(new URL(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}/base/`), pushed);
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
};

test('the Pushgateway has fifteen seconds for an answer', async () => {
  const timeout = jest.spyOn(AbortSignal, 'timeout');
  await withGateway(200, async url => expect(await pushMetrics(url, report, 'c')).toEqual([]));
  expect(timeout.mock.calls).toEqual([[15_000]]);
  timeout.mockRestore();
});

test('metrics are put into the group of the cluster; a redirect is not followed', async () => {
  await withGateway(202, async (url, pushed) => {
    expect(await pushMetrics(url, report, 'a/b c')).toEqual([]);
    expect(pushed).toEqual([
      {
        ...{ method: 'PUT', path: '/base/metrics/job/irsa-auditor/eks_cluster/a%2Fb%20c' },
        ...{ type: 'text/plain; version=0.0.4', body: renderPrometheus(report) },
      },
    ]);
  });
  await withGateway(503, async url =>
    expect(await pushMetrics(url, report, 'c')).toEqual([`the Pushgateway ${url.host} answered 503, wanted 200`]),
  );
  await withGateway(307, async (url, pushed) => {
    expect(await pushMetrics(url, report, 'c')).toEqual([
      expect.stringMatching(`^the Pushgateway ${url.host} was not reached: .*redirect`),
    ]);
    expect(pushed).toHaveLength(1);
  });
});

import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { policyReportOf } from '../../report/formats/policy-report.ts';
import { renderPrometheus } from '../../report/formats/prometheus.ts';
import { kubernetesEvents } from '../../report/kubernetes-events.ts';
import type { RunReport } from '../../report/run-report.ts';
import { oneLine } from '../../text.ts';

/** Why something was not delivered, one sentence each; empty where all was. */
export type Undelivered = readonly string[];

/** Sets the ClusterPolicyReport `irsa-auditor` as a whole. */
export const applyPolicyReport = async (api: KubernetesApi, report: RunReport): Promise<Undelivered> => {
  const answer = await api.send({
    verb: 'patch',
    resource: 'clusterpolicyreports',
    apiGroup: 'wgpolicyk8s.io',
    path: `/apis/wgpolicyk8s.io/v1alpha2/clusterpolicyreports/irsa-auditor?${applied}`,
    body: policyReportOf(report),
  });
  return answer.ok ? [] : [`the ClusterPolicyReport was not applied: ${oneLine(answer.reason.message)}`];
};

/** Sets the events, one after the other. One that is refused, as in a namespace that has gone, does not stop the next. */
export const applyEvents = async (api: KubernetesApi, report: RunReport, cluster: string): Promise<Undelivered> => {
  const events = kubernetesEvents(report, cluster);
  const reasons: string[] = [];
  for (const event of events) {
    const { namespace, name } = event.metadata;
    const answer = await api.send({
      verb: 'patch',
      resource: 'events',
      apiGroup: '',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events/${encodeURIComponent(name)}?${applied}`,
      body: event,
    });
    if (!answer.ok) reasons.push(oneLine(answer.reason.message));
  }
  const [first] = reasons;
  return first === undefined ? [] : [`${reasons.length} of ${events.length} events were not applied: ${first}`];
};

const applied = 'fieldManager=irsa-auditor&force=true';

/** Puts the metrics in the group of this cluster, in place of those of the run before (Pushgateway, `PUT`). */
export const pushMetrics = async (gateway: URL, report: RunReport, cluster: string): Promise<Undelivered> => {
  const base = gateway.href.replace(/\/$/, '');
  try {
    const answer = await fetch(`${base}/metrics/job/irsa-auditor/eks_cluster/${encodeURIComponent(cluster)}`, {
      method: 'PUT',
      body: renderPrometheus(report),
      headers: { 'content-type': 'text/plain; version=0.0.4' },
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    });
    await answer.body?.cancel();
    return answer.ok ? [] : [`the Pushgateway ${gateway.host} answered ${answer.status}, wanted 200`];
  } catch (error) {
    const { cause } = error as Error;
    return [`the Pushgateway ${gateway.host} was not reached: ${oneLine(String(cause ?? error))}`];
  }
};

import { atLeast, type Finding } from '../model.ts';
import { fixInWords } from '../plan/chosen-fix.ts';
import { cut, visible } from '../text.ts';
import type { RunReport } from './run-report.ts';
import { activeFindings } from './summary.ts';

/** Most events of one run: a cluster's API server is no store of findings. */
const maxEvents = 100;
/** Kubernetes refuses a longer message of an event (`ValidateEvent`). */
const maxMessage = 1024;

/** An event of the core group, as it is applied. */
interface KubernetesEvent {
  readonly apiVersion: 'v1';
  readonly kind: 'Event';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly involvedObject: {
    readonly apiVersion: 'v1';
    readonly kind: 'ServiceAccount';
    readonly namespace: string;
    readonly name: string;
  };
  readonly type: 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly source: { readonly component: string };
}

/**
 * One event for each finding about a service account of this cluster, as `kubectl events --for serviceaccount/NAME` shows it: low
 * or worse, not waived, the worst hundred. The name is the finding's id: the next run renews the event, and an hour after
 * the last run that found it the API server forgets it. Findings about AWS's resources have no object in the cluster.
 */
export const kubernetesEvents = (report: RunReport, clusterName: string): readonly KubernetesEvent[] =>
  activeFindings(report)
    .filter(finding => finding.clusterName === clusterName && atLeast(finding.severity, 'low'))
    .flatMap(finding => eventOf(finding, report.endedAt.replace(/\.\d+Z$/, 'Z')))
    .slice(0, maxEvents);

const eventOf = (finding: Finding, at: string): readonly KubernetesEvent[] => {
  const { namespace, serviceAccount, id, ruleId, message, fix } = finding;
  if (namespace === undefined || serviceAccount === undefined) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `irsa-auditor.${id}`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: serviceAccount },
      type: 'Warning',
      reason: ruleId.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      message: bounded(visible(`${message} Fix: ${fixInWords(fix)}`)),
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: 'irsa-auditor' },
    },
  ];
};

/** Kubernetes counts bytes. */
const bounded = (text: string): string =>
  Buffer.byteLength(text) <= maxMessage ? text : cut(text, Math.floor(maxMessage / 4));

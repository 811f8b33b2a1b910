import { agentAddon, agentBeside, type ClusterSubject, isAgent, isUnhealthy, needsAgent } from '../../facts.ts';
import { createAddon } from '../../fixes/eks-steps.ts';
import {
  type DaemonSetCounts,
  type FixDraft,
  type Pod,
  type ReadFailure,
  readFailuresOf,
  valueOr,
} from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  eksGuide,
  type FailureDraft,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownKindOf,
  type Verdict,
} from '../prelude.ts';

const fail = failures({
  missing: [
    'no Pod Identity agent',
    'cluster {cluster} has no EKS Pod Identity Agent: pods with Pod Identity get no credentials',
  ],
  gone: [
    'no Pod Identity agent runs',
    'cluster {cluster} has the add-on of the EKS Pod Identity Agent, and neither its DaemonSet nor a pod of it: pods with Pod Identity get no credentials',
  ],
  noNode: [
    'agent selects no node',
    'the DaemonSet of the EKS Pod Identity Agent selects no node of cluster {cluster}: pods with Pod Identity get no credentials',
  ],
  notReady: [
    'agent is not ready',
    'the EKS Pod Identity Agent of cluster {cluster} is ready on {ready} of {desired:node}: pods with Pod Identity get no credentials on the others',
  ],
  notBeside: [
    'no agent on their node',
    'no EKS Pod Identity Agent is ready on {nodes} of cluster {cluster}: pods with Pod Identity get no credentials there',
  ],
  addon: [
    'add-on is unhealthy',
    'EKS says that the EKS Pod Identity Agent of cluster {cluster} is {status}: pods with Pod Identity may get no credentials',
  ],
});

/** Pods with Pod Identity ask an agent on their node (docs/facts.md §H.3). The pods of the agent decide before the counts of its
 *  DaemonSet, and these before the add-on. */
export const podIdentityAgentMissing = defineRule({
  id: 'pod-identity-agent-missing',
  kind: 'cluster',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'webhook-injection',
  title: 'Pods with Pod Identity have its agent on their node',
  fault: 'Pods with Pod Identity have no agent on their node',
  says: fail.says,
  needs: ['addons', 'pods'],
  why: 'The variables of Pod Identity point to an agent on the node of the pod. Where none is ready there, every call for credentials fails, whatever the add-on is called. Medium where the agent is ready on some nodes and those of the pods are not known, or where EKS alone says that the add-on is unhealthy.',
  fix: 'Install the add-on eks-pod-identity-agent, or let its DaemonSet run on the nodes of the pods. EKS Auto Mode has the agent built in.',
  references: [
    eksGuide('pod-id-agent-setup'),
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
    'docs/facts.md §H.3',
  ],
  check: subject => {
    const { cluster, snapshot } = subject;
    if (cluster.autoMode || snapshot.kubernetes.status === 'unavailable') return notApplicable;
    const section = snapshot.kubernetes.value.pods;
    const pods = valueOr(section, []);
    const agents = pods.filter(isAgent);
    const users = Map.groupBy(pods.filter(needsAgent), pod => agentBeside(pod, agents));
    const [without = [], open = []] = [users.get('unready'), users.get('unknown')];
    const [gap] = readFailuresOf(section);
    if (without.length + open.length === 0 && (!gap || agents.length > 0 || addonOf(subject) !== undefined))
      return pass;
    return gap ? unread(subject, gap) : withoutAgent({ subject, agents, without, open });
  },
});

/** The pods of a cluster that ask the agent and are not seen to have one on their node, with the agent's own. */
interface Asking {
  readonly subject: ClusterSubject;
  readonly agents: readonly Pod[];
  /** On their node is none that is ready. */
  readonly without: readonly Pod[];
  /** The pods alone do not tell. */
  readonly open: readonly Pod[];
}

const withoutAgent = (asking: Asking): Verdict => {
  const { subject, agents, without, open } = asking;
  const { kubernetes } = subject.snapshot;
  const section = kubernetes.status === 'unavailable' ? undefined : kubernetes.value.podIdentityAgent;
  const counts = section && valueOr(section, undefined);
  const isReadySomewhere = agents.some(({ ready }) => ready);
  if (counts?.ready === 0 && !isReadySomewhere) return byCounts(asking, counts);
  if (without.length > 0) return besideNone(asking);
  if (counts && counts.ready < counts.desired) return byCounts(asking, counts);
  const addon = addonOf(subject);
  if (counts) return agents.length === 0 && isUnhealthy(addon?.detail?.status) ? byAddon(asking) : pass;
  if (section?.status === 'unavailable' && (addon || agents.length > 0)) return unread(subject, section.reason);
  if (section === undefined && (addon || agents.length > 0)) return pass;
  if (agents.length > 0)
    return isReadySomewhere ? pass : unknown('unread', `whether the agent of ${open[0]?.name} is ready`);
  const unlisted = readFailuresOf(subject.snapshot.addons).find(isOfList);
  return unlisted && !addon ? unread(subject, unlisted) : nothingRuns(asking);
};

const addonOf = ({ snapshot: { addons } }: ClusterSubject) =>
  valueOr(addons, []).find(({ name }) => name === agentAddon);

/** An add-on that could not be described hides no other one. */
const isOfList = ({ operation }: ReadFailure): boolean => !operation.startsWith('eks:Describe');

const unread = ({ cluster }: ClusterSubject, gap: ReadFailure): Verdict =>
  unknown(unknownKindOf(gap), `whether ${cluster.name} runs the agent (${gap.operation}: ${gap.message})`);

const nothingRuns = (asking: Asking): Verdict => {
  const { cluster } = asking.subject;
  const isInstalled = addonOf(asking.subject) !== undefined;
  return failed(
    told(asking, fail[isInstalled ? 'gone' : 'missing']({ cluster: cluster.name })).fix(
      isInstalled
        ? look('Install the add-on eks-pod-identity-agent again')
        : { summary: 'Install the EKS Pod Identity Agent.', steps: [createAddon(cluster, agentAddon)] },
    ),
  );
};

const byCounts = (asking: Asking, { desired, ready }: DaemonSetCounts): Verdict => {
  const { name: cluster } = asking.subject.cluster;
  const draft = desired === 0 ? fail.noNode({ cluster }) : fail.notReady({ cluster, ready, desired });
  return failed(
    told(asking, draft)
      .volatile(desired === 0 ? undefined : ['ready', 'desired'])
      .changing(
        `DaemonSet ${agentAddon}`,
        `get daemonsets/${agentAddon}`,
        phrase('ready on {ready} of {desired:node}', { ready, desired }),
      )
      .severity(ready === 0 ? undefined : 'medium')
      .fix(
        desired === 0
          ? look('Change nodeSelector and affinity of the DaemonSet so that it selects the nodes of these pods')
          : look('Make the pods of the DaemonSet ready'),
      ),
  );
};

const besideNone = (asking: Asking): Verdict => {
  const nodes = [...new Set(asking.without.map(({ node = '' }) => node))].sort();
  const draft = fail.notBeside({ cluster: asking.subject.cluster.name, nodes }).volatile(['nodes']);
  return failed(
    told({ ...asking, open: [] }, draft).fix(
      look(`Let a pod of the DaemonSet run and be ready on ${nodes.length === 1 ? 'this node' : 'these nodes'}`),
    ),
  );
};

const byAddon = (asking: Asking): Verdict => {
  const { cluster } = asking.subject;
  const { status = '' } = addonOf(asking.subject)?.detail ?? {};
  return failed(
    told(asking, fail.addon({ cluster: cluster.name, status }))
      .severity('medium')
      .fix(look('Make the add-on healthy')),
  );
};

/** The pods that get no credentials, and what EKS says of the add-on. */
const told = ({ subject, without, open }: Asking, draft: FailureDraft): FailureDraft => {
  const { cluster, snapshot } = subject;
  const users = [...without, ...open];
  const addons = valueOr(snapshot.addons, []).map(({ name }) => name);
  const { status, health } = addonOf(subject)?.detail ?? {};
  const listed = draft
    .changing(
      'pods with Pod Identity',
      `pods of cluster ${cluster.name}`,
      phrase('{count:pod}: {names}', { count: users.length, names: users.map(({ name }) => name) }),
    )
    .evidence('add-ons', 'eks:ListAddons', addons.length === 0 ? '(none)' : phrase('{addons}', { addons }), agentAddon);
  return status === undefined
    ? listed
    : listed.evidence(
        `add-on ${agentAddon}`,
        'eks:DescribeAddon',
        health === undefined ? status : `${status}: ${health}`,
      );
};

/** `kubectl` and EKS say why the agent does not run; no step is certain to help. */
const look = (summary: string): FixDraft => ({
  summary: `${summary}: kubectl --namespace kube-system describe daemonset ${agentAddon} and the events of its pods say why it does not run there.`,
  choice: 'What keeps the agent from these nodes: a node selector, a taint, resources, or its image.',
});

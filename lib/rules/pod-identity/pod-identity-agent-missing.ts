import { agentAddon as agent, isAgent } from '../../facts/pod-identity-agent.ts';
import { hasPodIdentityAlone } from '../../facts/pod-injection.ts';
import type { ClusterSubject } from '../../facts/subjects.ts';
import { createAddon } from '../../fixes/eks-steps.ts';
import { readFailuresOf, valueOr } from '../../model/collected.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, unknown, unknownKindOf } from '../define-rule.ts';
import { type Failure, failures } from '../failure.ts';
import { eksGuide } from '../references.ts';

const fail = failures({
  missing: [
    'no Pod Identity agent',
    'cluster {cluster} has no EKS Pod Identity Agent: pods with Pod Identity get no credentials',
  ],
});

/** Pods with Pod Identity ask an agent on their node (docs/facts.md §H.3). */
export const podIdentityAgentMissing = defineRule({
  id: 'pod-identity-agent-missing',
  kind: 'cluster',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'webhook-injection',
  title: 'Clusters whose pods have Pod Identity run its agent',
  fault: 'The cluster does not run the agent of Pod Identity',
  says: fail.says,
  needs: ['addons', 'pods'],
  why: 'The variables of Pod Identity point to an agent on the node. Without it every call for credentials fails.',
  fix: 'Install the add-on eks-pod-identity-agent. EKS Auto Mode has the agent built in.',
  references: [eksGuide('pod-id-agent-setup'), 'docs/facts.md §H.3'],
  check: subject => {
    const { cluster, snapshot } = subject;
    const { kubernetes, addons } = snapshot;
    if (cluster.autoMode || kubernetes.status === 'unavailable') return notApplicable;
    const names = valueOr(addons, []).map(({ name }) => name);
    const section = kubernetes.value.pods;
    const pods = valueOr(section, []);
    if (names.includes(agent) || pods.some(isAgent)) return pass;
    const users = pods.filter(pod => asksAgent(pod) && !pod.onFargate && !pod.isWindows);
    const gap = [addons, section].flatMap(readFailuresOf).find(isOfLists);
    if (gap)
      return unknown(unknownKindOf(gap), `whether ${cluster.name} runs the agent (${gap.operation}: ${gap.message})`);
    return users.length === 0 ? pass : failureOf(subject, users, names);
  },
});

/** An add-on that could not be described hides no other one. */
const isOfLists = ({ operation }: { readonly operation: string }): boolean => !operation.startsWith('eks:Describe');

/** Its credentials come from the agent's address alone, and not from a server of its own. */
const asksAgent = (pod: Pod): boolean =>
  hasPodIdentityAlone(pod) &&
  (pod.volumes.some(({ name }) => name === 'eks-pod-identity-token') ||
    pod.containers.some(({ irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri = '' } }) =>
      /^http:\/\/(?:169\.254\.170\.23|\[fd00:ec2::23\])\//i.test(uri),
    ));

const failureOf = ({ cluster }: ClusterSubject, users: readonly Pod[], addons: readonly string[]): Failure =>
  fail
    .missing({ cluster: cluster.name })
    .changing(
      'pods with Pod Identity',
      `pods of cluster ${cluster.name}`,
      phrase('{count:pod}: {names}', { count: users.length, names: users.map(({ name }) => name) }),
    )
    .evidence('add-ons', 'eks:ListAddons', addons.length === 0 ? '(none)' : phrase('{addons}', { addons }), agent)
    .fix({
      summary: 'Install the EKS Pod Identity Agent.',
      steps: [createAddon(cluster, agent)],
    });

/** The agent that pods with EKS Pod Identity ask (docs/facts.md §H.3). */
import type { Pod } from '../model.ts';
import { hasPodIdentityAlone } from './pod-injection.ts';

/** The name of its add-on, and of the DaemonSet that the add-on and the chart make. */
export const agentAddon = 'eks-pod-identity-agent';

/** The pods of the agent, however it was installed: its label or image, or the DaemonSet or container of its chart. A name that only
 *  resembles these is no agent. */
export const isAgent = ({ isPodIdentityAgent, owner, containers }: Pod): boolean =>
  isPodIdentityAgent === true ||
  (owner?.kind === 'DaemonSet' && (owner.name === agentAddon || owner.name.startsWith(`${agentAddon}-`))) ||
  containers.some(({ name }) => name === agentAddon);

/** True for a pod that asks an agent on its node: its credentials come from the agent's address alone, and not from a server of its
 *  own. On Fargate and Windows no agent runs. */
export const needsAgent = (pod: Pod): boolean =>
  hasPodIdentityAlone(pod) &&
  !pod.onFargate &&
  !pod.isWindows &&
  (pod.volumes.some(({ name }) => name === 'eks-pod-identity-token') ||
    pod.containers.some(({ irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri = '' } }) =>
      /^http:\/\/(?:169\.254\.170\.23|\[fd00:ec2::23\])\//i.test(uri),
    ));

/** Whether an agent is ready on the node of a pod, as the pods alone show it: a pod asks that of its own node and no other one. */
export const agentBeside = ({ node }: Pod, agents: readonly Pod[]): 'ready' | 'unready' | 'unknown' => {
  if (node === undefined || agents.every(agent => agent.node === undefined)) return 'unknown';
  const here = agents.filter(agent => agent.node === node);
  if (here.some(({ ready }) => ready)) return 'ready';
  return here.some(({ ready }) => ready === undefined) ? 'unknown' : 'unready';
};

/** Of the states of an add-on those in which EKS could not make it run, or it does not (EKS API Reference, `Addon`). */
export const isUnhealthy = (status: string | undefined): boolean => status === 'CREATE_FAILED' || status === 'DEGRADED';

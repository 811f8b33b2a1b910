/** The DaemonSet of the EKS Pod Identity Agent, where pods that ask the agent are not seen to have one. */
import * as z from 'zod';
import { agentAddon, agentBeside, isAgent, needsAgent } from '../../facts.ts';
import { type Collected, complete, type KubernetesFacts, type Pod, unavailable, valueOr } from '../../model.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

const count = z.number().int().min(0);
const body = z.object({ status: z.object({ desiredNumberScheduled: count, numberReady: count }) });

/** Undefined where no pod asks the agent, or each has a ready one on its node. The DaemonSet is looked for in the namespace of the agent's
 *  pods, or where its chart puts it. */
export const readPodIdentityAgent = async (
  api: KubernetesApi,
  section: Collected<readonly Pod[]>,
): Promise<KubernetesFacts['podIdentityAgent']> => {
  const pods = valueOr(section, []);
  const agents = pods.filter(isAgent);
  if (!pods.some(pod => needsAgent(pod) && agentBeside(pod, agents) !== 'ready')) return undefined;
  const resource = `daemonsets/${agentAddon}`;
  const namespace = agents[0]?.namespace ?? 'kube-system';
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}`;
  const answer = await api.send({ verb: 'get', resource, apiGroup: 'apps', name: agentAddon, path });
  if (!answer.ok) return answer.reason.kind === 'not-found' ? complete(undefined) : unavailable(answer.reason);
  const { data } = body.safeParse(answer.body);
  if (data !== undefined)
    return complete({ desired: data.status.desiredNumberScheduled, ready: data.status.numberReady });
  return unavailable({
    kind: 'invalid',
    operation: `get ${resource}`,
    message: `the answer has not the form of ${resource}`,
  });
};

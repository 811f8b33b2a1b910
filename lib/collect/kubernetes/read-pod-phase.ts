import * as z from 'zod';
import { worldName } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

const podBody = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ deletionTimestamp: z.string().nullish() }),
  status: z.object({ phase: worldName.optional() }).nullish(),
});

/** In which state a pod is that is not among the running and pending ones: `Failed`, `Succeeded`, `Terminating`. Undefined
 *  where there is none of this name, or it could not be read. */
export const readPodPhase = async (
  api: KubernetesApi,
  namespace: string,
  name: string,
): Promise<string | undefined> => {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const answer = await api.send({ verb: 'get', resource: 'pods', path, name });
  const pod = answer.ok ? podBody.safeParse(answer.body).data : undefined;
  if (pod === undefined) return undefined;
  return pod.metadata.deletionTimestamp ? 'Terminating' : (pod.status?.phase ?? 'Unknown');
};

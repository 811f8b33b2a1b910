/** The agent that pods with EKS Pod Identity ask (docs/facts.md §H.3). */
import type { Pod } from '../model/kubernetes.ts';

/** The name of its add-on. */
export const agentAddon = 'eks-pod-identity-agent';

/** The pods of the agent, however it was installed: its chart and its add-on name label, image, owner and container so. */
export const isAgent = ({ name, owner, containers, isPodIdentityAgent }: Pod): boolean =>
  isPodIdentityAgent === true ||
  [name, owner?.name ?? '', ...containers.map(container => container.name)].some(text =>
    text.includes('pod-identity-agent'),
  );

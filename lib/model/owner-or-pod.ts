import type { Pod, PodOwner } from './kubernetes.ts';

/** The thing that a person would restart: the owner of a pod, or a pod without one. */
export const ownerOrPod = ({ owner, name }: Pick<Pod, 'owner' | 'name'>): PodOwner => owner ?? { kind: 'Pod', name };

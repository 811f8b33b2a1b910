/** What the webhook did to a pod, as far as its specification shows (docs/facts.md §D.2, §D.4). */
import { skipContainersKey } from '../model/irsa-annotation.ts';
import type { Pod, PodContainer } from '../model/kubernetes.ts';

const roleVariable = 'AWS_ROLE_ARN';
const tokenVariable = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const tokenVolume = 'aws-iam-token';
/** Directory into which the webhook mounts the token; on Windows with `C:` and backslashes. */
const tokenDirectory = 'var/run/secrets/eks.amazonaws.com/serviceaccount';

const has = (container: PodContainer, variable: string): boolean => container.awsVariables.includes(variable);

/** True if the webhook, or somebody by hand, gave the pod anything of IRSA: a variable or a volume with the token. */
export const hasWebIdentity = (pod: Pod, audience: string): boolean =>
  pod.containers.some(container => has(container, roleVariable) || has(container, tokenVariable)) ||
  pod.volumes.some(volume => volume.name === tokenVolume || volume.audience === audience);

/** True if the webhook gave the pod Pod Identity instead: it then lacks IRSA's variables rightly. */
export const hasPodIdentity = (pod: Pod): boolean =>
  pod.volumes.some(volume => volume.name === 'eks-pod-identity-token') ||
  pod.containers.some(container => has(container, 'AWS_CONTAINER_CREDENTIALS_FULL_URI'));

/** True if the pod has Pod Identity and no container has a role by web identity, which SDKs try first (§0.7). */
export const hasPodIdentityAlone = (pod: Pod): boolean =>
  hasPodIdentity(pod) && !pod.containers.some(container => has(container, roleVariable));

/** The role that a container names, if its value stands in the specification; empty values come from elsewhere. */
export const roleOfContainer = (container: PodContainer): string | undefined =>
  container.irsaEnvironment[roleVariable] || undefined;

/** What a container has of IRSA. `complete` is both variables and, where the token lies in the usual place, the mount. */
export const coverageOf = (container: PodContainer): 'complete' | 'lone-variable' | 'no-mount' | 'nothing' => {
  const [role, token] = [has(container, roleVariable), has(container, tokenVariable)];
  if (!role && !token) return 'nothing';
  if (role !== token) return 'lone-variable';
  const { [tokenVariable]: written = '' } = container.irsaEnvironment;
  const path = written.replace(/^C:/i, '').replaceAll('\\', '/');
  const isUsual = path.replace(/^\//, '').startsWith(`${tokenDirectory}/`);
  const mounted = Object.values(container.mounts).some(mount => path.startsWith(mount.replaceAll('\\', '/')));
  return isUsual && !mounted ? 'no-mount' : 'complete';
};

/** Names of the containers that a pod's annotation tells the webhook to skip; blanks are part of a name there. */
export const skippedContainers = (pod: Pod): ReadonlySet<string> =>
  new Set((pod.annotations[skipContainersKey] ?? '').split(',').filter(name => name !== ''));

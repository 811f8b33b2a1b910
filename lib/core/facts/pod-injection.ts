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
export const coverageOf = (container: PodContainer): 'complete' | 'loneVariable' | 'noMount' | 'nothing' => {
  const [role, token] = [has(container, roleVariable), has(container, tokenVariable)];
  if (!role && !token) return 'nothing';
  if (role !== token) return 'loneVariable';
  const { [tokenVariable]: written = '' } = container.irsaEnvironment;
  const path = written.replace(/^C:/i, '').replaceAll('\\', '/');
  const isUsual = path.replace(/^\//, '').startsWith(`${tokenDirectory}/`);
  const mounted = Object.values(container.mounts).some(mount => path.startsWith(mount.replaceAll('\\', '/')));
  return isUsual && !mounted ? 'noMount' : 'complete';
};

/** The role of a container that has all of IRSA in the webhook's own form. Undefined where it is certain that somebody set
 *  it: the webhook adds both variables or neither, and mounts the token in one place. */
export const injectedRoleOf = (container: PodContainer): string | undefined => {
  const file = container.irsaEnvironment[tokenVariable] ?? '';
  const isInPlace = file.replaceAll('\\', '/').includes(`${tokenDirectory}/`) && tokenVolume in container.mounts;
  return isInPlace && has(container, tokenVariable) ? roleOfContainer(container) : undefined;
};

/**
 * Names of the containers that a pod's annotation tells the webhook to skip: the first record of comma-separated values,
 * quoted or not; blanks are part of a name. The webhook skips none where it cannot read the record.
 */
export const skippedContainers = (pod: Pod): ReadonlySet<string> =>
  new Set(firstRecord(pod.annotations[skipContainersKey] ?? '')?.filter(name => name !== ''));

const quotedField = /^"((?:[^"]|"")*)"(?=,|\r?\n|$)/;

/** The fields of the first line that is not empty; undefined where a quote stands in a field that is not quoted (RFC 4180,
 *  as Go's encoding/csv reads it). */
const firstRecord = (text: string): readonly string[] | undefined => {
  const fields: string[] = [];
  for (let rest = text.replace(/^(?:\r?\n)+/, ''); ; ) {
    const quoted = quotedField.exec(rest);
    const field = quoted ? quoted[0] : (/^[^,\r\n]*/.exec(rest)?.[0] ?? '');
    if (!quoted && field.includes('"')) return undefined;
    fields.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : field);
    if (rest[field.length] !== ',') return fields;
    rest = rest.slice(field.length + 1);
  }
};

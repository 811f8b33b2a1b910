/** The work of the webhook on a pod, as far as its specification shows (docs/facts.md §D.2, §D.4). */
import { isNearMissKey, type Pod, type PodContainer, roleArnKey, skipContainersKey } from '../model.ts';

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

/** True for a pod that is judged although its service account has no role: it has one itself, or an annotation for one. */
export const bearsOnIrsa = (pod: Pod): boolean =>
  pod.containers.some(container => has(container, roleVariable) || has(container, tokenVariable)) ||
  Object.keys(pod.annotations).some(isRoleKey);

/** The annotation key of a role, exact or nearly so. */
export const isRoleKey = (key: string): boolean => key === roleArnKey || isNearMissKey(key);

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

/** The audience of the token that a container reads: that of the volume in whose mount the file lies. Undefined where no
 *  such volume is known. */
export const tokenAudienceOf = (container: PodContainer, pod: Pod): string | undefined => {
  const file = slashed(container.irsaEnvironment[tokenVariable] ?? '');
  const holds = (name: string): boolean => {
    const mount = container.mounts[name];
    return mount !== undefined && file.startsWith(`${slashed(mount).replace(/\/$/, '')}/`);
  };
  return pod.volumes.find(({ name }) => holds(name))?.audience;
};

const slashed = (path: string): string => path.replace(/^C:/i, '').replaceAll('\\', '/');

/** The variables of IRSA in a container. `complete` is both variables and, where the token lies in the usual place, the
 *  mount. */
export const injectedParts = (container: PodContainer): 'complete' | 'loneVariable' | 'noMount' | 'nothing' => {
  const [role, token] = [has(container, roleVariable), has(container, tokenVariable)];
  if (!role && !token) return 'nothing';
  if (role !== token) return 'loneVariable';
  const { [tokenVariable]: written = '' } = container.irsaEnvironment;
  const path = slashed(written);
  const isUsual = path.replace(/^\//, '').startsWith(`${tokenDirectory}/`);
  const mounted = Object.values(container.mounts).some(mount => path.startsWith(mount.replaceAll('\\', '/')));
  return isUsual && !mounted ? 'noMount' : 'complete';
};

/** True for a container that reads, in place of a token for AWS, the one that every pod has for the Kubernetes API. */
export const readsApiToken = ({ irsaEnvironment }: PodContainer): boolean =>
  /^(?:\/var)?\/run\/secrets\/kubernetes\.io\/serviceaccount\//.test(slashed(irsaEnvironment[tokenVariable] ?? ''));

/** True for a token file in the mount of a token volume that has no token of this name: a mistyped one. */
export const readsNoToken = (container: PodContainer, pod: Pod): boolean => {
  const file = slashed(container.irsaEnvironment[tokenVariable] ?? '');
  const here = pod.volumes.flatMap(({ name, path }) => {
    const mount = container.mounts[name];
    const directory = mount === undefined ? undefined : `${slashed(mount).replace(/\/$/, '')}/`;
    return directory !== undefined && file.startsWith(directory) ? [file.slice(directory.length) === path] : [];
  });
  return here.length > 0 && !here.includes(true);
};

/** True where the webhook's volume is there by name alone: it keeps a volume of this name, whatever is in it. */
export const hasForeignVolume = (container: PodContainer, pod: Pod): boolean =>
  tokenVolume in container.mounts && !pod.volumes.some(({ name }) => name === tokenVolume);

/** Variables that the webhook appends before the role. */
const beforeRole: ReadonlySet<string> = new Set(['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION']);

/** True where it is certain that the template sets the role: the webhook appends it after these (docs/facts.md §D.7). */
export const isRoleByHand = ({ awsVariables }: PodContainer): boolean => {
  const at = awsVariables.indexOf(roleVariable);
  return at >= 0 && awsVariables.slice(at + 1).some(name => beforeRole.has(name));
};

/** The role of a container that has all of IRSA in the webhook's own form. Undefined where it is certain that somebody set
 *  it: the webhook adds both variables or neither, and mounts the token in one place. */
export const injectedRoleOf = (container: PodContainer): string | undefined => {
  const file = container.irsaEnvironment[tokenVariable] ?? '';
  const isInPlace = file.replaceAll('\\', '/').includes(`${tokenDirectory}/`) && tokenVolume in container.mounts;
  return isInPlace && has(container, tokenVariable) ? roleOfContainer(container) : undefined;
};

/** True if every container has all that the webhook of EKS sets: role, region and the endpoints of STS. Nobody who sets a
 *  role by hand is taken to do that. */
export const isWholeFormOfEks = ({ containers }: Pod): boolean =>
  containers.every(container =>
    [roleVariable, 'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_REGION'].every(name => has(container, name)),
  );

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

/** Credentials that SDKs take before those of an association. */
export const hasOtherCredentials = ({ containers }: Pod): boolean =>
  containers.some(
    ({ awsVariables }) => awsVariables.includes('AWS_ROLE_ARN') || awsVariables.includes('AWS_ACCESS_KEY_ID'),
  );

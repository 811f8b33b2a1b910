/** The state of IRSA in the pods, in a line. */
import {
  hasPodIdentity,
  hasWebIdentity,
  injectedParts,
  meshContainers,
  roleOfContainer,
  skippedContainers,
  tokenAudienceOf,
} from '../facts.ts';
import { type Pod, type PodContainer, roleNameOf, type TokenVolume } from '../model.ts';
import { counted, listed } from '../text.ts';
import type { WhyContext } from './why-context.ts';

/** A mirror of a pod that a node's kubelet starts by itself. */
export const isStaticPod = ({ isMirror }: Pod): boolean => isMirror;

/** True if a pod has neither what the webhook gives nor Pod Identity. */
export const lacksInjection = ({ pods, audience }: WhyContext): boolean =>
  pods.some(pod => !pod.isMirror && !hasWebIdentity(pod, audience) && !hasPodIdentity(pod));

/** True if skip-containers names every container that a pod runs, so that none has its role. */
export const isSkippedWhole = (pod: Pod): boolean => {
  const skipped = skippedContainers(pod);
  const run = pod.containers.filter(({ name, init }) => !init && !meshContainers.has(name));
  return run.length > 0 && run.every(one => skipped.has(one.name) && !one.hasEnvFrom && stateOf(one) === 'nothing');
};

/** The variables of the containers: of one pod each container, of several pods how many. */
export const injectionSeen = ({ pods, audience }: WhyContext): string => {
  const [first, ...others] = pods;
  if (first === undefined) return '';
  if (others.length > 0) {
    const injected = pods.filter(pod => hasWebIdentity(pod, audience)).length;
    return `${injected} of ${counted(pods.length, 'pod')} with a role${ofRoles(pods.flatMap(pod => pod.containers))}`;
  }
  const groups = Map.groupBy(
    first.containers.filter(({ name }) => !meshContainers.has(name)),
    stateOf,
  );
  return [...groups].map(([state, list]) => `${state} in ${listed(list.map(({ name }) => name))}`).join('; ');
};

const ofRoles = (containers: readonly PodContainer[]): string => {
  const roles = new Set(containers.flatMap(one => roleOfContainer(one) ?? []).map(roleNameOf));
  return roles.size === 0 ? '' : `: ${listed([...roles], 3)}`;
};

const stateOf = (container: PodContainer): string => {
  if (container.awsVariables.includes('AWS_CONTAINER_CREDENTIALS_FULL_URI')) return 'Pod Identity';
  const role = roleOfContainer(container);
  const named = role === undefined ? 'AWS_ROLE_ARN' : `role ${roleNameOf(role)}`;
  const coverage = injectedParts(container);
  if (coverage === 'nothing') return 'nothing';
  if (coverage === 'loneVariable') return 'one of the two variables';
  return coverage === 'noMount' ? `${named}, but no token,` : named;
};

/** The cases that the rules leave open: a container that names its role by a reference, or another one than the
 *  annotation, as only its template can. */
export const otherRole = ({ pods, annotation }: WhyContext): string | undefined => {
  const named = pods
    .flatMap(({ containers }) => containers)
    .filter(({ name, awsVariables }) => !meshContainers.has(name) && awsVariables.includes('AWS_ROLE_ARN'));
  const odd = named.find(container => roleOfContainer(container) !== annotation);
  if (odd === undefined) return undefined;
  const role = roleOfContainer(odd);
  return role === undefined
    ? `the value of AWS_ROLE_ARN in ${odd.name} is a reference, which is not read`
    : `${odd.name} sets AWS_ROLE_ARN itself, to ${role}`;
};

/** Without an annotation: that every pod has a role all the same, which only its template or an earlier annotation gives. */
export const ownRole = ({ pods }: WhyContext): string | undefined => {
  const each = pods.map(({ containers }) => containers.find(one => one.awsVariables.includes('AWS_ROLE_ARN')));
  const [first] = each;
  if (first === undefined || each.includes(undefined)) return undefined;
  return `${first.name} has AWS_ROLE_ARN all the same: ${roleOfContainer(first) ?? 'a reference, which is not read'}`;
};

/** The token that pods have for AWS, and why it is not one for this chain. */
export const tokenSeen = ({ pods, audience }: WhyContext): { readonly seen?: string; readonly unread?: string } => {
  const own = ownToken(pods, audience);
  if (own !== undefined) return own;
  const volumes = pods.map(pod => tokenOf(pod, audience));
  const [first] = volumes;
  if (first === undefined || volumes.includes(undefined))
    return { unread: 'no token for AWS is mounted: see injection' };
  const hours = first.expirationSeconds === undefined ? '' : `, for ${lifetime(first.expirationSeconds)}`;
  const seen = `audience ${first.audience}${hours}`;
  return volumes.every(volume => volume?.audience === audience)
    ? { seen }
    : { seen, unread: `the service account asks for the audience ${audience || '(empty)'}: new pods get that` };
};

/** A container whose variables name a token of a volume of the template, whatever the webhook mounts beside it. */
const ownToken = (pods: readonly Pod[], audience: string): ReturnType<typeof tokenSeen> | undefined => {
  for (const pod of pods)
    for (const container of pod.containers) {
      const got = tokenAudienceOf(container, pod);
      const isWebhooks = pod.volumes.some(one => one.name === 'aws-iam-token' && one.audience === got);
      if (got !== undefined && got !== audience && !isWebhooks)
        return {
          seen: `audience ${got} in ${container.name}`,
          unread: `the template names a token of its own: whether the provider takes ${got} decides`,
        };
    }
  return undefined;
};

const tokenOf = ({ volumes }: Pod, audience: string): TokenVolume | undefined =>
  volumes.find(volume => volume.audience === audience) ?? volumes.find(volume => volume.name === 'aws-iam-token');

const lifetime = (seconds: number): string =>
  seconds >= 3600 ? `${Math.round(seconds / 360) / 10} h` : `${Math.round(seconds / 60)} min`;

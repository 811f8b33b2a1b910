import {
  type Facts,
  hasForeignVolume,
  hasPodIdentity,
  hasWebIdentity,
  injectedParts,
  isEksCluster,
  isProviderUnread,
  meshContainers,
  type PodSubject,
  providerAudiences,
  readsApiToken,
  readsNoToken,
  roleOfContainer,
  skippedContainers,
  tokenAudienceOf,
  wrongAudience,
} from '../../facts.ts';
import { type FixDraft, type Pod, type PodContainer, parseArn, skipContainersKey } from '../../model.ts';
import { defaultAudience } from '../../policy.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  type EvidenceDraft,
  type FailureDraft,
  failures,
  notApplicable,
  pass,
  unknown,
} from '../prelude.ts';
import {
  accountOfPods,
  annotatedRole,
  audienceOfPods,
  containerNames,
  podEvidence,
  podsReadFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';

const fail = failures({
  apiToken: [
    'container without role',
    '{workload} gives STS the token of the Kubernetes API in container {containers}: its audience is another one',
  ],
  otherAudience: [
    'token of another audience',
    '{workload} gives STS a token of audience {audience} in container {containers}: the provider does not take it',
  ],
  foreignVolume: [
    'volume holds no token',
    '{workload} has a volume aws-iam-token of its own that is no service account token: container {containers} finds none in it',
  ],
  wrongPath: [
    'token file is not there',
    '{workload} names token file {file} in container {containers}, where no volume has it',
  ],
  loneVariable: [
    'container without role',
    '{workload} sets only one of the two web identity variables in container {containers}',
  ],
  noMount: [
    'container without role',
    '{workload} has the web identity variables but no mounted token in container {containers}',
  ],
  nothing: [
    'container without role',
    '{workload} has no role in container {containers}, unlike in its other containers',
  ],
  skipped: ['container without role', '{workload} has no role in container {containers}, which skip-containers names'],
});

/** A pod may be injected and one of its containers not. */
export const podContainerUncovered = defineRule({
  id: 'pod-container-uncovered',
  kind: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Every container of an injected pod has the role',
  fault: 'A container of an injected pod cannot use the role',
  says: fail.says,
  needs: ['service-accounts', 'pods'],
  why: 'A container that the annotation skip-containers names, that sets one of the two variables itself, or that another webhook added later, has no role: it calls AWS as the node, or fails. So does one whose template names a token that STS does not take: that of the Kubernetes API, one of another audience, a file that no volume has, or a volume of its own by the name aws-iam-token. Sidecars of service meshes call no AWS API and are left out. Low where skip-containers names the container: somebody chose that.',
  fix: 'Remove the container’s name from skip-containers, or the variable from its environment.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.2'],
  check: (subject, facts) => {
    const isAnnotated = annotatedRole(subject) !== undefined;
    if (!isAnnotated && subject.serviceAccount === undefined) return notApplicable;
    // Without an annotation the template sets a role: whether it reads a token that STS takes is asked, and nothing else.
    const found = realPods(subject)
      .flatMap(pod => uncovered(pod, subject, facts))
      .filter(({ cause }) => isAnnotated || ofOwnToken.has(cause));
    const cause = uncoveredCauses.find(one => found.some(each => each.cause === one));
    if (cause === undefined)
      return hangsOnProvider(subject, facts)
        ? unknown('unread', `the audiences of the provider for ${subject.cluster.issuer}`)
        : pass;
    const named = (of: UncoveredCause): readonly string[] =>
      containerNames(found.filter(one => one.cause === of).map(one => one.container));
    const pods = [...new Set(found.map(one => one.pod))];
    const [first] = found.filter(one => one.cause === cause);
    return toldOf(cause, { containers: named(cause), workload: workloadOf(subject) }, first)
      .severity(cause === 'skipped' ? 'low' : undefined)
      .impact(cause === 'skipped' ? 'hygiene' : undefined)
      .pieces(
        ...uncoveredCauses.filter(one => named(one).length > 0).map(one => causeEvidence(one, named(one), subject)),
      )
      .pieces(podEvidence(pods, subject))
      .podError(podErrors[cause])
      .fix(fixOf(pods, cause, subject));
  },
});

const fixOf = (pods: readonly Pod[], cause: UncoveredCause, subject: PodSubject): FixDraft => {
  const fix = restartFix(pods, subject);
  if (cause === 'nothing')
    return {
      ...fix,
      choice: `Whether the container calls AWS. Where another webhook adds it after this one, a restart changes nothing.`,
    };
  if (cause === 'skipped')
    return {
      summary: `Remove the container from ${skipContainersKey} in the template of ${workloadOf(subject)}, if it needs the role.`,
      choice: `Whether the container needs no role: if it does, remove it from ${skipContainersKey} in the template.`,
    };
  if (cause === 'foreignVolume')
    return {
      summary: `Give the volume aws-iam-token in the template of ${workloadOf(subject)} another name: the webhook then mounts the token under it.`,
      choice: 'Which name: the mounts of the containers name it too.',
    };
  return annotatedRole(subject) === undefined ? removeAndAnnotate(subject) : removeVariables(subject);
};

const removeVariables = (subject: PodSubject): FixDraft => ({
  summary: `Remove the variables from the template of ${workloadOf(subject)}: the webhook then sets both and mounts the token.`,
  choice: 'Whether the container is to have the annotated role.',
});

/** Without the annotation the webhook sets nothing. */
const removeAndAnnotate = (subject: PodSubject): FixDraft => ({
  summary: `Name the role in the annotation of service account ${accountOfPods(subject)}, and remove the variables from the template of ${workloadOf(subject)}: the webhook then sets both and mounts the token.`,
  choice:
    'Whether every pod of the service account is to have the role: else let the template mount a token of audience sts.amazonaws.com and name its path.',
});

/** Why a container of an injected pod has no role, the most severe first. */
const uncoveredCauses = [
  'apiToken',
  'otherAudience',
  'foreignVolume',
  'wrongPath',
  'loneVariable',
  'noMount',
  'nothing',
  'skipped',
] as const;
type UncoveredCause = (typeof uncoveredCauses)[number];

/** Causes that lie in the token alone, whoever named the role. */
const ofOwnToken: ReadonlySet<UncoveredCause> = new Set(['apiToken', 'otherAudience', 'foreignVolume', 'wrongPath']);

const noFile = 'open AWS_WEB_IDENTITY_TOKEN_FILE: no such file or directory';
const podErrors: Partial<Readonly<Record<UncoveredCause, string>>> = {
  apiToken: wrongAudience,
  otherAudience: wrongAudience,
  foreignVolume: noFile,
  wrongPath: noFile,
};

/** The message of a cause; `first` is a container that has it. */
const toldOf = (
  cause: UncoveredCause,
  about: { readonly containers: readonly string[]; readonly workload: string },
  first: Uncovered | undefined,
): FailureDraft => {
  if (cause === 'otherAudience')
    return fail.otherAudience({ ...about, audience: (first && tokenAudienceOf(first.container, first.pod)) ?? '' });
  if (cause === 'wrongPath')
    return fail.wrongPath({ ...about, file: first?.container.irsaEnvironment.AWS_WEB_IDENTITY_TOKEN_FILE ?? '' });
  return fail[cause](about);
};

/** One container of one pod without the role. */
interface Uncovered {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly cause: UncoveredCause;
}

/** The containers of an injected pod without the role. Those with `envFrom` are left out: what they get from there is not read. */
const uncovered = (pod: Pod, subject: PodSubject, facts: Facts): readonly Uncovered[] => {
  if (!hasWebIdentity(pod, audienceOfPods(subject)) || hasPodIdentity(pod)) return [];
  const skipped = skippedContainers(pod);
  return pod.containers.flatMap((container): readonly Uncovered[] => {
    const coverage = injectedParts(container);
    const ofToken = coverage === 'loneVariable' ? undefined : tokenCause(container, pod, subject, facts);
    if (ofToken !== undefined) return [{ pod, container, cause: ofToken }];
    if (coverage === 'complete' || container.hasEnvFrom || meshContainers.has(container.name)) return [];
    const isSkipped = coverage === 'nothing' && skipped.has(container.name);
    return [{ pod, container, cause: isSkipped ? 'skipped' : coverage }];
  });
};

/** Why STS gets no token of a container that it takes; undefined where that is not known. */
const tokenCause = (
  container: PodContainer,
  pod: Pod,
  subject: PodSubject,
  facts: Facts,
): UncoveredCause | undefined => {
  if (container.irsaEnvironment.AWS_WEB_IDENTITY_TOKEN_FILE === undefined) return undefined;
  if (readsApiToken(container)) return isApiTokenRefused(container, subject, facts) ? 'apiToken' : undefined;
  if (hasForeignVolume(container, pod)) return 'foreignVolume';
  if (container.tokenFileUnmounted || readsNoToken(container, pod)) return 'wrongPath';
  return isAudienceRefused(container, pod, subject, facts) ? 'otherAudience' : undefined;
};

/** True for a token of a volume that the template has, whose audience the provider of the role is known not to take. Of the
 *  webhook's own volume pod-audience-stale tells. */
const isAudienceRefused = (container: PodContainer, pod: Pod, subject: PodSubject, facts: Facts): boolean => {
  const { issuer } = subject.cluster;
  const [role, audience] = [roleOfContainer(container), ownAudienceOf(container, pod, subject)];
  if (role === undefined || audience === undefined || issuer === undefined) return false;
  return providerAudiences(role, issuer, facts)?.includes(audience) === false;
};

/** The audience of a container's token that comes from a volume of the template. */
const ownAudienceOf = (container: PodContainer, pod: Pod, subject: PodSubject): string | undefined => {
  const audience = tokenAudienceOf(container, pod);
  const isAnnotated = annotatedRole(subject) !== undefined;
  const isOwn = pod.volumes.some(
    ({ name, audience: one }) => one === audience && !(isAnnotated && name === 'aws-iam-token'),
  );
  return isOwn ? audience : undefined;
};

/** True where a container's token may be refused: the provider that decides it could not be read. */
const hangsOnProvider = (subject: PodSubject, facts: Facts): boolean => {
  const { cluster } = subject;
  const { issuer } = cluster;
  if (issuer === undefined) return false;
  const isAsked = (container: PodContainer, pod: Pod, role: string): boolean => {
    if (container.irsaEnvironment.AWS_WEB_IDENTITY_TOKEN_FILE === undefined) return false;
    if (readsApiToken(container)) return isEksCluster(cluster);
    const own = ownAudienceOf(container, pod, subject);
    // A provider of another account, which is not read here, is taken to have the audience that all have.
    return own !== undefined && (own !== defaultAudience || isOwnRole(role, facts));
  };
  return realPods(subject)
    .filter(pod => hasWebIdentity(pod, audienceOfPods(subject)) && !hasPodIdentity(pod))
    .some(pod =>
      pod.containers.some(container => {
        const role = roleOfContainer(container);
        return role !== undefined && isAsked(container, pod, role) && isProviderUnread(role, issuer, facts);
      }),
    );
};

const isOwnRole = (role: string, { snapshot }: Facts): boolean => parseArn(role)?.accountId === snapshot.accountId;

/** STS takes a token only for an audience of the provider, and the one for the Kubernetes API of EKS is never for STS. Not
 *  refused for certain where the provider lists another audience as well, or was not read. */
const isApiTokenRefused = (container: PodContainer, { cluster }: PodSubject, facts: Facts): boolean => {
  const role = roleOfContainer(container);
  const { issuer } = cluster;
  if (role === undefined || issuer === undefined || !isEksCluster(cluster)) return false;
  return providerAudiences(role, issuer, facts)?.every(audience => audience === defaultAudience) ?? false;
};

/** Which containers have a cause. */
const causeEvidence = (cause: UncoveredCause, containers: readonly string[], subject: PodSubject): EvidenceDraft => ({
  what: whatIs[cause],
  got: phrase('{containers}', { containers }),
  readFrom: podsReadFrom(subject),
});

const whatIs: Readonly<Record<UncoveredCause, string>> = {
  otherAudience: 'containers whose token is of an audience that the provider does not take',
  foreignVolume: 'containers whose volume aws-iam-token is no projected token',
  wrongPath: 'containers whose token file no volume has',
  apiToken: 'containers whose AWS_WEB_IDENTITY_TOKEN_FILE is the token of the Kubernetes API',
  loneVariable: 'containers with only one of AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE',
  noMount: 'containers without the mount aws-iam-token',
  nothing: 'containers with neither variables nor mount',
  skipped: `containers that ${skipContainersKey} names`,
};

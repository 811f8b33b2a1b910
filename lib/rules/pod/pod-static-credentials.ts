import {
  associationOf,
  type Facts,
  hasPodIdentityAlone,
  type PodSubject,
  roleOfContainer,
  seenSdks,
} from '../../facts.ts';
import { type Pod, type PodContainer, roleNameOf } from '../../model.ts';
import { subjectOf } from '../../policy.ts';
import { listed, phrase } from '../../text.ts';
import { defineRule, eksGuide, type Failure, failures, notApplicable, pass, unknown } from '../prelude.ts';
import { annotatedRole, containerNames, podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

const fail = failures({
  keys: [
    'access keys come first',
    'access keys in container {containers} of {workload} take precedence over role {role}',
  ],
  sdkReadsFirst: [
    'other credentials first',
    '{sdk} reads {rivals} in container {containers} of {workload} before role {role}',
  ],
  dependsOnSdk: [
    'other credentials first',
    'some SDKs read {rivals} in container {containers} of {workload} before role {role}',
  ],
});

/** Keys come before a token file in every SDK; whether profiles and shared files do depends on the SDK (§C.3). */
export const podStaticCredentials = defineRule({
  id: 'pod-static-credentials',
  kind: 'pod',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'Pods have no other credentials beside the role',
  fault: 'Pods have other credentials beside the role',
  says: fail.says,
  needs: ['service-accounts', 'pods'],
  why: 'Access keys in the environment take precedence in every SDK: the pod uses long-lived keys, and the role that people review is not the one that acts. Profiles and shared files take precedence only in some: the AWS CLI, botocore and the SDKs for Go v2 and Java v2 take the token first, those for JavaScript v3 and Rust the profile. So they are low, unless CloudTrail shows which SDK the service account uses. Before a role by Pod Identity all SDKs read them. The AWS variables of a ConfigMap that envFrom names are seen where the auditor may read it, which its own role does not allow. What a Secret or a mounted AWS configuration file holds is never read: there the answer is unknown.',
  fix: 'Remove the keys, the profile or the file from the pod’s template.',
  references: [
    'https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html',
    eksGuide('cross-account-access'),
    'https://github.com/aws/aws-cli/issues/8883',
    'docs/facts.md §C.3',
  ],
  check: (subject, facts) => {
    const role = annotatedRole(subject) ?? associatedRole(subject);
    if (role === undefined) return notApplicable;
    const found = rivalsIn(subject);
    if (role === 'unread')
      return found.some(({ rivals }) => rivals.keys.length > 0)
        ? unknown('unread', `the Pod Identity association of the service account of ${workloadOf(subject)}`)
        : notApplicable;
    const keys = found.filter(({ rivals }) => rivals.keys.length > 0);
    if (keys.length > 0) return failureOf(subject, role, keys, 'keys');
    const { isIgnored, readsFirst } = sdkOf(subject, role, facts);
    const configured = found.find(({ rivals }) => rivals.hasConfiguration);
    const others = found.filter(({ rivals }) => rivals.files.length > 0 && !rivals.hasConfiguration);
    if (others.length > 0 && !isIgnored)
      return {
        ...failureOf(subject, role, others, readsFirst ?? 'unknown'),
        ...(readsFirst === undefined ? { severity: 'low', impact: 'hygiene' } : {}),
      };
    const source = configured ? undefined : environmentIn(subject);
    if (source !== undefined)
      return unknown('unread', `whether ${source} gives ${workloadOf(subject)} keys or a profile (envFrom)`);
    return configured
      ? unknown(
          'unread',
          `what the profile in the AWS configuration file of pod ${configured.pod.name} does with the token`,
        )
      : pass;
  },
});

/** The role that pods have by Pod Identity alone. Every SDK looks at keys, profiles and shared files before it asks the agent. */
const associatedRole = (subject: PodSubject): string | 'unread' | undefined => {
  const [first] = realPods(subject);
  if (first === undefined || !realPods(subject).every(hasPodIdentityAlone)) return undefined;
  return associationOf(subject.snapshot, first.namespace, first.serviceAccount)?.roleArn ?? 'unread';
};

interface Found {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly rivals: Rivals;
}

const rivalsIn = (subject: PodSubject): readonly Found[] =>
  realPods(subject).flatMap(pod => pod.containers.map(container => ({ pod, container, rivals: rivalsOf(container) })));

/** ConfigMaps and Secrets that give variables to containers with the role: what they hold is not read. */
const environmentIn = (subject: PodSubject): string | undefined => {
  const names = realPods(subject).flatMap(({ containers }) =>
    containers.flatMap(container =>
      roleOfContainer(container) === undefined ? [] : (container.environmentFrom ?? []),
    ),
  );
  return names.length === 0 ? undefined : listed([...new Set(names)], 5);
};

const sdkOf = ({ pods: [{ namespace, serviceAccount }] }: PodSubject, roleArn: string, { snapshot }: Facts) =>
  seenSdks(snapshot.runtime, subjectOf(namespace, serviceAccount), roleArn);

/** `sdk` is `keys` for keys, `unknown` or the name of an SDK for the rest. */
const failureOf = (subject: PodSubject, roleArn: string, found: readonly Found[], sdk: string): Failure => {
  const rivals = [
    ...new Set(
      found.flatMap(({ container, rivals: { keys, files } }) =>
        (sdk === 'keys' ? keys : [...keys, ...files]).map(name => namedIn(container, name)),
      ),
    ),
  ];
  const containers = containerNames(found.map(one => one.container));
  const about = { containers, workload: workloadOf(subject), role: roleNameOf(roleArn) };
  return (
    sdk === 'keys'
      ? fail.keys(about)
      : sdk === 'unknown'
        ? fail.dependsOnSdk({ ...about, rivals })
        : fail.sdkReadsFirst({ ...about, rivals, sdk })
  )
    .evidence(
      'other credentials',
      podsReadFrom(subject),
      phrase('{rivals}', { rivals }),
      phrase('none beside {roleArn}', { roleArn }),
    )
    .pieces(podEvidence([...new Set(found.map(one => one.pod))], subject))
    .fix(
      `Remove ${rivals.join(', ')} from container ${containers.join(', ')} in the template of ${workloadOf(subject)}.`,
      'Whether the application still needs them: then it does not run with the role.',
    );
};

/** A variable, with the ConfigMap that gives it. */
const namedIn = ({ fromConfigMaps = {} }: PodContainer, name: string): string =>
  fromConfigMaps[name] === undefined ? name : `${name} of ConfigMap ${fromConfigMaps[name]}`;

/** Credentials in a container beside its role: names of variables, and paths of mounted files. */
interface Rivals {
  /** Access keys, which come first in every SDK. */
  readonly keys: readonly string[];
  /** Profiles and shared credentials files, which come first in some. */
  readonly files: readonly string[];
  /** A configuration file. Its profile may use the role's own token: the EKS User Guide chains roles of several accounts
   *  so. Or it names another role, or keys. Its content is not read. */
  readonly hasConfiguration: boolean;
}

/** The credentials of a container beside its role. Empty values and the null device hold nothing. */
const rivalsOf = (container: PodContainer): Rivals => {
  const paths = Object.values(container.mounts);
  return {
    keys: ['AWS_ACCESS_KEY_ID'].filter(name => isSet(container, name)),
    files: [
      ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SHARED_CREDENTIALS_FILE'].filter(name => isSet(container, name)),
      ...paths.filter(path => /(^|[/\\])\.aws([/\\]credentials)?[/\\]?$/.test(path)),
    ],
    hasConfiguration:
      isSet(container, 'AWS_CONFIG_FILE') || paths.some(path => /(^|[/\\])\.aws[/\\]config$/.test(path)),
  };
};

/** A variable with a value that may name something; one by reference counts. */
const isSet = ({ awsVariables, emptyVariables = [], irsaEnvironment }: PodContainer, name: string): boolean =>
  awsVariables.includes(name) && !emptyVariables.includes(name) && !isNullDevice(irsaEnvironment[name] ?? '');

const isNullDevice = (path: string): boolean => path === '/dev/null' || /^nul:?$/i.test(path);

/** One service account of files as facts of a cluster, so that the rules of an audit judge it. */

import { takePod } from '../../../collect/kubernetes/parse-pod.ts';
import { takeServiceAccount } from '../../../collect/kubernetes/parse-service-account.ts';
import { defaultSettings, type Facts, nothingAsked, subjectsOfAccount } from '../../../facts.ts';
import {
  type Cluster,
  type ClusterSnapshot,
  complete,
  notAskedFor,
  type Pod,
  type PodIdentityAssociation,
  type ServiceAccount,
  snapshotSchemaVersion,
  unknownRegion,
} from '../../../model.ts';
import type { AnyRule } from '../../../rules/define-rule.ts';
import { questionsOf } from '../../../rules/evaluate/ask-rule.ts';
import { madeUpIssuer } from '../fill-statement.ts';
import type { Judged } from '../fold-judged.ts';
import type { RoleHome } from '../role-home.ts';
import type { NamedForRules } from './names-for-rules.ts';
import type { FoundEntry, FoundWorkload } from './objects.ts';

/** An issuer of EKS that is no cluster's: the files do not say which one they are for. */
export const someIssuer = `https://${madeUpIssuer('')}`;

/** The parts of a cluster that files tell. */
export interface PartsInFiles {
  readonly home: Pick<RoleHome, 'accountId' | 'partition'>;
  readonly issuer: string;
  readonly serviceAccount: ServiceAccount;
  readonly pods: readonly Pod[];
  readonly associations: readonly PodIdentityAssociation[];
  /** The role that the annotation names, where it is in the files. */
  readonly role?: { readonly arn: string; readonly name: string; readonly trustPolicy: string };
  readonly now: string;
}

/** The facts that the rules are asked with. */
export const factsOfFiles = ({ home, issuer, serviceAccount, pods, associations, role, now }: PartsInFiles): Facts => {
  const inFiles = 'a file has no cluster';
  const cluster = clusterOf(home, issuer);
  const snapshot: ClusterSnapshot = {
    cluster,
    kubernetes: complete({
      version: notAskedFor('get /version', inFiles),
      namespaces: notAskedFor('list namespaces', inFiles),
      serviceAccounts: complete([serviceAccount]),
      pods: complete(pods),
      webhook: notAskedFor('get mutatingwebhookconfigurations', inFiles),
      issuer: notAskedFor('get /.well-known/openid-configuration', inFiles),
    }),
    podIdentity: complete(associations),
    addons: notAskedFor('eks:ListAddons', inFiles),
  };
  const roles =
    role === undefined ? {} : { roles: complete([{ ...role, path: '/', detail: notAskedFor<never>('a file') }]) };
  return {
    snapshot: {
      schemaVersion: snapshotSchemaVersion,
      accountId: home.accountId,
      partition: home.partition,
      takenAt: now,
      ...nothingAsked('a file has no account'),
      ...roles,
      regions: [{ region: unknownRegion, clusters: complete([snapshot]) }],
    },
    fleet: { clusters: [], providers: [], accounts: [], roles: [], gaps: [] },
    issuers: {},
    now,
    settings: defaultSettings,
  };
};

const clusterOf = ({ accountId, partition }: PartsInFiles['home'], issuer: string): Cluster => ({
  arn: `arn:${partition}:eks:${unknownRegion}:${accountId}:cluster/of-these-files`,
  name: 'of these files',
  region: unknownRegion,
  accountId,
  status: 'ACTIVE',
  issuer,
  caCertificates: [],
  endpointPublic: false,
  tags: {},
});

/** A service account as the API server would give it; undefined where Kubernetes refuses its name. */
export const serviceAccountInFile = (
  labels: readonly FoundEntry[],
  { namespace, name, annotations }: NamedForRules,
): ServiceAccount | undefined => {
  const maps = (entries: readonly FoundEntry[]) => Object.fromEntries(entries.map(one => [one.key, one.value]));
  const taken = takeServiceAccount({
    metadata: { namespace, name, annotations: maps(annotations), labels: maps(labels) },
  });
  return 'keep' in taken ? taken.keep : undefined;
};

/** A pod of a workload as the API server would make it; undefined where it would refuse the template. */
export const podOf = (
  { kind, name, pod }: FoundWorkload,
  namespace: string,
  serviceAccount: string,
): Pod | undefined => {
  const { metadata, spec } = JSON.parse(pod) ?? {};
  if (typeof spec !== 'object' || spec === null) return undefined;
  const taken = takePod(new Set())({
    metadata: {
      namespace,
      name: name.toLowerCase(),
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      ...(kind === 'Pod' ? {} : { ownerReferences: [{ kind, name: name.toLowerCase(), controller: true }] }),
    },
    spec: { ...spec, serviceAccountName: serviceAccount },
    status: { phase: 'Pending' },
  });
  return 'keep' in taken ? taken.keep : undefined;
};

/** The failures of the rules of one kind. A rule that is not sure of a file says nothing: an audit decides it. */
export const failuresOf = (
  parts: PartsInFiles,
  rules: readonly AnyRule[],
  kind: 'service-account' | 'pod',
): readonly Judged[] => {
  const facts = factsOfFiles(parts);
  const subjects = subjectsOfAccount(facts);
  return rules
    .filter(rule => rule.kind === kind && rule.id !== 'service-account-role-not-trusting')
    .flatMap(rule => questionsOf(rule, subjects, facts).map(({ ask }) => ({ rule, verdict: ask() })))
    .flatMap(({ rule, verdict }) =>
      verdict.outcome === 'fail' ? verdict.failures.map(failure => ({ rule, failure })) : [],
    );
};

/** One fix from the plan to the way back, by the real aws and kubectl; the state of everything before and after each part. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Finding } from '../../lib/model/finding.ts';
import type { Change } from '../../lib/model/step.ts';
import { withWay } from '../../lib/plan/chosen-fix.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { canonicalJson } from '../../lib/text/json-value.ts';
import type { FixBench, RunningWorld } from './fix-bench.ts';
import { changes, type FixCase } from './fix-cases.ts';

const run = promisify(execFile);

/** Objects by name, each as text. */
export type State = Readonly<Record<string, string>>;

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: Record<string, unknown> & { readonly name: string; readonly namespace?: string };
  readonly status?: unknown;
}

/** Written by the API server at each change, whatever the change is. It keeps no empty map. */
const ofServer = ['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'ownerReferences'];

const kinds = 'namespaces,serviceaccounts,pods,deployments,statefulsets,daemonsets';
const withoutNamespace = 'mutatingwebhookconfigurations,clusterroles,clusterrolebindings';

const kubernetesState = async ({ env, world }: RunningWorld): Promise<State> => {
  const [context] = [...world.kubernetes.keys()];
  if (context === undefined) return {};
  const get = async (...words: readonly string[]) => {
    const all = ['--context', context, 'get', ...words, '--output', 'json'];
    const { stdout } = await run('kubectl', all, { env, maxBuffer: 64 * 1024 * 1024 });
    return (JSON.parse(stdout) as { readonly items: readonly KubernetesObject[] }).items;
  };
  const items = [...(await get(kinds, '--all-namespaces')), ...(await get(withoutNamespace))];
  return Object.fromEntries(
    items.flatMap(({ status: _, ...one }) => {
      const { kind, metadata } = one;
      const isOfProgram =
        metadata.namespace !== undefined || /^(?:pod-identity-webhook|irsa-auditor)/.test(metadata.name);
      if (!isOfProgram) return [];
      const kept = Object.fromEntries(
        Object.entries(metadata).filter(([key, value]) => !ofServer.includes(key) && JSON.stringify(value) !== '{}'),
      );
      const name = [kind.toLowerCase(), metadata.namespace, metadata.name].filter(part => part !== undefined).join('/');
      return [[name, canonicalJson(withoutEmptyLists({ ...one, metadata: kept }))]];
    }),
  );
};

/** An API server stores no empty list of a webhook (`omitempty` of admissionregistration.k8s.io/v1); the sandbox's does. */
const withoutEmptyLists = (object: object): unknown =>
  JSON.parse(JSON.stringify(object), (_, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );

/** An association that is created again has another id. */
const awsState = ({ world }: RunningWorld): State =>
  Object.fromEntries(
    world.accounts.flatMap(({ roles, providers, clusters }) => [
      ...roles.map(({ name, trustPolicy }) => [`role/${name}`, JSON.stringify(JSON.parse(trustPolicy))]),
      ...providers.map(({ url, audiences, thumbprints }) => [
        `provider/${url}`,
        JSON.stringify([[...audiences].sort(), [...thumbprints].sort()]),
      ]),
      ...clusters.flatMap(({ name, addons = [], associations }) => [
        ...addons.map(({ name: addon, serviceAccountRoleArn }) => [
          `addon/${name}/${addon}`,
          JSON.stringify([serviceAccountRoleArn]),
        ]),
        ...associations.map(({ id: _, createdAt: __, ...rest }) => [
          `association/${rest.namespace}/${rest.serviceAccount}`,
          JSON.stringify(rest),
        ]),
      ]),
    ]),
  );

/** Everything that a step may write, and what it may not. */
export const stateOf = async (running: RunningWorld): Promise<State> => ({
  ...awsState(running),
  ...(await kubernetesState(running)),
});

/** The names of the objects that differ. */
export const changedBetween = (before: State, after: State): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => before[name] !== after[name]).sort();

/** True for an object that a change names. Of a restart the pods of its namespace come and go. */
export const isNamedBy = (change: Change, name: string): boolean => {
  switch (change.kind) {
    case 'trust-policy':
      return name === `role/${change.roleArn.split('/').at(-1)}`;
    case 'thumbprints':
    case 'audience-added':
    case 'audience-removed':
    case 'provider-created':
    case 'provider-deleted':
      return name === `provider/${change.providerArn.split(':oidc-provider/')[1]}`;
    case 'annotation':
    case 'label':
    case 'service-account-created':
    case 'service-account-deleted':
      return name === `serviceaccount/${change.namespace}/${change.serviceAccount}`;
    case 'workload-service-account':
    case 'pods-restarted':
      return (
        name.startsWith(`pod/${change.namespace}/`) || name === change.workload.replace('/', `/${change.namespace}/`)
      );
    case 'webhook-restored':
      return name === 'mutatingwebhookconfiguration/pod-identity-webhook';
    case 'auditor-access-granted':
    case 'objects-reverted':
      return /^clusterrole(?:binding)?\/irsa-auditor$/.test(name);
    case 'addon-role':
    case 'addon-created':
      // EKS makes its DaemonSet.
      return /^(?:addon|daemonset)\//.test(name) && name.endsWith(`/${change.addon}`);
    case 'association-created':
      return name === `association/${change.association.namespace}/${change.association.serviceAccount}`;
    case 'association-deleted':
      return name === `association/${change.namespace}/${change.serviceAccount}`;
    case 'association-updated':
      return name.startsWith('association/');
    case 'quota-requested':
      return false;
  }
};

/** The finding of a case with the way that is carried out, by an audit of now. */
export const findingOf = async (one: FixCase, running: RunningWorld, bench: FixBench): Promise<Finding> => {
  const { stdout, stderr } = await bench.command(running, ['scan', '--json']);
  if (stdout === '') throw new Error(stderr);
  const { findings } = JSON.parse(stdout) as RunReport;
  const found = findings.find(each => each.ruleId === one.ruleId && changes(each).length > 0);
  if (found === undefined) throw new Error(`not found with a step: ${findings.map(({ ruleId }) => ruleId).join(', ')}`);
  return withWay(found, one.way ?? 1);
};

/** Runs a script of the bench's folder; its exit code and what it says. */
export const inShell = (running: RunningWorld, bench: FixBench, file: string) =>
  run('sh', [join(bench.folder, file)], { cwd: bench.folder, env: { ...running.env } }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { readonly code: number; readonly stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  );

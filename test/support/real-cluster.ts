/** A real Kubernetes API server as the inside of a cluster: `IRSA_AUDITOR_KUBERNETES` names its kubeconfig. It is emptied before each
 *  world, so that it must be one that serves nothing else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type KubernetesWorld, ownAuthority } from '../../sandbox/world/kubernetes-world.ts';
import { worldClusterArn } from '../../sandbox/world/world.ts';
import type { StartApis } from './fix-bench.ts';

/** The kubeconfig of the server; undefined where there is none. */
export const realKubeconfig = process.env.IRSA_AUDITOR_KUBERNETES;

const run = promisify(execFile);

/** Runs kubectl on the server. */
export const onRealServer = async (args: readonly string[], input?: unknown): Promise<string> => {
  const child = run('kubectl', ['--kubeconfig', realKubeconfig ?? '', ...args], { maxBuffer: 64 * 1024 * 1024 });
  child.child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
  return (await child).stdout;
};

interface Config {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

const names = async (kind: string): Promise<readonly string[]> =>
  (await onRealServer(['get', kind, '--output', 'name'])).split('\n').filter(line => line !== '');

const isOfServer = (namespace: string): boolean => /\/(?:default|kube-.*)$/.test(namespace);

/** Takes away what an earlier world left. The server's own namespaces stay, and those of the next world: a server takes many seconds to
 *  end one. Not what a world wrote into them: the controller makes `default` once more. */
const empty = async (next: ReadonlySet<string>): Promise<void> => {
  const all = await names('namespaces');
  const gone = all.filter(name => !isOfServer(name) && !next.has(name.split('/')[1] ?? ''));
  const wait = ['--wait', '--timeout', '60s'];
  const objects = [
    'mutatingwebhookconfiguration/pod-identity-webhook',
    'clusterrole/irsa-auditor',
    'clusterrolebinding/irsa-auditor',
  ];
  await Promise.all([
    gone.length > 0 && onRealServer(['delete', ...wait, ...gone]),
    onRealServer(['delete', 'serviceaccounts', '--all', '--all-namespaces', ...wait]),
    onRealServer(['delete', '--ignore-not-found', ...objects]),
  ]);
};

/** An object as a person would write it. */
const asWritten = (value: unknown, kind: string, apiVersion: string): object => {
  const { metadata, ...rest } = value as { readonly metadata: Record<string, unknown> };
  const { creationTimestamp: _, uid: __, resourceVersion: ___, managedFields: ____, ...kept } = metadata;
  return { apiVersion, kind, ...rest, metadata: kept };
};

const nameIn = (value: unknown, field: 'name' | 'namespace'): string =>
  (value as { readonly metadata: Record<string, string> }).metadata[field] ?? '';

/** Namespaces of service accounts that a world has without listing them: a server refuses an object in one that is not there. */
const unlisted = ({ namespaces, serviceAccounts }: KubernetesWorld): readonly string[] => {
  const listed = new Set(namespaces.map(one => nameIn(one, 'name')));
  return [...new Set(serviceAccounts.map(one => nameIn(one, 'namespace')))].filter(name => !listed.has(name));
};

/** The address of the server, and how to be known to it. */
export const realEndpoint = async (): Promise<{
  readonly url: string;
  readonly token: string;
  readonly certificateAuthority: string;
}> => {
  const config = JSON.parse(await onRealServer(['config', 'view', '--raw', '--output', 'json'])) as Config;
  const [server, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (server === undefined || user === undefined) throw new Error(`${realKubeconfig} names no cluster and user`);
  return { url: server.server, token: user.token, certificateAuthority: server['certificate-authority-data'] };
};

/** Writes namespaces, service accounts and webhooks of a world to the server; its pods and workloads are not written. */
export const startRealCluster: StartApis = async world => {
  const api = await realEndpoint();
  const running = new Map<string, typeof api>();
  const insides = [...world.kubernetes.values()];
  await empty(new Set(insides.flatMap(one => [...one.namespaces.map(each => nameIn(each, 'name')), ...unlisted(one)])));
  for (const account of world.accounts)
    for (const cluster of account.clusters) {
      const inside = world.kubernetes.get(worldClusterArn(account, cluster));
      if (inside === undefined) continue;
      if (running.size > 0) throw new Error('a world of two clusters is not for one server');
      const items = [
        ...inside.namespaces.map(one => asWritten(one, 'Namespace', 'v1')),
        ...unlisted(inside).map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
        ...inside.serviceAccounts.map(one => asWritten(one, 'ServiceAccount', 'v1')),
        ...inside.webhooks.map(one =>
          asWritten(one, 'MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1'),
        ),
      ];
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      const owned = JSON.parse(list.replaceAll(ownAuthority, api.certificateAuthority)) as unknown;
      if (items.length > 0)
        await onRealServer(['apply', '--server-side', '--force-conflicts', '--filename', '-'], owned);
      cluster.endpoint = api.url;
      cluster.certificateAuthority = api.certificateAuthority;
      running.set(cluster.name, api);
    }
  return { running, stop: async () => undefined };
};

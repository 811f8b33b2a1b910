/** Worlds of facts in the sandbox, with what the real aws and kubectl need to change them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import type { RunningKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { type World, worldClusterArn } from '../../sandbox/world/world.ts';
import { type Captured, runCommand } from './captured-io.ts';
import { aServiceAccount } from './example-cluster.ts';
import { aRole, exampleIssuer } from './example-world.ts';
import { useJournalKey } from './journal-key.ts';
import { type Programs, programs } from './programs.ts';
import { worldOfFacts } from './world-of-facts.ts';

/** A world that runs. `env` leads aws, kubectl and the auditor to it. */
export interface RunningWorld {
  readonly world: World;
  readonly env: Readonly<Record<string, string>>;
}

/** The work of tests with such worlds. */
export interface FixBench {
  /** Which programs are used. */
  used(): string;
  readonly folder: string;
  /** Starts the world of the facts, after `prepare`, and stops it after `act`. */
  within<T>(facts: Facts, prepare: (world: World) => void, act: (running: RunningWorld) => Promise<T>): Promise<T>;
  /** Arguments that lead the auditor to the issuers, with the regions of the world. */
  places(world: World): readonly string[];
  /** Runs a command of the auditor over the world, in this process; with `answers`, in a terminal where a person types them. */
  command(running: RunningWorld, args: readonly string[], answers?: string): Promise<Captured>;
}

/** A service account whose annotation has one colon too many: its fix is a step of kubectl that asks nothing. */
export const withMalformedRole = (name: string): ReturnType<typeof aServiceAccount> =>
  aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': aRole().arn.replace('iam::', 'iam:::') } });

/** The Kubernetes API of the clusters of a world. */
type Api = Pick<RunningKubernetes, 'url' | 'token' | 'certificateAuthority'>;

/** Starts, or leads to, the Kubernetes APIs of a world, and tells EKS their endpoints. */
export type StartApis = (
  world: World,
  mintToken: Issuers['mintToken'],
) => Promise<{ readonly running: ReadonlyMap<string, Api>; readonly stop: () => Promise<void> }>;

/** Finds the programs and starts the issuers before the first test of a file. `start`: the sandbox's own API, unless said; another
 *  one is read through the kubeconfig. */
export const useFixBench = (name: string, start: StartApis = startClusters): FixBench => {
  const folder = mkdtempSync(join(tmpdir(), `irsa-auditor-${name}-`));
  useJournalKey();
  let tools: Programs;
  let issuers: Issuers;
  beforeAll(async () => {
    tools = await programs();
    issuers = await startIssuers([{ url: exampleIssuer, chain: 'public', discovery: 'valid' }]);
    writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  }, 600_000);
  afterAll(async () => {
    await issuers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const insideOf = ({ kubernetes }: World): readonly string[] => {
    if (kubernetes.size === 0) return ['--no-in-cluster'];
    return start === startClusters ? ['--in-cluster'] : [...kubernetes.keys()].flatMap(arn => ['--context', arn]);
  };
  const places = (world: World): readonly string[] => {
    const regions = [...new Set(world.accounts.flatMap(({ clusters }) => clusters.map(({ region }) => region)))];
    return [
      ...['--role-details', ...insideOf(world)],
      ...['--ca-file', join(folder, 'roots.pem')],
      ...(regions.length === 0 ? ['eu-west-1'] : regions).flatMap(region => ['--region', region]),
      ...issuers.connectTo.flatMap(text => ['--connect-to', text]),
    ];
  };
  return {
    used: () => tools?.used ?? 'no programs',
    folder,
    places,
    within: async (facts, prepare, act) => {
      const world = worldOfFacts(facts, issuers.thumbprints(exampleIssuer), issuers.caPem);
      prepare(world);
      const [aws, clusters] = await Promise.all([startAws(world), start(world, issuers.mintToken)]);
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, kubeconfigOf(world, clusters.running));
      const env = { ...environment(), PATH: tools.path, ...awsAt(aws.url, facts, folder), KUBECONFIG: kubeconfig };
      const before = { ...process.env };
      Object.assign(process.env, env);
      try {
        return await act({ world, env });
      } finally {
        process.env = before;
        await Promise.all([aws.stop(), clusters.stop()]);
      }
    },
    command: ({ world, env }, args, answers) =>
      runCommand([...args, ...places(world)], {
        ...{ cwd: folder, env },
        ...(answers === undefined ? {} : { stdin: answers, columns: 100 }),
      }),
  };
};

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));

const awsAt = (url: string, { snapshot }: Facts, folder: string): Readonly<Record<string, string>> => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(snapshot.accountId);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    KUBECACHEDIR: join(folder, 'cache'),
  };
};

/** A kubeconfig for the clusters that run. Contexts are named as `aws eks update-kubeconfig` names them. */
export const kubeconfigOf = (world: World, running: ReadonlyMap<string, Api>): string => {
  const clusters = world.accounts.flatMap(account =>
    account.clusters.flatMap(cluster => {
      const api = running.get(cluster.name);
      return api === undefined ? [] : [{ name: worldClusterArn(account, cluster), api }];
    }),
  );
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ name, api }) => ({
      name,
      cluster: { server: api.url, 'certificate-authority-data': api.certificateAuthority },
    })),
    users: clusters.map(({ name, api }) => ({ name, user: { token: api.token } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  });
};

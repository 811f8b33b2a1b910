import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { given, shellQuote } from '../lib/text.ts';
import { sandboxCredentials } from './aws/credentials.ts';
import type { DeployedSandbox } from './start-deployed.ts';
import { worldClusterArn } from './world/world.ts';

/** Keeps the endpoints up until Ctrl-C, and writes a file of variables that points `aws`, `irsa-auditor` and any SDK at them. */
export const serve = async (sandbox: DeployedSandbox, say: (text: string) => void): Promise<void> => {
  const [account] = sandbox.world.accounts;
  const credentials = sandboxCredentials(account?.accountId ?? '');
  await mkdir('sandbox-out', { recursive: true });
  const caFile = resolve('sandbox-out', 'issuer-roots.pem');
  await writeFile(caFile, sandbox.issuers.caPem);
  const kubeconfig = await writeKubeconfig(sandbox);
  await writeFile(configurationFile, `${JSON.stringify(sandbox.configuration, undefined, 2)}\n`);
  const regions = sandbox.regions.map(region => `--region ${region}`).join(' ');
  const variables = {
    AWS_ENDPOINT_URL: sandbox.door.url,
    ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    ...{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
    ...{ IRSA_AUDITOR_CA_FILE: caFile, IRSA_AUDITOR_CONNECT_TO: sandbox.issuers.connectTo.join(' ') },
    ...given({ KUBECONFIG: kubeconfig }),
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  await writeFile(environmentFile, ['unset AWS_PROFILE AWS_SESSION_TOKEN\n', ...lines].join(''), { mode: 0o600 });
  say(`
In another terminal, here:

source ${environmentFile}
npx --no-install irsa-auditor scan ${regions}
npx --no-install irsa-auditor findings list
npx --no-install irsa-auditor doctor --config ${configurationFile}
npx --no-install irsa-auditor report --serve
aws iam list-open-id-connect-providers

Serving until Ctrl-C.
`);
  await sandbox.run('served-1');
  say('\nOne audit has run: the table has its findings.\n');
  await new Promise<never>(() => {
    setInterval(() => undefined, 60_000);
  });
};

/** The configuration that is deployed, for `doctor`: that of the folder is another deployment's. */
const configurationFile = join('sandbox-out', 'irsa-auditor.config.json');

/** The variables that lead to the endpoints, for a shell. */
const environmentFile = join('sandbox-out', 'env.sh');

/** A kubeconfig with one context a cluster; undefined where no cluster is served. */
const writeKubeconfig = async (sandbox: DeployedSandbox): Promise<string | undefined> => {
  const clusters = [...sandbox.clusters.running];
  if (clusters.length === 0) return undefined;
  const path = resolve(join('sandbox-out', 'kubeconfig'));
  // As aws eks update-kubeconfig writes it: the entry of a cluster has its ARN for a name.
  const arns = new Map(
    sandbox.world.accounts.flatMap(account =>
      account.clusters.map(cluster => [cluster.name, worldClusterArn(account, cluster)] as const),
    ),
  );
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusters[0]?.[0],
    clusters: clusters.map(([name, api]) => ({
      name: arns.get(name) ?? name,
      cluster: { server: api.url, 'certificate-authority-data': api.certificateAuthority },
    })),
    users: clusters.map(([name, api]) => ({ name, user: { token: api.token } })),
    contexts: clusters.map(([name]) => ({ name, context: { cluster: arns.get(name) ?? name, user: name } })),
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
};

/**
 * How long a large account takes to read, in how many calls and how much memory: 2,500 roles, 12 providers and 130
 * clusters over three regions, by the real SDK clients over loopback. `node bench/collect.ts` prints one JSON line.
 * The sandbox that answers runs in a process of its own, so that its memory is not counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { awsAccountReader } from '../lib/collect/aws-account-reader.ts';
import { awsClients } from '../lib/collect/clients.ts';
import { sandboxCredentials } from '../sandbox/aws/credentials.ts';
import { startAws } from '../sandbox/aws/start-aws.ts';
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole } from '../sandbox/world/build.ts';
import type { World } from '../sandbox/world/world.ts';

const accountId = '111122223333';
const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const size = { roles: 2500, providers: 12, clusters: 130 };

const issuerOf = (index: number): string =>
  `https://oidc.eks.eu-west-1.amazonaws.com/id/${String(index).padStart(32, '0')}`;

const largeWorld = (): World => ({
  accounts: [
    anAccount(accountId, 'large', {
      roles: Array.from({ length: size.roles }, (_, index) => {
        const host = issuerOf(index % size.providers).slice('https://'.length);
        return aWorldRole(`role-${index}`, {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${host}` },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: {
                  [`${host}:aud`]: 'sts.amazonaws.com',
                  [`${host}:sub`]: `system:serviceaccount:n:a${index}`,
                },
              },
            },
          ],
        });
      }),
      providers: Array.from({ length: size.providers }, (_, index) =>
        aWorldProvider(issuerOf(index), ['a'.repeat(40)]),
      ),
      clusters: Array.from({ length: size.clusters }, (_, index) =>
        aWorldCluster(`cluster-${index}`, regions[index % regions.length] ?? 'eu-west-1', issuerOf(index)),
      ),
    }),
  ],
  issuers: [],
  kubernetes: new Map(),
  faults: [],
});

const serve = async (): Promise<void> => {
  const aws = await startAws(largeWorld());
  process.send?.(aws.url);
  process.once('disconnect', () => void aws.stop());
};

const measure = async (): Promise<void> => {
  const server = fork(import.meta.filename, ['serve']);
  const [url] = await once(server, 'message');
  const clients = awsClients({
    region: 'eu-west-1',
    endpoint: String(url),
    credentials: sandboxCredentials(accountId),
  });
  const started = performance.now();
  const snapshot = await awsAccountReader(clients).read({ accountId, regions }, new Date().toISOString());
  const milliseconds = Math.round(performance.now() - started);
  clients.close();
  server.disconnect();
  const calls = Object.values(clients.calls.take()).reduce((sum, count) => sum + count, 0);
  const complete =
    snapshot.roles.status === 'complete' && snapshot.regions.every(entry => entry.clusters.status === 'complete');
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    JSON.stringify({ ...size, regions: regions.length, complete, calls, milliseconds, maxRssMegabytes: megabytes }),
  );
};

await (process.argv[2] === 'serve' ? serve() : measure());

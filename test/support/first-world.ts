import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { startIssuers } from '../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../sandbox/kubernetes/start-clusters.ts';
import { firstAudit, issuerServers, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import type { World } from '../../sandbox/world/world.ts';
import { useJournalKey } from './journal-key.ts';

const start = async (folder: string, withClusters: boolean) => {
  const issuers = await startIssuers(issuerServers());
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  const world: World = await firstAudit(issuers.thumbprints, new Date().toISOString());
  const [aws, clusters] = await Promise.all([
    startAws(world),
    withClusters ? startClusters(world, issuers.mintToken) : undefined,
  ]);
  return { world, issuers, aws, clusters };
};

/**
 * The first world of the sandbox, from before the first test of a file until after its last. The SDK's own environment
 * variables lead to it, as they would for a person. Without `clusters` no API of a cluster answers.
 */
export const useFirstWorld = (options: { readonly clusters?: boolean } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-world-'));
  useJournalKey();
  const before = { ...process.env };
  let running: Awaited<ReturnType<typeof start>> | undefined;
  const started = () => {
    if (running === undefined) throw new Error('the world of the sandbox is not started');
    return running;
  };
  /** From now on with credentials of this AWS account. */
  const become = (accountId: string): void => {
    const { accessKeyId, secretAccessKey } = sandboxCredentials(accountId);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  };
  beforeAll(async () => {
    running = await start(folder, options.clusters === true);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: running.aws.url,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    });
    become(workloads);
  });
  afterAll(async () => {
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([running?.aws.stop(), running?.issuers.stop(), running?.clusters?.stop()]);
  });
  return {
    /** A folder of the test's own, with the roots of the issuers' certificates in `roots.pem`. */
    folder,
    become,
    world: () => started().world,
    /** The APIs of the clusters by name; none without `clusters`. */
    clusters: () => started().clusters?.running ?? new Map(),
    /** Options that lead a command to the issuers' servers. */
    connected: (): readonly string[] => [
      ...started().issuers.connectTo.flatMap(text => ['--connect-to', text]),
      ...['--ca-file', join(folder, 'roots.pem')],
    ],
  };
};

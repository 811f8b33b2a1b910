import { type AwsClients, awsClients, type ClientOptions } from '../../lib/collect/clients.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import type { World } from '../../sandbox/world/world.ts';
import { mainAccount, region } from './aws-world.ts';

/** A served world with clients of its first account. Few attempts and short times, so that faults end soon. */
export interface ServedWorld {
  readonly world: World;
  readonly aws: SandboxAws;
  readonly clients: AwsClients;
  stop(): Promise<void>;
}

/** A request that the world never answers: every other one of a busy machine has its answer in the time that it waits. */
const isSilent = ({ faults }: World): boolean => faults.some(({ kind }) => kind === 'time-out');

/** Serves a world and makes clients for it. */
const serveWorld = async (world: World, options: Partial<ClientOptions> = {}): Promise<ServedWorld> => {
  const aws = await startAws(world);
  const clients = awsClients({
    region,
    endpoint: aws.url,
    credentials: sandboxCredentials(world.accounts[0]?.accountId ?? mainAccount),
    maxAttempts: 1,
    requestTimeout: isSilent(world) ? 5_000 : 60_000,
    ...options,
  });
  return {
    world,
    aws,
    clients,
    stop: async () => {
      clients.close();
      await aws.stop();
    },
  };
};

/** Serves a world for the time of one test's body. */
export const withWorld = async <T>(
  world: World,
  body: (served: ServedWorld) => Promise<T>,
  options: Partial<ClientOptions> = {},
): Promise<T> => {
  const served = await serveWorld(world, options);
  try {
    return await body(served);
  } finally {
    await served.stop();
  }
};

import { beforeAll } from '@jest/globals';
import { regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from './captured-io.ts';
import { useFirstWorld } from './first-world.ts';
import { programs } from './programs.ts';

/** The first world of the sandbox, and the program over it with the real aws and kubectl: `run` asks all its regions and
 *  connects as the world wants; `fix` works from a journal and takes neither. */
export const usePlansOfFirstWorld = async (options: Parameters<typeof useFirstWorld>[0] = {}) => {
  const tools = await programs();
  const sandbox = useFirstWorld(options);
  beforeAll(() => {
    process.env.AWS_DEFAULT_REGION = 'eu-west-1';
    process.env.PATH = tools.path;
  });
  const run = (...args: readonly string[]) => {
    const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
    const session =
      args[0] === 'fix' ? [] : [...regions.flatMap(region => ['--region', region]), ...sandbox.connected()];
    return runCommand([...args, ...session], { cwd: sandbox.folder, env });
  };
  return { sandbox, run };
};

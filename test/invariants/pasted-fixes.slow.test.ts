import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { posixCommands } from '../../lib/fixes/render-step.ts';
import { toolsOf } from '../../lib/fixes/step.ts';
import { atLeast, type Finding } from '../../lib/model/finding.ts';
import { isAct } from '../../lib/model/step.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { data, regions, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';
import { useFirstWorld } from '../support/first-world.ts';
import { programs } from '../support/programs.ts';

/** What a person does with a report: paste its commands into a shell, one finding after the other, and scan again. */
const run = promisify(execFile);
const { path } = await programs();

const sandbox = useFirstWorld();
const { become, folder } = sandbox;

const scan = async (): Promise<readonly Finding[]> => {
  const places = regions.flatMap(region => ['--region', region]);
  const { stdout } = await runCommand(['scan', ...places, ...sandbox.connected(), '--json'], { cwd: folder });
  return (JSON.parse(stdout) as RunReport).findings;
};

/** The steps of a fix that change AWS, and the commands of all of its steps of aws. */
const writesOf = ({ fix }: Finding) => (fix.steps ?? []).filter(step => isAct(step) && toolsOf(step).includes('aws'));
const commandsOf = ({ fix }: Finding) => posixCommands((fix.steps ?? []).filter(step => toolsOf(step).includes('aws')));
const paste = async (command: string): Promise<void> => {
  await run('sh', ['-c', command], {
    env: { ...process.env, PATH: path, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
    timeout: 120_000,
  });
};

describe('the commands of the first audit, pasted', () => {
  test.each([
    ['the account with the clusters', workloads],
    ['the account with the data', data],
  ])('%s: what is pasted fixes, and breaks nothing else', async (_title, accountId) => {
    become(accountId);
    const tried = new Set<string>();
    let now = await scan();
    const faults: string[] = [];
    for (;;) {
      const next = now.find(one => !tried.has(one.id) && writesOf(one).length > 0);
      if (next === undefined) break;
      tried.add(next.id);
      for (const command of commandsOf(next)) await paste(command);
      const after = await scan();
      const known = new Set(now.map(one => one.id));
      if (after.some(one => one.id === next.id)) faults.push(`still there: ${next.ruleId}: ${next.message}`);
      for (const one of after)
        if (!known.has(one.id) && atLeast(one.severity, 'medium'))
          faults.push(`new after ${next.ruleId} (${next.message}): ${one.ruleId}: ${one.message}`);
      now = after;
    }
    expect(tried.size).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });
});

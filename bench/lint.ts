/**
 * How long `lint` takes over a folder of 25,000 files, and how much room: one file in five has a role or its service account, the
 * others are workloads, buckets, queues and settings. Prints one JSON object.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { lintFiles } from '../lib/cli/lint/lint-files.ts';
import { lintRules, readFiles } from '../lib/cli/lint/read-files.ts';

const count = Number(process.argv[2] ?? 25_000);
const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const many = (length: number, line: (at: number) => string, between = '\n'): string =>
  Array.from({ length }, (_, at) => line(at)).join(between);

/** The files of an application, by their endings. */
const kinds: readonly (readonly [string, (name: string) => string])[] = [
  [
    'role.tf',
    name =>
      `resource "aws_iam_role" "app" {\n  name = "${name}"\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/${issuer}" }, Condition = { StringEquals = { "${issuer}:sub" = "system:serviceaccount:shop:${name}", "${issuer}:aud" = "sts.amazonaws.com" } } }] })\n}\n`,
  ],
  [
    'account.yaml',
    name =>
      `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/${name}\n`,
  ],
  ...['one', 'two'].map(
    part =>
      [
        `deployment-${part}.yaml`,
        (name: string) =>
          `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}-${part}, namespace: shop}\nspec:\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      serviceAccountName: ${name}\n      containers:\n      - name: app\n        image: app\n        env:\n${many(40, at => `        - {name: KEY_${at}, value: "value ${at} of ${name}"}`)}\n`,
      ] as const,
  ),
  ...['one', 'two'].map(
    part =>
      [
        `buckets-${part}.tf`,
        (name: string) =>
          many(
            12,
            at =>
              `resource "aws_s3_bucket" "${part}_${at}" {\n  bucket = "${name}-${at}-\${var.environment}"\n  tags = {\n    Name = "b${at}"\n    Team = local.team\n  }\n}\n`,
          ),
      ] as const,
  ),
  ['package.json', name => `{"name": "${name}", "dependencies": {${many(200, at => `"p${at}": "1.0.${at}"`, ', ')}}}`],
  ['values.yaml', () => many(80, at => `key${at}:\n  nested:\n    value: "${at}"\n    list: [1, 2, 3]`)],
  [
    'settings.yaml',
    name =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n${many(60, at => `  k${at}: "${at}"`)}\n`,
  ],
  [
    'queues.json',
    name =>
      `{"Resources": {${many(30, at => `"Q${at}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "${name}-${at}"}}`, ', ')}}}`,
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'irsa-lint-'));
try {
  for (let at = 0; at < count; at += 1) {
    const [ending, textOf] = kinds[at % kinds.length] ?? kinds[0] ?? ['', () => ''];
    const name = `app-${Math.floor(at / kinds.length)}`;
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, ending), textOf(name));
  }
  const began = performance.now();
  const { files, ...unread } = await readFiles(['.'], folder, Readable.from([]));
  const choice = { rules: lintRules, minSeverity: 'low', toolVersion: '0', now: new Date().toISOString() } as const;
  const { findings, policies, serviceAccounts, errors } = lintFiles(files, unread, choice);
  if (policies === 0 || findings.length + errors.length > 0) throw new Error('a sound folder has no findings');
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const megabytes = Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
  process.stdout.write(`${JSON.stringify({ files: count, policies, serviceAccounts, seconds, megabytes })}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { displayWidth } from '../../lib/text/visible-text.ts';
import type { FastRunDocument, RunDocument } from '../../sandbox/run-document.ts';

/** `npm start -- --json` as a person runs it, in a folder of its own. */
let folder: string;
let runs: readonly RunDocument[] = [];
let fast: FastRunDocument | undefined;
let stderr = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-sandbox-'));
  const done = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', resolve('sandbox/start.ts'), '--json'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  stderr = done.stderr;
  expect(done.status).toBe(0);
  const told = JSON.parse(done.stdout) as { readonly runs: readonly RunDocument[]; readonly fast: FastRunDocument };
  runs = told.runs;
  fast = told.fast;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (number: number): RunDocument => {
  const found = runs[number - 1];
  if (found === undefined) throw new Error(`there is no run ${number}`);
  return found;
};
const seriously = (findings: readonly Finding[]) => findings.filter(finding => finding.severity !== 'info');

describe('run 1', () => {
  test.each([
    'cluster-provider-missing',
    'provider-audience-missing',
    'provider-thumbprint-mismatch',
    'provider-thumbprint-not-root',
    'provider-orphaned',
    'issuer-certificate-untrusted',
    'trust-provider-missing',
    'trust-any-subject',
    'trust-subject-literal-wildcard',
    'trust-key-issuer-mismatch',
  ])('finds %s', ruleId => {
    expect(run(1).findings.map(finding => finding.ruleId)).toContain(ruleId);
  });

  test.each([
    'cluster/shop',
    'cluster/depot',
    'role/depot-shelf',
    'role/ledger-keeper',
    'role/shop-cart',
    'role/lake-reader',
    'role/deploy',
    'role/node',
  ])('is silent about the healthy %s', name => {
    expect(seriously(run(1).findings).filter(finding => finding.subject.endsWith(name))).toEqual([]);
  });

  test('is silent about healthy providers', () => {
    const healthy = run(1).findings.filter(
      finding => finding.subject.includes('oidc-provider/') && /(5C5C5C|7A7A7A|8C8C8C)/.test(finding.subject),
    );
    expect(healthy).toEqual([]);
  });

  test('tells the one way to an administrator, step by step: group, right, pod, role', () => {
    const told = run(1).findings.filter(({ ruleId }) => ruleId.startsWith('reach-'));
    expect(told.map(({ ruleId, clusterName, data, evidence }) => [ruleId, clusterName, data.who, ...evidence])).toEqual(
      [
        [
          'reach-administrator',
          'factory',
          'group developers',
          expect.objectContaining({
            what: 'step 1: group developers runs commands in pods',
            got: 'RoleBinding release/developers → ClusterRole debug-pods → a pod of Deployment release/deployer',
          }),
          expect.objectContaining({
            what: 'step 2: a pod of Deployment release/deployer assumes the role with its token',
            got: expect.stringMatching(/ → role factory-release$/),
          }),
        ],
      ],
    );
    const levelOf = (name: string) => run(1).access?.levels?.find(({ roleArn }) => roleArn.endsWith(`/${name}`))?.level;
    expect([levelOf('factory-release'), levelOf('depot-shelf')]).toEqual(['administrator', 'little']);
  });

  test('reads everything and says so', () => {
    expect(run(1).gaps).toEqual([]);
    expect(run(1).messages).toHaveLength(1);
    expect(stderr).toBe('');
  });

  test('asks each account for its roles once', () => {
    expect(run(1).apiCalls['iam:ListRoles']).toBe(2);
  });
});

describe('run 2', () => {
  test('shows exactly the drift', () => {
    expect(
      run(2)
        .transitions.map(({ kind, after }) => `${kind} ${after.finding.ruleId}`)
        .sort(),
    ).toEqual([
      'opened cluster-provider-missing',
      'opened provider-audience-missing',
      'opened trust-any-service-account-in-namespace',
      'resolved cluster-provider-missing',
      'resolved reach-administrator',
    ]);
    const resolved = run(2).transitions.filter(({ kind }) => kind === 'resolved');
    expect(resolved.map(({ after }) => after.finding.clusterName).sort()).toEqual(['factory', 'payments']);
    expect(run(2).messages).toHaveLength(1);
  });

  test('says by email that the way to the administrator is gone, and has no step of it left', () => {
    const email = readFileSync(join(folder, 'sandbox-out', 'notifications', '02.txt'), 'utf8');
    const [, resolved = ''] = email.split('Resolved:');
    expect(resolved).toMatch(/^- factory \(.*\): role factory-release: non-admins can become it \(passed\)$/m);
    expect(run(1).reach?.edges.filter(({ by }) => by.includes('release/developers'))).not.toEqual([]);
    expect(run(2).reach?.edges.filter(({ by }) => by.includes('release/developers'))).toEqual([]);
  });
});

describe('run 3', () => {
  test('writes nothing and sends nothing', () => {
    expect(run(3).transitions).toEqual([]);
    expect(run(3).factChanges).toEqual([]);
    expect(run(3).written).toBe(0);
    expect(run(3).messages).toEqual([]);
  });
});

describe('the fast lane', () => {
  test('tells one change, with who made it, by a run of its own state machine', () => {
    expect(fast?.runId).toMatch(/^fast-/);
    const opened = fast?.transitions.filter(({ kind }) => kind === 'opened') ?? [];
    expect(opened.map(({ after }) => after.finding.ruleId)).toEqual(['trust-any-subject']);
    for (const { changedBy } of opened)
      expect(changedBy).toEqual([
        expect.objectContaining({
          event: 'UpdateAssumeRolePolicy',
          actor: expect.stringMatching(/assumed-role\/platform\/kim$/),
          sourceIp: '127.0.0.1',
          thing: { kind: 'role', name: 'shop-cart' },
        }),
      ]);
    expect(fast?.messages).toHaveLength(1);
  });

  test('the email names the call, who made it and from where', () => {
    const email = readFileSync(join(folder, 'sandbox-out', 'notifications', '03.txt'), 'utf8').replace(/\s+/g, ' ');
    expect(email).toMatch(
      /UpdateAssumeRolePolicy by arn:aws:sts::\d{12}:assumed-role\/platform\/kim from 127\.0\.0\.1 at /,
    );
  });
});

test('what was found and sent is kept in files', () => {
  const out = join(folder, 'sandbox-out');
  expect(readdirSync(out).sort()).toEqual(
    expect.arrayContaining(['notifications', 'run-1.html', 'run-1.json', 'run-2.json', 'run-3.json']),
  );
  const forms = ['-slack.txt', '-teams.txt', '.json', '.txt'];
  expect(readdirSync(join(out, 'notifications')).sort()).toEqual(
    ['01', '02', '03', '04'].flatMap(number => forms.map(form => `${number}${form}`)),
  );
  const email = readFileSync(join(out, 'notifications', '02.txt'), 'utf8');
  expect(email).toMatch(/^Subject: [\x20-\x7e]{1,99}\n/);
  expect(email).toMatch(
    /^ {2}More: irsa-auditor findings show [0-9a-f]{8} --table irsa-auditor-findings --region eu-west-1$/m,
  );
  const weekly = ['04.txt', '04-slack.txt', '04-teams.txt'].map(name =>
    readFileSync(join(out, 'notifications', name), 'utf8'),
  );
  for (const message of weekly) expect(message).toMatch(/^(?:Subject: irsa-auditor: |IRSA audit, )this week: \d+ open/);
});

describe('on a terminal', () => {
  test('no line is wider than it, but the name of one word, and the last line is the command for the first finding', () => {
    const done = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', resolve('sandbox/start.ts')], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(done.status).toBe(0);
    const lines = done.stdout.trimEnd().split('\n');
    expect(lines.filter(line => displayWidth(line) > 100 && line.trim().includes(' '))).toEqual([]);
    // npm's own lines are four more.
    expect(lines.length).toBeLessThanOrEqual(86);
    expect(lines.filter(line => line.includes('nothing to check'))).toHaveLength(1);
    const [first = ''] = lines.slice(lines.findIndex(line => line.startsWith('CRITICAL')) + 1);
    const [id = ''] = first.trim().split(/ +/);
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(lines.at(-1)).toContain(`irsa-auditor explain ${id} --input`);
  });
});

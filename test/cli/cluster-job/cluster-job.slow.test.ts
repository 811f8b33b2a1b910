import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { runCommand } from '../../support/captured-io.ts';
import { useFirstWorld } from '../../support/first-world.ts';

interface Pushed {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly body: string;
}

/** A Pushgateway that keeps what it gets. */
const withGateway = async <T>(status: number, body: (url: string, pushed: readonly Pushed[]) => Promise<T>) => {
  const pushed: Pushed[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      pushed.push({ method: request.method, path: request.url, body: Buffer.concat(parts).toString() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed);
  } finally {
    server.close();
  }
};

describe('cluster-job', () => {
  const sandbox = useFirstWorld({ clusters: true });
  /** A kubeconfig as the chart writes it: the token and the authority are files. */
  const kubeconfig = (): string => {
    const api = sandbox.clusters().get('shop');
    const path = join(sandbox.folder, 'kubeconfig.json');
    writeFileSync(join(sandbox.folder, 'token'), api?.token ?? '');
    writeFileSync(join(sandbox.folder, 'ca.crt'), Buffer.from(api?.certificateAuthority ?? '', 'base64'));
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'in-cluster',
      clusters: [{ name: 'own', cluster: { server: api?.url, 'certificate-authority': 'ca.crt' } }],
      users: [{ name: 'own', user: { tokenFile: 'token' } }],
      contexts: [{ name: 'in-cluster', context: { cluster: 'own', user: 'own' } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const run = (...args: readonly string[]) =>
    runCommand(
      ['cluster-job', '--region', 'eu-west-1', '--kubeconfig', kubeconfig(), ...sandbox.connected(), ...args],
      { cwd: sandbox.folder },
    );

  test('writes page, report and metrics of its own cluster and pushes the metrics, with exit code 0 for findings', async () => {
    mkdirSync(join(sandbox.folder, 'out'), { recursive: true });
    await withGateway(200, async (url, pushed) => {
      const { stdout, stderr, code } = await run('--cluster', 'shop', '--directory', 'out', '--pushgateway', `${url}/`);
      expect([stderr, code]).toEqual(['', 0]);
      expect(stdout).toMatch(/^shop: \d+ findings: /);
      const read = (name: string) => readFileSync(join(sandbox.folder, 'out', name), 'utf8');
      const report = JSON.parse(read('report.json')) as RunReport;
      expect(report.findings.length).toBeGreaterThan(3);
      expect(report.counts.serviceAccounts).toBeGreaterThan(0);
      expect(report.findings.map(({ clusterName }) => clusterName)).not.toContain('search');
      expect(read('report.html')).toContain('<!doctype html>');
      expect(pushed).toEqual([
        { method: 'PUT', path: '/metrics/job/irsa-auditor/eks_cluster/shop', body: read('metrics.prom') },
      ]);
      expect(pushed[0]?.body).toMatch(/^irsa_auditor_findings\{severity="high"\} [1-9]/m);
      expect(statSync(join(sandbox.folder, 'out/report.json')).mode & 0o077).toBe(0);
    });
  });

  test('writes through no link that leads out of the working folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'irsa-auditor-outside-'));
    try {
      writeFileSync(join(outside, 'report.json'), 'before');
      mkdirSync(join(sandbox.folder, 'links'), { recursive: true });
      symlinkSync(join(outside, 'report.json'), join(sandbox.folder, 'links', 'report.json'));
      symlinkSync(outside, join(sandbox.folder, 'linked'));
      for (const [directory, file] of [
        ['links', 'report.json'],
        ['linked', 'report.html'],
      ] as const) {
        const { stderr, code } = await run('--cluster', 'shop', '--directory', directory);
        expect([code, stderr]).toEqual([2, expect.stringContaining(`${directory}/${file}: a link leads out`)]);
      }
      expect([readFileSync(join(outside, 'report.json'), 'utf8'), readdirSync(outside)]).toEqual([
        'before',
        ['report.json'],
      ]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  test('a Pushgateway that refuses, or that is not there, is exit code 1 with its host', async () => {
    await withGateway(400, async url => {
      const { stderr, code } = await run('--cluster', 'shop', '--pushgateway', url);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^irsa-auditor: the Pushgateway \S+ answered 400, wanted 200$/m),
      ]);
    });
    const { stderr, code } = await run('--cluster', 'shop', '--pushgateway', 'http://127.0.0.1:1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('127.0.0.1:1 was not reached')]);
  });

  test('an API server that takes neither report nor events is exit code 1, each in one line', async () => {
    const { stderr, code } = await run('--cluster', 'shop', '--policy-report', '--events');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^irsa-auditor: the ClusterPolicyReport was not applied: .+$/m);
    expect(stderr).toMatch(/^irsa-auditor: (\d+) of \1 events were not applied: .+$/m);
  });

  test.each([
    [['--cluster', 'nowhere'], /nowhere/],
    [['--cluster', 'shop', '--pushgateway', 'ftp://x'], /wanted an address such as/],
    [[], /--cluster/],
  ])('%j is refused with exit code 2', async (args, why) => {
    const { stderr, code } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
  });
});

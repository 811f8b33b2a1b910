import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Digest } from '../../lib/history/transition.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { type Sandbox, type SandboxRun, startSandbox } from '../../sandbox/start-sandbox.ts';
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../../sandbox/world/build.ts';
import type { ThumbprintsOf } from '../../sandbox/world/scenarios/first-audit.ts';
import type { World, WorldIssuer } from '../../sandbox/world/world.ts';
import { runCommand } from '../support/captured-io.ts';
import { sandboxVariables } from '../support/lead-to-sandbox.ts';

const accounts = ['111122223333', '444455556666'] as const;
const regions = ['eu-west-1', 'eu-central-1'] as const;
const id = (letter: string) => letter.repeat(32);
const issuers = {
  shop: `https://oidc.eks.eu-west-1.amazonaws.com/id/${id('A')}`,
  mall: `https://oidc.eks.eu-central-1.amazonaws.com/id/${id('B')}`,
  farm: `https://oidc.eks.eu-west-1.amazonaws.com/id/${id('C')}`,
  barn: `https://oidc.eks.eu-central-1.amazonaws.com/id/${id('D')}`,
  gone: `https://oidc.eks.eu-west-1.amazonaws.com/id/${id('E')}`,
  kops: 'https://clusters.example.com/kops',
  gitlab: 'https://gitlab.example.org',
} as const;
const servers = (chain: string): WorldIssuer[] =>
  Object.entries(issuers).map(([name, url]) => ({ url, chain, discovery: name === 'gone' ? 'not-found' : 'valid' }));

const world = (thumbprints: ThumbprintsOf, now: string): World => {
  const account = (accountId: string, name: string, clusters: readonly (readonly [string, string, string])[]) => {
    const own = [...clusters.map(([, , url]) => url), issuers.gone, issuers.kops, issuers.gitlab];
    return anAccount(accountId, name, {
      providers: own.map(url => aWorldProvider(url, [thumbprints(url).root])),
      clusters: clusters.map(([cluster, region, issuer]) => aWorldCluster(cluster, region, issuer)),
      roles: [
        ...own.map((url, at) =>
          aWorldRole(`app-${at}`, trust(accountId, url, exactly('web', 'cart')), { lastUsedAt: now }),
        ),
        aWorldRole('irsa-auditor-read', {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${accounts[0]}:root` },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'irsa-auditor' } },
            },
          ],
        }),
      ],
    });
  };
  return {
    accounts: [
      account(accounts[0], 'own', [
        ['shop', 'eu-west-1', issuers.shop],
        ['mall', 'eu-central-1', issuers.mall],
      ]),
      account(accounts[1], 'member', [
        ['farm', 'eu-west-1', issuers.farm],
        ['barn', 'eu-central-1', issuers.barn],
      ]),
    ],
    issuers: servers('public'),
    kubernetes: new Map(),
    faults: [],
  };
};

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ issuers: servers('public'), world, regions });
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-behind-'));
  writeFileSync(join(folder, 'roots.pem'), sandbox.issuers.caPem);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sandbox.stop();
});

const serve = async (chain: string, discovery = 'valid') => {
  for (const url of Object.values(issuers)) await sandbox.issuers.setChain(url, chain);
  for (const each of sandbox.world.issuers)
    Object.assign(each, { discovery: each.url === issuers.gone ? 'not-found' : discovery });
};

const proxyTold = 'low hygiene issuer-certificate-untrusted: proxy, pods: nothing';
const toldBy = (run: SandboxRun, accountId: string) =>
  (run.result.evaluations.find(each => each.accountId === accountId)?.findings ?? []).map(
    ({ severity, impact, ruleId, messageId, podError }) =>
      `${severity} ${impact} ${ruleId}: ${messageId}, pods: ${podError ?? 'nothing'}`,
  );

describe('a deployed auditor whose network begins to inspect TLS', () => {
  const runs: SandboxRun[] = [];
  beforeAll(async () => {
    runs.push(await sandbox.run('run-1'));
    await serve('intercepted');
    runs.push(await sandbox.run('run-2'));
    await serve('intercepted', 'not-json');
    runs.push(await sandbox.run('run-3'));
    await serve('public');
    runs.push(await sandbox.run('run-4'));
  });

  test.each([1, 2])('tells each account one thing, of itself, and nothing of any issuer (run %i)', at => {
    expect(accounts.map(accountId => toldBy(runs[at] as SandboxRun, accountId))).toEqual([[proxyTold], [proxyTold]]);
  });

  test('tells no change of certificates or keys: those of the proxy are not the issuers’', () => {
    for (const { result } of runs) expect(result.factChanges).toEqual([]);
  });

  test('writes to people when it begins and when it is over, at the lowest level, whatever the proxy answers', () => {
    const told = runs.map(({ digests }) => digests.flatMap(digest => digest.transitions.map(wordOf)));
    expect(told.slice(1)).toEqual([
      ['opened issuer-certificate-untrusted', 'opened issuer-certificate-untrusted'],
      [],
      ['resolved issuer-certificate-untrusted', 'resolved issuer-certificate-untrusted'],
    ]);
    expect(runs[1]?.digests.map(digest => digestText(digest).body).join()).not.toMatch(/^(HIGH|CRITICAL) /m);
  });

  test('resolves nothing meanwhile that it could not see', () => {
    expect(toldBy(runs[3] as SandboxRun, accounts[0])).toEqual(toldBy(runs[0] as SandboxRun, accounts[0]));
  });
});

describe('scan behind the same proxy', () => {
  const scan = (...args: readonly string[]) =>
    runCommand(
      [
        ...['scan', '--no-in-cluster', '--ca-file', join(folder, 'roots.pem')],
        ...regions.flatMap(region => ['--region', region]),
        ...sandbox.issuers.connectTo.flatMap(text => ['--connect-to', text]),
        ...args,
      ],
      { cwd: folder, env: {} },
    );
  const before = { ...process.env };
  beforeAll(async () => {
    Object.assign(process.env, sandboxVariables(sandbox.aws.url, accounts[0], folder));
    await serve('intercepted', 'not-json');
  });
  afterAll(() => {
    process.env = before;
  });

  test('one low finding of the auditor, whatever stands behind', async () => {
    const { stdout, stderr, code } = await scan('--json');
    const { findings, undecided, gaps } = JSON.parse(stdout) as {
      readonly findings: readonly { readonly severity: string; readonly messageId: string }[];
      readonly undecided: readonly { readonly ruleId: string; readonly kind: string }[];
      readonly gaps: readonly unknown[];
    };
    expect([stderr, gaps, code]).toEqual(['', [], 1]);
    expect(findings.map(({ severity, messageId }) => `${severity} ${messageId}`)).toEqual(['low proxy']);
    expect(undecided.filter(({ kind }) => kind === 'ambiguous').map(({ ruleId }) => ruleId)).toContain(
      'provider-thumbprint-mismatch',
    );
  });

  test.each([
    ['medium', 0],
    ['low', 1],
  ])('a gate at %s ends with %i', async (severity, wanted) => {
    expect((await scan('--fail-on', severity)).code).toBe(wanted);
  });
});

const wordOf = ({ kind, after }: Digest['transitions'][number]) => `${kind} ${after.finding.ruleId}`;

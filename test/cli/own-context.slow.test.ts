/** Commands of kubectl carry the context that this person's kubeconfig has for the cluster, wherever a finding is shown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { findingsCommandOf } from '../../lib/cli/commands/findings.ts';
import { sessionCommands } from '../../lib/cli/scan/audit-session.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { annotate } from '../../lib/fixes/kubernetes-steps.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { renderJson } from '../../lib/report/formats.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aFinding, aReport, known } from '../report/sample-report.ts';
import { runCommand } from '../support/captured-io.ts';
import { aCluster } from '../support/example-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-own-context-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const endpoint = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const cluster = aCluster({ endpoint });
const key = 'eks.amazonaws.com/role-arn';
const step = annotate(cluster, { namespace: 'checkout', name: 'cart', annotations: { [key]: 'x' } }, key, 'y');
const finding = aFinding({
  id: 'a'.repeat(32),
  clusterName: cluster.name,
  fix: { summary: 'Set it.', commands: ['rm -rf x'], steps: [step] },
});
writeFileSync(join(folder, 'run.json'), renderJson(aReport({ findings: [finding] })));
const config = (server: string): string =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'my-own', context: { cluster: 'c', user: 'u' } }],
  });
writeFileSync(join(folder, 'here'), config(endpoint));
writeFileSync(join(folder, 'elsewhere'), config('https://other.example'));

const store = memoryFindingStore({ [finding.accountId]: { ...nothingKnown, findings: [known(finding)] } });
const ofTable = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
  let text = '';
  const stdout = new PassThrough();
  stdout.on('data', part => {
    text += String(part);
  });
  const io = {
    ...{ stdin: new PassThrough(), stdout, stderr: new PassThrough(), exit: () => undefined, cwd: folder, env },
    ...{ now: () => '2026-11-01T06:00:00Z', stdoutIsTerminal: false, stderrIsTerminal: false },
  };
  await new Command()
    .addCommand(findingsCommandOf(async () => store)(io))
    .parseAsync(['findings', ...args], { from: 'user' });
  return text;
};
const ofFile = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> =>
  (await runCommand([...args, '--input', 'run.json'], { cwd: folder, env })).stdout;

test.each([
  ['explain', ofFile, ['explain', finding.id]],
  ['explain --json', ofFile, ['explain', finding.id, '--json']],
  ['report', ofFile, ['report', '--format', 'json']],
  ['findings show', ofTable, ['show', finding.id]],
  ['findings show --format json', ofTable, ['show', finding.id, '--format', 'json']],
  ['findings list --format json', ofTable, ['list', '--format', 'json']],
] as const)('%s', async (_, shownBy, args) => {
  const own = await shownBy(args, { KUBECONFIG: join(folder, 'here') });
  expect(own).toContain('kubectl --context my-own --namespace checkout annotate');
  expect(own).not.toContain('update-kubeconfig');
  const without = await shownBy(args, { KUBECONFIG: join(folder, 'elsewhere') });
  expect(without).toMatch(/aws eks update-kubeconfig --name .*kubectl --context arn:aws:eks:/s);
  for (const text of [own, without]) expect(text).not.toContain('rm -rf');
});

test('commands of an audit repeat its profile where the profile’s own account was audited', async () => {
  const io = { env: { KUBECONFIG: join(folder, 'here') }, cwd: folder } as unknown as Io;
  const profileOf = async (options: Parameters<typeof sessionCommands>[0]) =>
    (await sessionCommands(options, io, 'before')).options.profile;
  expect(await profileOf({ profile: 'mine' })).toBe('mine');
  expect(await profileOf({ profile: 'mine', roleArn: 'arn:aws:iam::111122223333:role/x' })).toBeUndefined();
  expect(await profileOf({ profile: 'mine', config: 'accounts.json' })).toBeUndefined();
  expect(await profileOf({})).toBeUndefined();
});

test.each([
  ['explain', ['explain', finding.id]],
  ['report', ['report', '--format', 'json']],
])('%s of a file: commands are led by the kubeconfig that is named', async (_, args) => {
  const shown = await ofFile([...args, '--kubeconfig', 'here'], { KUBECONFIG: join(folder, 'elsewhere') });
  expect(shown).toContain('kubectl --kubeconfig here --context my-own --namespace checkout annotate');
  expect(shown).not.toContain('update-kubeconfig');
});

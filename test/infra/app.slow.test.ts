import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { sample } from '../support/sample.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-app-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;
/** Runs the app as the CDK command line does: context and output directory in the environment. */
const app = (context: Readonly<Record<string, string>>) => {
  count += 1;
  const outdir = join(directory, `out-${count}`);
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  return { status, stderr, outdir };
};
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

/** Secrets whose permissions fit into no policy. */
const manySecrets = JSON.stringify({
  operations: 'none',
  notifications: Array.from({ length: 200 }, (_, at) => ({ to: 'slack', secretName: `hooks/${at}` })),
});

/** The context of an app that is refused, and words of the sentence. */
const refused: readonly (readonly [title: string, context: Readonly<Record<string, string>>, words: string])[] = [
  ['no file', { config: 'missing.json' }, 'cannot read missing.json'],
  ['no JSON', { config: file('broken.json', '{') }, 'is not JSON'],
  ['an unknown key', { config: file('unknown.json', '{"shedule":{}}') }, 'shedule'],
  ['a wrong value', { config: file('wrong.json', '{"minSeverity":"urgent"}') }, 'minSeverity'],
  ['nobody for the alarms', { config: file('nobody.json', '{}') }, 'operations: got nothing, wanted who reads'],
  ['no account', { 'member-role-of': '1234' }, 'got 1234, want the 12 digits'],
  ['a misspelt flag', { 'keep-data': 'no' }, '-c keep-data: got "no", wanted true or false'],
  ['too many secrets', { config: file('many.json', manySecrets) }, 'makes more than AWS takes: irsa-auditor/Default'],
];

describe('the app', () => {
  test('bundles the handlers with their configuration into the assembly', () => {
    const { status, stderr, outdir } = app({});
    expect([status, stderr]).toEqual([0, '']);
    const assets = readdirSync(outdir).filter(name => name.startsWith('asset.'));
    expect(assets).toHaveLength(7);
    for (const asset of assets)
      expect(readdirSync(join(outdir, asset)).sort()).toEqual(['configuration.json', 'index.mjs']);
  });

  test('makes the role of a member account alone', () => {
    const { status, outdir } = app({ 'member-role-of': '111122223333' });
    expect(status).toBe(0);
    expect(readdirSync(outdir).filter(name => name.endsWith('.template.json'))).toEqual([
      'irsa-auditor-member-role.template.json',
    ]);
    const template = readFileSync(join(outdir, 'irsa-auditor-member-role.template.json'), 'utf8');
    expect(template).toContain('sts:ExternalId');
    expect(template).toContain('role/irsa-auditor-collect-account');
  });

  test.each(sample(refused, 3))('says %s in one sentence, without a stack', (_, context, words) => {
    const { status, stderr } = app(context);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ConfigurationInvalid, parseConfiguration } from '../../lib/config/configuration.ts';
import { auditorApp } from '../../lib/infra/auditor-app.ts';
import { sample } from '../support/sample.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-app-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;
/** Runs the app as the CDK command line does: context and output directory in the environment. */
const app = (context: Readonly<Record<string, string>>) => {
  count += 1;
  const outdir = join(directory, `out-${count}`);
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.js'], {
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

/** The same in this process, up to the first refusal: without the handlers and a stack, which take seconds. */
const refusalOf = async (context: Readonly<Record<string, string>>): Promise<string> => {
  const before = process.env.CDK_CONTEXT_JSON;
  process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
  try {
    await auditorApp({
      configurationOf: (name = '{}') => parseConfiguration(name, 'test'),
      ...{ accountId: undefined, region: undefined, version: '0' },
    });
    return 'made';
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.message;
    throw error;
  } finally {
    if (before === undefined) delete process.env.CDK_CONTEXT_JSON;
    else process.env.CDK_CONTEXT_JSON = before;
  }
};

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
    const { status, stderr, outdir } = app({ 'keep-data': 'false' });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^irsa-auditor \S+: stack irsa-auditor\n/);
    expect(stderr).toContain('table and bucket go with cdk destroy');
    expect(stderr.trimEnd().split('\n')).toHaveLength(10);
    const template: { Resources: Record<string, { Type: string; DeletionPolicy?: string }> } = JSON.parse(
      readFileSync(join(outdir, 'irsa-auditor.template.json'), 'utf8'),
    );
    const kept = Object.values(template.Resources).filter(({ Type }) => /::(?:Table|Bucket)$/.test(Type));
    expect(kept.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete', 'Delete']);
    const assets = readdirSync(outdir).filter(name => name.startsWith('asset.'));
    const contents = assets.map(asset => readdirSync(join(outdir, asset)).sort().join());
    // The other one is CDK's own, which empties the bucket that is not kept.
    expect(contents.filter(names => names === 'configuration.json,index.mjs')).toHaveLength(7);
    expect(contents).toHaveLength(8);
  });

  test.each<readonly [Readonly<Record<string, string>>, string]>([
    [
      { config: '{}' },
      'operations: got nothing, wanted who reads the alarms about the auditor itself, such as {"to": "email", "addresses": ["ops@example.com"]}, or "none"',
    ],
    [{ 'keep-data': 'no' }, '-c keep-data: got "no", wanted true or false'],
    [{ keepdata: 'false' }, '-c keepdata: got an unknown key, wanted keep-data'],
    [{ Member_Role_Of: '111122223333' }, '-c Member_Role_Of: got an unknown key, wanted member-role-of'],
    [{ 'bootstrap-version-rule': '' }, '-c bootstrap-version-rule: got "", wanted true or false'],
    [{ 'member-role-of': '1234' }, '-c member-role-of: got 1234, want the 12 digits of an AWS account'],
    [
      { 'member-role-of': '1111222233334' },
      '-c member-role-of: got 1111222233334, want the 12 digits of an AWS account',
    ],
  ])('refuses %j before anything is bundled', async (context, message) => {
    expect(await refusalOf(context)).toBe(message);
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

  test.each(sample(refused, 1))('says %s in one sentence, without a stack', (_, context, words) => {
    const { status, stderr } = app(context);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

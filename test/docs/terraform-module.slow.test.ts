/** The module in terraform/: its names against the schema of the configuration, the program that it calls and the template. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HclBlock, HclBody, HclExpression } from '../../lib/cli/lint/hcl/hcl-tree.ts';
import { hclReader } from '../../lib/cli/lint/hcl/parse-hcl.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { auditorTemplate } from '../../lib/infra/auditor-template.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommand } from '../support/captured-io.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-terraform-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const schema: { readonly properties: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync('docs/schema/config.json', 'utf8'),
);
const keys = Object.keys(schema.properties).filter(key => key !== '$schema');
const snake = (key: string): string =>
  key
    .split(/(?=[A-Z])/)
    .map(word => word.toLowerCase())
    .join('_');
/** Of the module, beside those of the configuration. */
const own = ['bucket', 'program', 'directory', 'tags'];

const texts = readdirSync('terraform')
  .filter(name => name.endsWith('.tf'))
  .map(name => ({ name, text: readFileSync(join('terraform', name), 'utf8') }));
const all = texts.map(({ text }) => text).join('\n');
let blocks: readonly HclBlock[];
beforeAll(async () => {
  const read = await hclReader();
  const bodies = texts.map(({ name, text }) => read(text, name));
  expect(bodies).toHaveLength(2);
  const unreadable = bodies.filter(body => !('blocks' in body));
  expect(unreadable).toEqual([]);
  blocks = bodies.flatMap(body => (body as HclBody).blocks);
});

const named = (type: string, ...labels: readonly string[]): HclBlock => {
  const found = blocks.filter(block => block.type === type && labels.every((label, at) => block.labels[at] === label));
  expect([type, ...labels, found.length]).toEqual([type, ...labels, 1]);
  return found[0] as HclBlock;
};
const keysOf = (value: HclExpression | undefined): readonly string[] => {
  if (typeof value !== 'object' || value === null || value.kind !== 'map') return [];
  return value.members
    .map(({ key }) => (typeof key === 'object' && key !== null && 'text' in key ? key.text : String(key)))
    .sort();
};

describe('the names of the module', () => {
  test('its variables are the keys of the configuration, and four of its own', () => {
    const variables = blocks.filter(({ type }) => type === 'variable').map(({ labels }) => labels[0]);
    expect(variables.sort()).toEqual([...keys.map(snake), ...own].sort());
    expect(keys.length).toBeGreaterThan(25);
  });

  test('each is handed on under its key, and none is left out', () => {
    const configuration = blocks
      .filter(({ type }) => type === 'locals')
      .map(({ attributes }) => attributes.get('configuration'));
    expect(configuration).toHaveLength(1);
    const [map] = configuration;
    expect(keysOf(map)).toEqual([...keys].sort());
    const text = texts.find(({ name }) => name === 'configuration.tf')?.text ?? '';
    for (const key of keys) expect(text).toMatch(new RegExp(`^    ${key} += var\\.${snake(key)}$`, 'm'));
  });

  test('only those without which nothing can be deployed have no default', () => {
    const required = blocks
      .filter(({ type, attributes }) => type === 'variable' && !attributes.has('default'))
      .map(({ labels }) => labels[0]);
    expect(required.sort()).toEqual(['bucket', 'operations']);
  });

  test('each name that it refers to is declared', () => {
    const declared = new Set([
      ...blocks.filter(({ type }) => type === 'variable').map(({ labels }) => `var.${labels[0]}`),
      ...blocks.filter(({ type }) => type === 'data').map(({ labels }) => `data.${labels.join('.')}`),
      ...blocks.filter(({ type }) => type === 'resource').map(({ labels }) => labels.join('.')),
      'local.configuration',
    ]);
    const used = [...all.matchAll(/\b(?:(?:var|local)\.\w+|data\.\w+\.\w+|(?<!data\.)aws_\w+\.\w+)/g)].map(
      ([name]) => name,
    );
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter(name => !declared.has(name))).toEqual([]);
  });
});

describe('the plan of a configuration', () => {
  const query = (configuration: unknown, more: object = {}) =>
    JSON.stringify({
      ...{ bucket: 'code-of-ours', region: 'eu-west-1', directory: 'made' },
      ...{ configuration: JSON.stringify(configuration), ...more },
    });
  const asked = (stdin: string) => runCommand(['deploy', 'terraform'], { cwd: directory, stdin });
  /** As Terraform hands variables on that nobody set: each key, with null. */
  const unset = Object.fromEntries(keys.map(key => [key, null]));
  const chosen = {
    operations: { to: 'email', addresses: ['ops@example.com'], when: null },
    schedule: { expression: 'rate(1 hour)', timeZone: null, enabled: null },
    fastLane: { enabled: true, organizationId: null },
  };

  test('has the files and the template of deploy template, to the byte, in texts alone', async () => {
    const { stdout, stderr, code } = await asked(query({ ...unset, ...chosen }));
    expect([code, stderr]).toEqual([0, '']);
    const answer: Readonly<Record<string, unknown>> = JSON.parse(stdout);
    expect(Object.values(answer).map(value => typeof value)).toEqual(['string', 'string', 'string']);
    const { name, template, files } = answer as Readonly<Record<string, string>>;
    const planned: Readonly<Record<string, string>> = JSON.parse(files ?? '');
    const text = JSON.stringify({
      ...{ operations: { to: 'email', addresses: ['ops@example.com'] }, schedule: { expression: 'rate(1 hour)' } },
      fastLane: { enabled: true },
    });
    const wanted = await auditorTemplate({
      ...{ configuration: parseConfiguration(text, 'test'), bucket: 'code-of-ours', region: 'eu-west-1' },
      version: packageJson.version,
    });
    expect([name, template]).toEqual(['irsa-auditor', wanted.at(-1)?.key]);
    const sums = Object.entries(planned).map(([key, path]) => ({
      key,
      sha256: createHash('sha256')
        .update(readFileSync(join(directory, path)))
        .digest('hex'),
    }));
    expect(sums).toEqual(wanted.map(({ key, sha256 }) => ({ key, sha256 })));

    // The module reads these of the answer, and these outputs of the stack.
    const read = [...all.matchAll(/files\.result\.(\w+)/g)].map(([, key]) => key);
    expect([...new Set(read)].sort()).toEqual(Object.keys(answer).sort());
    const { Outputs } = JSON.parse(new TextDecoder().decode(wanted.at(-1)?.bytes));
    const outputs = [...all.matchAll(/auditor\.outputs\["(\w+)"\]/g)].map(([, key = '']) => key);
    expect(outputs).toHaveLength(5);
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(outputs));
    expect(named('resource', 'aws_cloudformation_stack', 'auditor').attributes.has('capabilities')).toBe(true);
  }, 120_000);

  test('the query of the module has the names that the program takes', () => {
    const map = named('data', 'external', 'files').attributes.get('query');
    expect(keysOf(map)).toEqual(['bucket', 'configuration', 'directory', 'region']);
  });

  test.each([
    ['nothing', '', 'wanted bucket, region, directory and configuration'],
    ['a part alone', JSON.stringify({ bucket: 'code-of-ours' }), 'wanted bucket, region, directory and configuration'],
    ['no name of a bucket', query(chosen, { bucket: 'B' }), 'wanted bucket, region, directory and configuration'],
    ['nobody who reads alarms', query({ ...unset, operations: null }), 'operations: got nothing, wanted who reads'],
    [
      'a key that is wrong',
      query({ ...unset, ...chosen, minSeverity: 'urgent' }),
      "the module's variables: minSeverity",
    ],
    ['a configuration that was cut', query(chosen, { configuration: '{"operations":' }), 'is not JSON'],
  ])('%s is refused in one sentence, and no file is made', async (_, stdin, words) => {
    const { stdout, stderr, code } = await asked(stdin.replace('"made"', '"refused"'));
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toContain(words);
    expect(readdirSync(directory)).not.toContain('refused');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rulesByGroup } from '../../lib/rules/catalog.ts';
import { type Layer, layers, ruleGroups } from '../../scripts/layers.ts';

const roots = ['lib', 'lambdas', 'bin', 'sandbox'];
const files = roots.flatMap(root =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, name)),
);

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isFile: boolean;
}

const edges: readonly Edge[] = files.flatMap(from =>
  [...readFileSync(from, 'utf8').matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)].map(match => {
    const name = match[1] ?? '';
    const isFile = name.startsWith('.');
    return { from, to: isFile ? normalize(join(dirname(from), name)) : name, isFile };
  }),
);

/** Whether a file is the one of the path, lies in its folder, or is the door of that folder. */
const isWithin = (file: string, path: string): boolean =>
  file === path || file === `${path}.ts` || file.startsWith(`${path}/`);

const layerOf = (file: string): Layer | undefined =>
  layers.filter(layer => isWithin(file, layer.path)).sort((a, b) => b.path.length - a.path.length)[0];

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

describe('architecture', () => {
  test('there is something to check', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(edges.length).toBeGreaterThan(100);
  });

  test('every file lies in a layer', () => {
    expect(files.filter(file => layerOf(file) === undefined)).toEqual([]);
  });

  test('files import only what their layer may', () => {
    const wrong = edges.filter(({ from, to, isFile }) => {
      const layer = layerOf(from);
      if (layer === undefined || !isFile) return false;
      return !isWithin(to, layer.path) && !layer.mayImport.some(path => isWithin(to, path));
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('packages are only those that a layer may use', () => {
    const wrong = edges.filter(({ from, to, isFile }) => {
      const layer = layerOf(from);
      return layer !== undefined && !isFile && layer.packages !== 'any' && !layer.packages.includes(packageOf(to));
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('no two folders import each other, directly or in a circle', () => {
    const folderEdges = new Map<string, Set<string>>();
    for (const { from, to, isFile } of edges) {
      if (!isFile || !isWithin(from, 'lib') || !isWithin(to, 'lib')) continue;
      const [a, b] = [dirname(from), dirname(to)];
      if (a !== b && !isWithin(a, b) && !isWithin(b, a)) folderEdges.set(a, (folderEdges.get(a) ?? new Set()).add(b));
    }
    expect(folderEdges.size).toBeGreaterThan(20);
    const reaches = (start: string, goal: string): boolean => {
      const seen = new Set<string>();
      const next = [...(folderEdges.get(start) ?? [])];
      for (let folder = next.pop(); folder !== undefined; folder = next.pop()) {
        if (folder === goal) return true;
        if (seen.has(folder)) continue;
        seen.add(folder);
        next.push(...(folderEdges.get(folder) ?? []));
      }
      return false;
    };
    expect([...folderEdges.keys()].filter(folder => reaches(folder, folder))).toEqual([]);
  });

  test('no two files import each other, directly or in a circle', () => {
    const left = new Map(files.map(file => [file, edges.filter(({ from, isFile }) => isFile && from === file)]));
    expect(left.size).toBeGreaterThan(50);
    // A file that imports none of those left is in no circle.
    for (let before = 0; before !== left.size; ) {
      before = left.size;
      for (const [file, imports] of left) if (!imports.some(({ to }) => left.has(to))) left.delete(file);
    }
    expect([...left.keys()]).toEqual([]);
  });

  test('an exported name of lib has one definition', () => {
    const exported =
      /^export (?:declare |abstract |async )*(?:const|let|function\*?|class|enum|interface|type) (\w+)/gm;
    const definedIn = new Map<string, readonly string[]>();
    for (const file of files.filter(one => isWithin(one, 'lib')))
      for (const name of new Set([...readFileSync(file, 'utf8').matchAll(exported)].map(([, name = '']) => name)))
        definedIn.set(name, [...(definedIn.get(name) ?? []), file]);
    expect(definedIn.size).toBeGreaterThan(2000);
    expect([...definedIn].filter(([, by]) => by.length > 1).map(([name, by]) => `${name}: ${by.join(' ')}`)).toEqual(
      [],
    );
  });

  test('rules and reports take the trust policy that travels with its role and parse none', () => {
    const takesParser = /import [^;]*\bparsePolicy\b[^;]*from '[./]*\/policy\.ts';/;
    const parsers = files.filter(
      file => layerOf(file)?.packages !== 'any' && takesParser.test(readFileSync(file, 'utf8')),
    );
    expect(files.filter(file => takesParser.test(readFileSync(file, 'utf8'))).length).toBeGreaterThan(parsers.length);
    expect(parsers).toEqual(['lib/fixes/minimal-grant.ts']);
  });

  test('the folder of a group holds one file for each rule, and their list', () => {
    const rules = Object.entries(rulesByGroup).flatMap(([group, rules]) =>
      rules.map(rule => `${join('lib/rules', group, rule.id)}.ts`),
    );
    const lists = ruleGroups.map(group => join('lib/rules', group, 'rules.ts'));
    const held = ruleGroups.flatMap(group =>
      readdirSync(join('lib/rules', group), { withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(({ name }) => join('lib/rules', group, name)),
    );
    expect(held.sort()).toEqual([...rules, ...lists].sort());
  });

  test('the folders of rules are the groups and rooms of the table', () => {
    const folders = readdirSync('lib/rules', { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(folders.length).toBeGreaterThan(ruleGroups.length);
    expect(
      folders.map(({ name }) => `lib/rules/${name}`).filter(path => !layers.some(layer => layer.path === path)),
    ).toEqual([]);
  });

  test('imported files exist', () => {
    expect(
      edges
        .filter(({ to, isFile }) => isFile && to.endsWith('.ts') && !files.includes(to))
        .map(({ from, to }) => `${from} imports ${to}`),
    ).toEqual([]);
  });

  test('SDK clients are made only in files called clients.ts', () => {
    const makers = files.filter(
      file => !isWithin(file, 'sandbox') && /new [A-Za-z0-9]+Client\(/.test(readFileSync(file, 'utf8')),
    );
    expect(makers.length).toBeGreaterThan(0);
    expect(makers.filter(file => !file.endsWith('clients.ts'))).toEqual([]);
  });

  test('process.env is read only by the environment of the handlers and by the programs', () => {
    const readers = files.filter(file => /process\.env/.test(readFileSync(file, 'utf8')) && !isWithin(file, 'sandbox'));
    expect(readers.filter(file => file !== 'lambdas/shared/env.ts' && !isWithin(file, 'bin'))).toEqual([]);
  });
});

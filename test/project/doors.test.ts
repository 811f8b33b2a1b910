import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doors, prelude } from '../../scripts/layers.ts';

const under = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, name));

const program = ['lib', 'lambdas', 'bin', 'sandbox', 'scripts', 'bench'].flatMap(under);
const tests = under('test');

interface Taken {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** Each name that a file imports, or passes on, from another; `*` where it takes the whole module. */
const takenBy = (from: string): readonly Taken[] =>
  [
    ...readFileSync(from, 'utf8').matchAll(
      /(?:^(?:import|export) (?:type )?(?:\{(?<names>[^}]*)\}|[^'{;]*) from |\bimport\(\s*|^import )'(?<to>\.[^']+)'/gm,
    ),
  ].flatMap(({ groups = {} }) => {
    const to = normalize(join(dirname(from), groups.to ?? ''));
    const names = groups.names?.split(',').map(one =>
      one
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*/, ''),
    ) ?? ['*'];
    return names.filter(Boolean).map(name => ({ from, to, name }));
  });

const taken = program.flatMap(takenBy);
const takenByTests = tests.flatMap(takenBy);
const roomOf = (file: string): string | undefined => doors.find(room => file.startsWith(`${room}/`));
const isDoor = (file: string): boolean => file === prelude || doors.some(room => file === `${room}.ts`);
const shown = (file: string): ReadonlySet<string> => new Set(takenBy(file).map(({ name }) => name));
const inWords = ({ from, to, name }: Taken): string => `${from} takes ${name} from ${to}`;

describe('doors of rooms', () => {
  test('there is something to check', () => {
    expect(taken.filter(({ to }) => isDoor(to)).length).toBeGreaterThan(1000);
    for (const room of doors) expect(shown(`${room}.ts`).size).toBeGreaterThan(20);
  });

  test('a file outside of a room takes names from its door alone', () => {
    const past = taken.filter(({ from, to }) => {
      const room = roomOf(to);
      return room !== undefined && room !== roomOf(from) && from !== `${room}.ts`;
    });
    expect(past.map(inWords)).toEqual([]);
  });

  test('a file inside of a room does not go out by its door', () => {
    expect(taken.filter(({ from, to }) => to === `${roomOf(from)}.ts`).map(inWords)).toEqual([]);
  });

  test('a door passes names on, from files of its room, and has no code', () => {
    for (const room of doors) {
      const text = readFileSync(`${room}.ts`, 'utf8').replace(/\/\*\*.*?\*\//s, '');
      expect(text.replace(/^export (?:type )?\{[^}]*\} from '[^']+';$/gm, '').trim()).toBe('');
      expect(takenBy(`${room}.ts`).filter(({ to }) => roomOf(to) !== room)).toEqual([]);
    }
  });

  test('a door shows what another room uses and nothing else', () => {
    const used = new Set(taken.map(({ to, name }) => `${to} ${name}`));
    const idle = [...doors.map(room => `${room}.ts`), prelude].flatMap(door =>
      [...shown(door)].map(name => `${door} ${name}`).filter(one => !used.has(one)),
    );
    expect(idle).toEqual([]);
  });

  test('a file takes the names of one door in one statement', () => {
    const twice = program.filter(file => {
      const modules = [...readFileSync(file, 'utf8').matchAll(/^import .*?from '(\.[^']+)';/gms)].map(([, to = '']) =>
        normalize(join(dirname(file), to)),
      );
      return modules.some((to, at) => isDoor(to) && modules.indexOf(to) !== at);
    });
    expect(twice).toEqual([]);
  });

  test('tests of the policy room take from its door the names that it shows', () => {
    const names = shown('lib/policy.ts');
    const past = takenByTests.filter(
      ({ from, to, name }) => from.startsWith('test/policy/') && roomOf(to) === 'lib/policy' && names.has(name),
    );
    expect(past.map(inWords)).toEqual([]);
    expect(
      takenByTests.filter(({ from, to }) => from.startsWith('test/policy/') && to === 'lib/policy.ts').length,
    ).toBeGreaterThan(50);
  });

  test('a name that no other file uses is private', () => {
    const used = new Set([...taken, ...takenByTests].map(({ to, name }) => `${to} ${name}`));
    const isUsed = (file: string, name: string) => used.has(`${file} ${name}`) || used.has(`${file} *`);
    const exported = /^export (?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm;
    const idle = under('lib').flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(exported)]
        .map(([, name = '']) => name)
        .filter(name => !isUsed(file, name))
        .map(name => `${file} exports ${name}`),
    );
    expect(idle).toEqual([]);
  });
});

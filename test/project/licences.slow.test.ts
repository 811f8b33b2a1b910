import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { mayShip, shippedIn } from '../../scripts/licences.ts';

const shipped = shippedIn(readFileSync('package-lock.json', 'utf8'));
const textOf = ({ name, version }: { readonly name: string; readonly version: string }): string => `${name}@${version}`;

test('everything that ships has a licence that allows it', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter(({ license }) => !mayShip(license)).map(textOf)).toEqual([]);
});

test('the bill of materials names all of it, and nothing else', () => {
  const output = execFileSync(process.execPath, ['scripts/sbom.ts'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { bomFormat, components } = z
    .object({ bomFormat: z.string(), components: z.array(z.object({ name: z.string(), version: z.string() })) })
    .parse(JSON.parse(output));
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map(({ name }) => name)).toContain('zod');
  expect([...new Set(components.map(textOf))].sort()).toEqual([...new Set(shipped.map(textOf))].sort());
}, 60_000);

test.each([
  ['AGPL-3.0-or-later', false],
  ['GPL-3.0-only', false],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['(MIT AND GPL-3.0-or-later)', false],
  ['none', false],
])('%s: %s', (licence, expected) => {
  expect(mayShip(licence)).toBe(expected);
});

test('every version of a dependency is exact', () => {
  const { dependencies, devDependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const all = Object.entries({ ...dependencies, ...devDependencies });
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { mayShip } from '../../scripts/licences.ts';

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ license: z.string().optional(), dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);

test('everything that ships has a licence that allows it', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter(([, { license = 'none' }]) => !mayShip(license)).map(([path]) => path)).toEqual([]);
});

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

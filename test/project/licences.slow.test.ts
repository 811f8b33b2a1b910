import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { licencesFile, mayShip, namedIn } from '../../scripts/licences.ts';
import { builtPackage } from '../support/bundled.ts';
import { isWhole } from '../support/sample.ts';

const dist = join(await builtPackage(), 'dist');
const shipped = namedIn(readFileSync(join(dist, licencesFile), 'utf8'));
const component = z.object({
  name: z.string(),
  version: z.string(),
  properties: z.array(z.object({ name: z.string() })),
});
const textOf = ({ name, version }: { readonly name: string; readonly version: string }): string => `${name}@${version}`;

test('everything that ships has a licence that allows it', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['@aws-sdk/client-iam', '@kubernetes/client-node', '@middy/core', 'web-tree-sitter', 'zod']),
  );
  expect(shipped.filter(({ license }) => !mayShip(license)).map(textOf)).toEqual([]);
});

test('the bill of materials names all of it, and nothing else', () => {
  const output = execFileSync(process.execPath, ['scripts/sbom.ts', ...(isWhole ? [] : [dist])], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { bomFormat, components } = z
    .object({ bomFormat: z.string(), components: z.array(component) })
    .parse(JSON.parse(output));
  expect(bomFormat).toBe('CycloneDX');
  expect(JSON.stringify(components.flatMap(({ properties }) => properties))).not.toContain('development');
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

test('the package declares no dependency but the optional peers of CDK, and every version is exact', () => {
  const { devDependencies, ...declared } = z
    .object({
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })),
      peerDependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  expect(declared).toEqual({
    peerDependencies: { 'aws-cdk-lib': expect.any(String), constructs: expect.any(String) },
    peerDependenciesMeta: { 'aws-cdk-lib': { optional: true }, constructs: { optional: true } },
  });
  const all = Object.entries(devDependencies);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

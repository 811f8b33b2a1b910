/**
 * The bill of materials of what ships, as CycloneDX, on stdout: `npm run -s sbom [-- FOLDER]`. The package declares
 * no dependencies: it ships what its bundles are made of, and these are made here to see it; with the folder that
 * `npm run build` made, that one is read. A package that no bundle
 * reads is no part of the bill, though one that is bundled may name it; npm's mark for "development alone" is of the lock
 * file, and wrong for what ships.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { licencesFile, type Named, namedIn, shippedIn } from './licences.ts';
import { packageBundles } from './package-bundles.ts';

const property = z.looseObject({ name: z.string() });
const bill = z.looseObject({
  components: z.array(
    z.looseObject({
      'bom-ref': z.string(),
      name: z.string(),
      version: z.string(),
      properties: z.array(property).default([]),
    }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const all = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  shell: process.platform === 'win32',
});
/** The packages of bundles that are made here and thrown away. */
const bundled = async (): Promise<readonly Named[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-sbom-'));
  return shippedIn(await packageBundles(folder).finally(() => rmSync(folder, { recursive: true })));
};
const [built] = process.argv.slice(2);
const named = built === undefined ? await bundled() : namedIn(readFileSync(join(built, licencesFile), 'utf8'));
const ships = new Set(named.map(({ name, version }) => `${name}@${version}`));
const { components, dependencies, ...rest } = bill.parse(JSON.parse(all));
const left = new Set(components.flatMap(each => (ships.has(`${each.name}@${each.version}`) ? [] : [each['bom-ref']])));
const shipped = {
  ...rest,
  components: components
    .filter(each => !left.has(each['bom-ref']))
    .map(each => ({
      ...each,
      properties: each.properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
    })),
  dependencies: dependencies
    .filter(({ ref }) => !left.has(ref))
    .map(each => ({ ...each, dependsOn: each.dependsOn.filter(ref => !left.has(ref)) })),
};
process.stdout.write(`${JSON.stringify(shipped, null, 2)}\n`);

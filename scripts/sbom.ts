/**
 * The bill of materials of what ships, as CycloneDX, on stdout: `npm run -s sbom [-- FOLDER]`. The package declares
 * no dependencies: it ships what its bundles are made of, and these are made here to see it; with the folder that
 * `npm run build` made, that one is read. A package that no bundle
 * reads is no part of the bill, though one that is bundled may name it; npm's mark for "development alone" is of the lock
 * file, and wrong for what ships. The same checkout gives the same bytes: npm writes the folder's name, the time and a random
 * serial number, which are the package's name, absent, and made of the content here.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { licencesFile, type Named, namedIn, shippedIn } from './licences.ts';
import { packageBundles } from './package-bundles.ts';

const property = z.looseObject({ name: z.string() });
const bill = z.looseObject({
  serialNumber: z.string().optional(),
  metadata: z.looseObject({ component: z.looseObject({}) }),
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
const { components, dependencies, metadata, serialNumber: _number, ...rest } = bill.parse(JSON.parse(all));
const { timestamp: _time, ...dateless } = metadata;
const left = new Set(components.flatMap(each => (ships.has(`${each.name}@${each.version}`) ? [] : [each['bom-ref']])));
const shipped = {
  ...rest,
  metadata: { ...dateless, component: { ...metadata.component, name: packageJson.name } },
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
/** A UUID of a text: the first 128 bits of its SHA-256, marked as version 8 (RFC 9562, section 5.8). */
const uuidOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(shipped))}`;
process.stdout.write(`${JSON.stringify({ ...shipped, serialNumber }, null, 2)}\n`);

/**
 * The bill of materials of what ships, as CycloneDX, on stdout: `npm run -s sbom`. npm's own `--omit dev` leaves out every
 * package that something of development needs too, and so a third of what ships: what the lock file marks as for
 * development alone is left out here.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { shippedIn } from './licences.ts';

const bill = z.looseObject({
  components: z.array(z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const all = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  shell: process.platform === 'win32',
});
const ships = new Set(
  shippedIn(readFileSync('package-lock.json', 'utf8')).map(({ name, version }) => `${name}@${version}`),
);
const { components, dependencies, ...rest } = bill.parse(JSON.parse(all));
const left = new Set(components.flatMap(each => (ships.has(`${each.name}@${each.version}`) ? [] : [each['bom-ref']])));
const shipped = {
  ...rest,
  components: components.filter(each => !left.has(each['bom-ref'])),
  dependencies: dependencies
    .filter(({ ref }) => !left.has(ref))
    .map(each => ({ ...each, dependsOn: each.dependsOn.filter(ref => !left.has(ref)) })),
};
process.stdout.write(`${JSON.stringify(shipped, null, 2)}\n`);

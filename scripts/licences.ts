/** Licences of what is bundled. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const folder = 'node_modules/';

/** Licences under which something may ship: none that reaches over to what it is linked with. */
const allowed = [
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'PSF-2.0',
  'Unlicense',
];

/** One of the licences of a choice (`MIT OR GPL-3.0`) is enough; of a sum all must be allowed. */
export const mayShip = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some(choice => choice.split(' AND ').every(each => allowed.includes(each.trim())));

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().default(''), license: z.string().default('none'), dev: z.boolean().default(false) }),
  ),
});

/** A package of a lock file. */
export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The packages of a lock file that are not for development alone, each of its copies. */
export const shippedIn = (lock: string): readonly Shipped[] =>
  Object.entries(lockFile.parse(JSON.parse(lock)).packages).flatMap(([path, { dev, version, license }]) =>
    path === '' || dev ? [] : [{ name: path.slice(path.lastIndexOf(folder) + folder.length), version, license }],
  );

const description = z.object({ name: z.string(), version: z.string(), license: z.string().default('none') });

/** The packages that the bundles are made of, by folder. */
const foldersOf = (metafiles: readonly Metafile[]): readonly string[] => {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
};

/** The text of THIRD-PARTY-LICENSES: each package with its licence and, where its folder has one, the licence's text.
 *  Throws for a package whose licence does not allow it. `others` are folders of packages whose files a module holds as data. */
export const thirdPartyLicences = (metafiles: readonly Metafile[], others: readonly string[] = []): string =>
  [...new Set([...foldersOf(metafiles), ...others])]
    .sort()
    .map(folder => {
      const { name, version, license } = description.parse(
        JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
      );
      if (!mayShip(license)) throw new Error(`${name}@${version} may not ship: its licence is ${license}`);
      const files = existsSync(folder) ? readdirSync(folder).filter(file => /^(licen[cs]e|notice)/i.test(file)) : [];
      const texts = files.sort().map(file => readFileSync(join(folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);

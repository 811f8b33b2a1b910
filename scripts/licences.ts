/** Licences of what is bundled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';
import { hclGrammarPackages, hclGrammarPath } from './hcl-grammar-module.ts';

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

const description = z.object({ name: z.string(), version: z.string(), license: z.string().default('none') });

/** A package of which the bundles have a part. */
export interface Named {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The same, and the folder that it was bundled from. */
export interface Shipped extends Named {
  readonly folder: string;
}

/** The packages that bundles are made of, each of its copies, by folder. Those whose files a module of ours holds as data are
 *  among them. */
export const shippedIn = (metafiles: readonly Metafile[]): readonly Shipped[] => {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const withData = paths.includes(hclGrammarPath) ? hclGrammarPackages : [];
  return [...new Set([...folders, ...withData])]
    .sort()
    .map(folder => ({ folder, ...description.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))) }));
};

/** The file of a built package that names what is in it. */
export const licencesFile = 'THIRD-PARTY-LICENSES';

const line = '-'.repeat(80);

/** The text of THIRD-PARTY-LICENSES: each package with its licence and, where its folder has one, the licence's text.
 *  Throws for a package whose licence does not allow it. */
export const thirdPartyLicences = (metafiles: readonly Metafile[]): string =>
  shippedIn(metafiles)
    .map(({ folder, name, version, license }) => {
      if (!mayShip(license)) throw new Error(`${name}@${version} may not ship: its licence is ${license}`);
      const files = readdirSync(folder).filter(file => /^(licen[cs]e|notice)/i.test(file));
      const texts = files.sort().map(file => readFileSync(join(folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${line}\n\n`);

/** The packages that such a text names. Throws where a part does not begin with one. */
export const namedIn = (text: string): readonly Named[] =>
  text.split(`\n\n${line}\n\n`).map(part => {
    const [, name, version, license] = /^(\S+) (\S+) \((.*)\)(?:\n|$)/.exec(part) ?? [];
    return description.parse({ name, version, license });
  });

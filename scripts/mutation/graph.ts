/** Which files use which: imports that are there at run time, and paths of sources that a file names in a text. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folders = ['bin', 'lib', 'lambdas', 'sandbox', 'scripts', 'test'];
const imported = /(?:\b(?:import|export)\b(?!\s+type\b)[^'"`;]*?\bfrom\s*|\bimport\s*\(?\s*)['"](\.[^'"]+)['"]/g;
const named = /['"`/]((?:bin|lib|lambdas|sandbox|scripts|test)\/(?:[\w./-]|\$\{\w+\})+\.[cm]?[jt]s)['"`]/g;

/** The files of the folders that hold code, as paths from the root. */
const sourcesOf = (root: string): readonly string[] =>
  folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.[cm]?[jt]s$/.test(name))
      .map(name => join(folder, name)),
  );

/** The files that a text uses: what it imports from its own place, and what it names from the root, `${…}` as it stands. */
export const usedBy = (file: string, text: string): readonly string[] => [
  ...[...text.matchAll(imported)].map(([, path = '']) => join(dirname(file), path)),
  ...[...text.matchAll(named)].map(([, path = '']) => path),
];

/** The sources that a path means: with `${…}` in it, any name of one folder may stand there. */
const meant =
  (sources: readonly string[]) =>
  (path: string): readonly string[] => {
    const parts = path.split(/\$\{\w+\}/);
    if (parts.length === 1) return [path];
    const pattern = new RegExp(`^${parts.map(part => part.replace(/[.]/g, '\\.')).join('[^/]+')}$`);
    return sources.filter(source => pattern.test(source));
  };

/** Answers which files use a file, directly or through others, each with the number of steps; the file itself is at 0. */
export const usersIn = (root: string): ((file: string) => ReadonlyMap<string, number>) => {
  const users = new Map<string, string[]>();
  const sources = sourcesOf(root);
  for (const file of sources)
    for (const used of new Set(usedBy(file, readFileSync(join(root, file), 'utf8')).flatMap(meant(sources))))
      users.set(used, [...(users.get(used) ?? []), file]);
  return file => {
    const steps = new Map([[file, 0]]);
    for (const [at, distance] of steps)
      for (const user of users.get(at) ?? []) if (!steps.has(user)) steps.set(user, distance + 1);
    return steps;
  };
};

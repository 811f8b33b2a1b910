import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { globMatches, wildcardGlob } from '../../policy/decide/glob.ts';
import { compareText } from '../../text/compare-text.ts';

/** Files of folders that are read, and how deep they may lie: a repository has some thousands. */
const maxFiles = 20_000;
const maxDepth = 40;

/** Folders whose files nobody wrote for this place: packages, and those with a dot, such as `.git` and `.terraform`. */
const isLeftOut = (name: string): boolean => name === 'node_modules' || name.startsWith('.');

const isRead = (name: string): boolean => /\.(?:tf|tofu|tfvars|ya?ml|json|template)$/i.test(name);

/** A name of the command line, or a file that lies in a folder of it. */
export interface NamedFile {
  readonly name: string;
  /** It was found in a folder: whether it holds anything to check is open. */
  readonly isOptional: boolean;
}

/** The files of the names, and of the folders among them in the order of their names. Links are not followed. */
export interface WalkedFiles {
  readonly files: readonly NamedFile[];
  /** Folders of which not all was read, and why. */
  readonly errors: readonly { readonly file: string; readonly why: string }[];
}

/** Lists the files of names and folders. `exclude` are patterns, in which `*` stands for any text: they leave out what they
 *  match, and what has a name or lies in a folder that they match. */
export const walkFolders = async (
  names: readonly string[],
  cwd: string,
  exclude: readonly string[],
): Promise<WalkedFiles> => {
  const files: NamedFile[] = [];
  const errors: { file: string; why: string }[] = [];
  const isExcluded = excluder(exclude);
  for (const name of names) {
    if (name !== '-' && isExcluded(name)) continue;
    const isFolder = name !== '-' && (await stat(resolve(cwd, name)).catch(() => undefined))?.isDirectory();
    if (!isFolder) {
      files.push({ name, isOptional: false });
      continue;
    }
    const found = await filesIn(name, cwd, isExcluded);
    for (const path of found.files) files.push({ name: path, isOptional: true });
    errors.push(...found.errors);
    if (files.length > maxFiles) {
      const why = `more than ${maxFiles} files: name fewer folders, or leave some out by --exclude`;
      return { files: [], errors: [...errors, { file: name, why }] };
    }
  }
  return { files, errors };
};

/** The files of a folder and of those in it, level by level; no more than one beyond the limit. */
const filesIn = async (
  name: string,
  cwd: string,
  isExcluded: (path: string) => boolean,
): Promise<{ readonly files: readonly string[]; readonly errors: WalkedFiles['errors'] }> => {
  const files: string[] = [];
  const errors: { file: string; why: string }[] = [];
  const open = [{ folder: name.replace(/(?<=.)[\\/]+$/, ''), depth: 0 }];
  for (let at = open.shift(); at !== undefined && files.length <= maxFiles; at = open.shift()) {
    const { folder, depth } = at;
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined || depth > maxDepth) {
      errors.push({ file: folder, why: entries ? `nested deeper than ${maxDepth} folders` : 'could not be read' });
      continue;
    }
    const inFolder = entries
      .map(entry => ({ entry, path: folder === '.' ? entry.name : join(folder, entry.name) }))
      .filter(({ path }) => !isExcluded(path))
      .sort((a, b) => compareText(a.path, b.path));
    for (const { entry, path } of inFolder) {
      if (isFile(entry)) files.push(path);
      if (entry.isDirectory() && !isLeftOut(entry.name)) open.push({ folder: path, depth: depth + 1 });
    }
  }
  return { files, errors };
};

const isFile = (entry: Dirent): boolean => entry.isFile() && isRead(entry.name);

/** True for a path that a pattern matches, as a whole, in one of its folders, or in a name on its way. */
const excluder = (patterns: readonly string[]): ((path: string) => boolean) => {
  const globs = patterns.map(pattern => wildcardGlob(pattern.replace(/\/+$/, '')));
  return path => {
    const parts = path.split(/[\\/]/).filter(part => part !== '.' && part !== '');
    const ways = parts.flatMap((part, at) => [part, parts.slice(0, at + 1).join('/')]);
    return globs.some(glob => ways.some(way => globMatches(glob, way)));
  };
};

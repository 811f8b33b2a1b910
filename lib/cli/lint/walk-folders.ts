import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { globMatches, wildcardGlob } from '../../policy.ts';
import { compareText } from '../../text.ts';
import { isWithin, leadsOut } from '../shell/files.ts';
import type { UnreadableFile } from './source-tree.ts';
import { isLeftOut, isOfOtherLanguage, isTemplateFile, isTerraformFile } from './terraform-files.ts';

/** Files of folders that are read, and how deep they may lie: the largest repositories have some 100,000. */
const maxFiles = 200_000;
const maxDepth = 40;

const isRead = (name: string): boolean =>
  [isTerraformFile, isTemplateFile, isOfOtherLanguage].some(is => is(name)) || /\.(?:ya?ml|json|template)$/i.test(name);

/** A name of the command line, or a file that lies in a folder of it. */
interface NamedFile {
  readonly name: string;
  /** It was found in a folder: whether it holds anything to check is open. */
  readonly isOptional: boolean;
}

/** The files of the names, and of the folders among them in the order of their names. */
interface WalkedFiles<File> {
  readonly files: readonly File[];
  /** Folders of which not all was read. */
  readonly errors: readonly UnreadableFile[];
  /** Links that lead out of their folder, or to nothing. */
  readonly links: readonly UnreadableFile[];
}

/** Lists the files of names and folders. `exclude` are patterns, in which `*` stands for any text: they leave out what they
 *  match, and what has a name or lies in a folder that they match. A link is read where it stays in the folder. */
export const walkFolders = async (
  names: readonly string[],
  cwd: string,
  exclude: readonly string[],
): Promise<WalkedFiles<NamedFile>> => {
  const files: NamedFile[] = [];
  const errors: UnreadableFile[] = [];
  const links: UnreadableFile[] = [];
  const isExcluded = excluder(exclude);
  for (const name of names) {
    if (name !== '-' && isExcluded(name)) continue;
    if (await leadsOut(resolve(cwd, name), cwd)) {
      errors.push({ file: name, why: notFollowed });
      continue;
    }
    const isFolder = name !== '-' && (await stat(resolve(cwd, name)).catch(() => undefined))?.isDirectory();
    if (!isFolder) {
      files.push({ name, isOptional: false });
      continue;
    }
    const found = await filesIn(name, cwd, isExcluded);
    for (const path of found.files) files.push({ name: path, isOptional: true });
    errors.push(...found.errors);
    links.push(...found.links);
    if (files.length > maxFiles) {
      const why = `more than ${maxFiles} files: name fewer folders, or leave some out by --exclude`;
      return { files: [], errors: [...errors, { file: name, why }], links };
    }
  }
  return { files, errors, links };
};

/** The files of a folder and of those in it, level by level; no more than one beyond the limit. */
const filesIn = async (
  name: string,
  cwd: string,
  isExcluded: (path: string) => boolean,
): Promise<WalkedFiles<string>> => {
  const files: string[] = [];
  const errors: UnreadableFile[] = [];
  const links: UnreadableFile[] = [];
  const root = await realpath(resolve(cwd, name));
  const open = [{ folder: name.replace(/(?<=.)[\\/]+$/, ''), depth: 0 }];
  for (let next = 0; next < open.length && files.length <= maxFiles; next += 1) {
    const { folder, depth } = open[next] ?? { folder: '', depth: 0 };
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
      if (entry.isFile() && isRead(entry.name)) files.push(path);
      if (entry.isDirectory() && !isLeftOut(entry.name)) open.push({ folder: path, depth: depth + 1 });
      const link = entry.isSymbolicLink() ? await linkAt(entry, resolve(cwd, path), root) : undefined;
      if (link === 'file') files.push(path);
      else if (link !== undefined) links.push({ file: path, why: link });
    }
  }
  return { files, errors, links };
};

/** `file` for a link to a file of the folder, which is read under the name of the link; why it is not read; or undefined for
 *  one of which nothing would be read, and for a folder that is read where it lies. */
const linkAt = async ({ name }: Dirent, path: string, root: string): Promise<string | undefined> => {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return isRead(name) ? 'a link to nothing' : undefined;
  const isInside = isWithin(target, root);
  const to = await stat(target).catch(() => undefined);
  if (isInside && isLeftOut(relative(root, target))) return 'a link to a folder that is left out';
  if (to?.isDirectory()) return isInside ? undefined : notFollowed;
  if (!isRead(name)) return undefined;
  if (!isInside) return notFollowed;
  return to?.isFile() ? 'file' : 'a link to what is no file';
};

const notFollowed = 'a link that leads out of its folder is not followed';

/** True for a path that a pattern matches, as a whole, in one of its folders, or in a name on its way. */
const excluder = (patterns: readonly string[]): ((path: string) => boolean) => {
  const globs = patterns.map(pattern => wildcardGlob(pattern.replace(/\/+$/, '')));
  if (globs.length === 0) return () => false;
  return path => {
    const parts = path.split(/[\\/]/).filter(part => part !== '.' && part !== '');
    const ways = parts.flatMap((part, at) => [part, parts.slice(0, at + 1).join('/')]);
    return globs.some(glob => ways.some(way => globMatches(glob, way)));
  };
};

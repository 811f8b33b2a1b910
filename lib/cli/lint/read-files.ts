import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { AnyRule } from '../../rules/define-rule.ts';
import { issuerOutside } from '../../rules/issuer/issuer-outside.ts';
import { trustRules } from '../../rules/trust/rules.ts';
import { visible } from '../../text.ts';
import { maxFileLength } from './find-policies.ts';
import { objectRules } from './manifests/judge-objects.ts';
import { mayBear, mayBearOnIrsa } from './may-bear.ts';
import type { SourceFile, UnreadableFile } from './source-tree.ts';
import { isTerraformFile } from './terraform-files.ts';
import { walkFolders } from './walk-folders.ts';

/** The files that were read, and those that could not be read. */
interface ReadFiles {
  readonly files: readonly SourceFile[];
  readonly errors: readonly UnreadableFile[];
  /** Links that are not followed. */
  readonly links: readonly UnreadableFile[];
  /** Files of folders that are no text: lint reads none like them. */
  readonly unread: number;
}

/** The part of the named files that is read. */
export interface ReadChoice {
  /** Patterns of files and folders to leave out. */
  readonly exclude?: readonly string[];
  /** Pass over named files that hold nothing to check, as over those of folders. */
  readonly skipOthers?: boolean;
  /** Called with the number of files that were read so far. */
  readonly onProgress?: (count: number, of: number) => void;
}

/** Characters that all files of folders that may bear on roles of pods may have together. */
const maxTotal = 256 * 1024 * 1024;

/** Files that are read at the same time. */
const atOnce = 16;

/** Reads the files of the command line; `-` is standard input, and a folder all files in it. Of files that hold nothing to
 *  check only the name is kept. Never throws for a bad file. */
export const readFiles = async (
  names: readonly string[],
  cwd: string,
  stdin: Readable,
  { exclude = [], skipOthers = false, onProgress }: ReadChoice = {},
): Promise<ReadFiles> => {
  const files: SourceFile[] = [];
  const named = await walkFolders([...new Set(names)], cwd, exclude);
  const errors: UnreadableFile[] = [...named.errors];
  const all = [...new Map(named.files.map(one => [one.name, one])).values()];
  let [left, unread] = [maxTotal, 0];
  for (let from = 0; from < all.length; from += atOnce) {
    const some = all.slice(from, from + atOnce);
    const read = some.map(({ name }) => (name === '-' ? readStream(stdin) : readPath(resolve(cwd, name))));
    for (const [at, result] of (await Promise.all(read)).entries()) {
      const { name = '', isOptional = false } = some[at] ?? {};
      if (!result.ok && isOptional && result.isNone === true) unread += 1;
      else if (!result.ok) errors.push({ file: name, why: result.why });
      else if (!isOptional || mayBear(name, result.text)) {
        left -= result.text.length;
        files.push({ name, text: result.text, ...(isOptional || skipOthers ? { isOptional: true } : {}) });
      }
    }
    onProgress?.(Math.min(from + atOnce, all.length), all.length);
    if (left < 0) {
      const why = `all files together have more than ${maxTotal} characters: name fewer folders`;
      return { files: [], errors: [...errors, { file: names.join(' '), why }], links: named.links, unread };
    }
  }
  return { files: await withTerraform(files), errors, links: named.links, unread };
};

/** The files with the parser of the Terraform ones, which is loaded where there is one. What it reads is let go with the search. */
const withTerraform = async (files: readonly SourceFile[]): Promise<readonly SourceFile[]> => {
  if (!files.some(({ name }) => isTerraformFile(name))) return files;
  const { hclReader } = await import('./hcl/parse-hcl.ts');
  const read = await hclReader();
  return files.map(file =>
    isTerraformFile(file.name) ? { ...file, terraform: () => read(file.text.replace(/^\uFEFF/, ''), file.name) } : file,
  );
};

/** `isNone`: it is no text, and nothing in it bears on roles of pods. */
type Result =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string; readonly isNone?: boolean };

const readPath = async (path: string): Promise<Result> => {
  try {
    const handle = await open(path, 'r');
    try {
      const about = await handle.stat();
      const { size } = about;
      if (size > maxFileLength) return { ok: false, why: `too large: ${size} bytes; the limit is ${maxFileLength}` };
      // A stream takes 64 KiB for each file.
      return about.isFile() && size > 0
        ? decode(await handle.readFile())
        : await readStream(handle.createReadStream({ autoClose: false }));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ok: false, why: whyOf(error) };
  }
};

/** Reads a stream up to the limit: the size of a pipe is not known before. */
const readStream = async (stream: AsyncIterable<unknown>): Promise<Result> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > maxFileLength) return { ok: false, why: `too large: the limit is ${maxFileLength} bytes` };
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks));
};

const decode = (bytes: Buffer): Result => {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    // UTF-16 of plain letters is these with zeros between them.
    const plain = bytes.toString('latin1').replaceAll('\0', '');
    return { ok: false, why: 'not UTF-8 text', isNone: !mayBearOnIrsa(plain) };
  }
};

const known: Readonly<Record<string, string>> = { ENOENT: 'file not found', EACCES: 'permission denied' };

const whyOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return known[code] ?? `could not be read${code === '' ? '' : ` (${visible(code)})`}`;
};

/** Rules that need facts of an AWS account or a cluster, which a file does not have. */
const needFacts: ReadonlySet<string> = new Set([
  'trust-audience-impossible',
  'trust-subject-unknown-namespace',
  'trust-subject-unknown-service-account',
]);

/** The rules that check the text of a trust policy, and those on objects of Kubernetes. */
export const lintRules: readonly AnyRule[] = [
  ...trustRules.filter(rule => rule.id.startsWith('trust-') && !needFacts.has(rule.id)),
  issuerOutside,
  ...objectRules,
];

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DocumentInvalid, DocumentMissing } from '../audit/errors.ts';
import type { DocumentStore } from '../audit/ports.ts';

/** Documents as JSON files under a folder, readable by their owner only. A write is whole or not at all. */
export const fileDocumentStore = (folder: string): DocumentStore => {
  const root = resolve(folder);
  const fileOf = (key: string): string => {
    const file = resolve(root, key);
    if (!file.startsWith(root + sep)) throw new DocumentInvalid(`the key ${JSON.stringify(key)} leaves the folder`);
    return file;
  };
  return {
    put: async (key, document) => {
      const file = fileOf(key);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const part = `${file}.${process.pid}.part`;
      await writeFile(part, JSON.stringify(document), { mode: 0o600 });
      await rename(part, file);
    },
    get: async key => parse(key, await textOf(key, fileOf(key))),
    list: async prefix => {
      const entries = await filesUnder(root);
      return entries
        .filter(entry => entry.isFile() && !entry.name.endsWith('.part'))
        .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter(key => key.startsWith(prefix))
        .sort();
    },
  };
};

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

const textOf = async (key: string, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) throw new DocumentMissing(`there is no document ${key}`, { cause });
    throw cause;
  }
};

const parse = (key: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DocumentInvalid(`${key} is not JSON`, { cause });
  }
};

const filesUnder = async (root: string) => {
  try {
    return await readdir(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

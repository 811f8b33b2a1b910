import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from '@jest/globals';

/** Folders by name, for this test file. */
const made = new Map<string, Promise<string>>();
const own: string[] = [];
afterAll(() => {
  for (const folder of own) rmSync(folder, { recursive: true, force: true });
});

/** A folder of the run, filled by the first of its workers that asks for it; the others wait. */
const ofRun = async (run: string, name: string, fill: (folder: string) => Promise<unknown>): Promise<string> => {
  const [folder, failed, begun] = ['', '.failed', '.begun'].map(ending => join(run, `${name}${ending}`)) as [
    string,
    string,
    string,
  ];
  mkdirSync(run, { recursive: true });
  try {
    mkdirSync(begun);
  } catch {
    while (!existsSync(folder) && !existsSync(failed)) await setTimeout(50);
    if (existsSync(failed)) throw new Error(`${name} was not made: the test that asked first tells why`);
    return folder;
  }
  try {
    mkdirSync(join(begun, 'made'));
    await fill(join(begun, 'made'));
    renameSync(join(begun, 'made'), folder);
    return folder;
  } catch (error) {
    writeFileSync(failed, '');
    throw error;
  }
};

const ofFile = async (name: string, fill: (folder: string) => Promise<unknown>): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), `irsa-auditor-${name}-`));
  own.push(folder);
  await fill(folder);
  return folder;
};

/**
 * A folder that takes seconds to fill, by its name: filled once in a run of `npm test`, whose sources stay as they are, and else
 * once a test file. Nobody writes to it afterwards.
 */
export const madeOnce = (name: string, fill: (folder: string) => Promise<unknown>): Promise<string> => {
  const run = process.env.IRSA_AUDITOR_MADE;
  const folder = made.get(name) ?? (run === undefined ? ofFile(name, fill) : ofRun(run, name, fill));
  made.set(name, folder);
  return folder;
};

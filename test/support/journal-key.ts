/** The key of journals, in a state folder of the test's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A key, as a state folder has it. */
export const journalKey = '5e'.repeat(32);

/** A state folder with the key, or with what is given in its place. */
export const stateFolder = (text = journalKey, mode = 0o600): string => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-state-'));
  mkdirSync(join(folder, 'irsa-auditor'));
  writeFileSync(join(folder, 'irsa-auditor', 'journal.key'), text, { mode });
  return folder;
};

/** Leads the programs of a test file to a state folder with the key. */
export const useJournalKey = (): string => {
  const before = process.env.XDG_STATE_HOME;
  const folder = stateFolder();
  process.env.XDG_STATE_HOME = folder;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  });
  return folder;
};

/** Findings that an earlier run fixed, as its journal says: one that is named again is no mistake. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { parseJournal } from './journal.ts';
import { journalKey } from './journal-key.ts';

/** The names of journals that fix makes by itself. */
export const journalNameOf = (now: string): string => `irsa-auditor-fix-${now.replace(/[^0-9TZ]/g, '')}.journal`;

const ownName = /^irsa-auditor-fix-[0-9TZ]{10,30}\.journal$/;

/** Journals that are looked at: the newest ones. */
const maxJournals = 50;

/** Looks up the journal of this folder, or the one that is named, whose plan was for a finding. A file that is no journal of this user is passed over. */
export const fixedBefore = async (
  { journal }: { readonly journal?: string },
  io: Io,
): Promise<(id: string) => string | undefined> => {
  const { cwd } = io;
  const key = await journalKey(io);
  const there = await readdir(cwd, { withFileTypes: true }).catch(() => []);
  // A pipe of this name would never end.
  const names = there.flatMap(one => (one.isFile() && ownName.test(one.name) ? [one.name] : [])).sort();
  const looked = [...(journal === undefined ? [] : [journal]), ...names.slice(-maxJournals)];
  const known = await Promise.all(
    looked.map(async name => {
      try {
        const text = await readText(resolve(cwd, name), 'the journal');
        const { entries, isOwn } = parseJournal(text, name, key);
        const [plan] = entries;
        return { name, ids: isOwn && plan?.event === 'plan' ? plan.findings : [] };
      } catch {
        return { name, ids: [] };
      }
    }),
  );
  return id => known.find(({ ids }) => ids.some(one => one.startsWith(id)))?.name;
};

import { newerNote } from '../../audit/newer-note.ts';
import type { FindingQueries, Paged } from '../../audit/ports.ts';
import type { Io } from '../shell/io.ts';

/** The same queries, which say once, beside the data, that a newer version wrote what an answer leaves out. */
export const tellNewer = (queries: FindingQueries, io: Pick<Io, 'stderr'>): FindingQueries => {
  let isTold = false;
  const tell = <T>(page: Paged<T>): Paged<T> => {
    if (page.newer !== undefined && !isTold) io.stderr.write(`${newerNote(page.newer)}\n`);
    isTold ||= page.newer !== undefined;
    return page;
  };
  return {
    ...queries,
    list: async (filter, page) => tell(await queries.list(filter, page)),
    history: async (id, page) => tell(await queries.history(id, page)),
    runs: async page => tell(await queries.runs(page)),
  };
};

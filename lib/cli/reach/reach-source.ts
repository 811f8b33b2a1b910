/** Where the reach graph of a command comes from: a report of a run, or an audit made now. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { roleLevels } from '../../model.ts';
import { reachKinds } from '../../reach/node/reach-graph.ts';
import { type WayId, ways } from '../../reach/node/way.ts';
import { type ReachTable, reachTableOf } from '../../report/graph/reach-table.ts';
import { auditNow } from '../scan/audit-now.ts';
import type { SessionOptions } from '../scan/audit-session.ts';
import { firstFault } from '../scan/run-report-file.ts';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The options of every command that asks who can become what. */
export interface ReachOptions extends SessionOptions {
  readonly input?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

const text = z.string().max(20_000);
const wayIds = Object.keys(ways) as [WayId, ...WayId[]];

/** The part of a JSON report that has the graph. */
const reachShape = z.object({
  nodes: z
    .array(
      z.object({
        id: text,
        kind: z.enum(reachKinds),
        name: text,
        clusterArn: z.exactOptional(text),
        namespace: z.exactOptional(text),
        isBuiltIn: z.exactOptional(z.literal(true)),
        holdsTokensOf: z.exactOptional(text),
      }),
    )
    .max(400_000),
  edges: z
    .array(
      z.object({
        from: text,
        to: text,
        way: z.enum(wayIds),
        by: text,
        namespace: z.exactOptional(text),
        depends: z.exactOptional(text),
      }),
    )
    .max(1_000_000),
  missing: z.array(z.object({ clusterArn: z.exactOptional(text), why: text, isAsked: z.boolean() })),
  elsewhere: z.record(text, z.array(text)),
  levels: z.record(text, z.enum(roleLevels)),
  clusters: z.record(text, text),
}) satisfies z.ZodType<ReachTable>;

/** The graph that the options ask for. Throws `UsageError` for a report without one, and what an audit throws. */
export const reachFrom = async ({ input: file, ...session }: ReachOptions, io: Io): Promise<ReachTable> => {
  if (file === undefined) return auditedNow(session, io);
  const content: unknown = parsed(await readText(resolve(io.cwd, file), '--input'), file);
  const found = z.object({ reach: reachShape }).safeParse(content);
  if (found.success) {
    const { reach } = found.data;
    return { ...reach, levels: bare(reach.levels), elsewhere: bare(reach.elsewhere), clusters: bare(reach.clusters) };
  }
  const hasReach = z.object({ reach: z.unknown() }).safeParse(content).data?.reach !== undefined;
  throw new UsageError(
    hasReach
      ? `--input ${file} is not a report of a run: ${firstFault(found.error, content)}`
      : `--input ${file} does not tell who can become what: write it with irsa-auditor report --rbac --format json`,
  );
};

/** By names of a file alone: a level may be named `constructor`, which every object has. */
const bare = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.assign(Object.create(null), record);

const parsed = (content: string, file: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    throw new UsageError(`--input ${file} is not JSON`);
  }
};

const auditedNow = async (options: SessionOptions, io: Io): Promise<ReachTable> =>
  reachTableOf((await auditNow({ ...options, rbac: true }, io)).facts);

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { articleSteps, roleLevels, severities } from '../../model.ts';
import { type AccessTable, accountStates } from '../../report/graph/access-row.ts';
import { edgeKinds, edgeStates, type IdentityGraph, nodeKinds, presences } from '../../report/graph/graph-model.ts';
import type { RunReport } from '../../report/run-report.ts';
import { given } from '../../text.ts';
import { reportFor } from '../kubeconfig/command-options.ts';
import { auditNow } from '../scan/audit-now.ts';
import { type SessionOptions, sessionCommands } from '../scan/audit-session.ts';
import { firstFault, parseRunReport } from '../scan/run-report-file.ts';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { askedReport, type QuestionOptions } from './asked-report.ts';
import { filterReport } from './report-filter.ts';

/** Where a report comes from: a file that `scan --format json` or a run wrote, or an audit made now. */
export interface ReportSource extends SessionOptions {
  readonly input?: string;
}

const text = z.string().max(20_000);
const graphShape = z.object({
  nodes: z
    .array(
      z.object({
        id: text,
        kind: z.enum(nodeKinds),
        label: text,
        accountId: text,
        presence: z.enum(presences),
        region: z.exactOptional(text),
        clusterArn: z.exactOptional(text),
        issuer: z.exactOptional(text),
        unread: z.exactOptional(z.partialRecord(z.enum(articleSteps), z.enum(['unread', 'not-asked-for']))),
        findings: z.array(text),
        severity: z.exactOptional(z.enum(severities)),
      }),
    )
    .max(200_000),
  edges: z
    .array(
      z.object({
        from: text,
        to: text,
        kind: z.enum(edgeKinds),
        state: z.enum(edgeStates),
        findings: z.exactOptional(z.array(text)),
        by: z.exactOptional(z.enum(['annotation', 'trust', 'both', 'association'])),
        pattern: z.exactOptional(text),
      }),
    )
    .max(400_000),
}) satisfies z.ZodType<IdentityGraph>;

const count = z.int().min(0);
const accessShape = z.object({
  rows: z
    .array(
      z.object({
        roleArn: text,
        clusterArn: z.exactOptional(text),
        byPodIdentity: z.exactOptional(z.literal(true)),
        principal: z.exactOptional(text),
        outside: z.exactOptional(z.enum(['open', 'may-be'])),
        witness: z.exactOptional(text),
        namespace: z.exactOptional(text),
        serviceAccount: z.exactOptional(text),
        pattern: z.exactOptional(text),
        except: z.exactOptional(z.array(text)),
        decision: z.enum(['allow', 'unknown']),
        because: z.exactOptional(text),
        state: z.exactOptional(z.enum(accountStates)),
        members: z.exactOptional(count),
      }),
    )
    .max(400_000),
  missing: z.array(text),
  areUpperBounds: z.exactOptional(z.literal(true)),
  levels: z.exactOptional(
    z
      .array(
        z.object({
          ...{ roleArn: text, level: z.enum(roleLevels), says: text },
          ...{ open: z.exactOptional(text), openLevel: z.exactOptional(z.enum(roleLevels)) },
        }),
      )
      .max(400_000),
  ),
}) satisfies z.ZodType<AccessTable>;

const countsShape = z.object({ critical: count, high: count, medium: count, low: count, info: count });
const trendShape = z
  .array(
    z.object({
      at: z.iso.datetime(),
      openBySeverity: countsShape,
      openByCluster: z.exactOptional(
        z.array(z.object({ clusterArn: z.exactOptional(text), open: countsShape })).max(1000),
      ),
      clustersLeftOut: z.exactOptional(count),
      gaps: count,
    }),
  )
  .max(1000);

const extrasShape = z.object({
  graph: z.exactOptional(graphShape),
  access: z.exactOptional(accessShape),
  trend: z.exactOptional(trendShape),
});

/** The report that the options name, with its graph where there is one. Throws `UsageError` for any other file, and
 *  what an audit throws. */
export const reportFrom = async (
  { input, ...session }: ReportSource,
  io: Io,
  part: QuestionOptions = {},
): Promise<RunReport> => {
  if (input === undefined) return reportNow(session, part, io);
  const read = await readReport(resolve(io.cwd, input), input);
  const { graph, access, ...asked } = filterReport(read, part, []);
  // A part that a filter left out would look healthy in a picture.
  const shown = asked.leftOut === undefined ? read : asked;
  return reportFor(shown, (await sessionCommands(session, io, 'before')).options);
};

const reportNow = async (options: SessionOptions, part: QuestionOptions, io: Io): Promise<RunReport> => {
  const { context, clusterOnly } = options;
  const asked = askedReport({ ...part, ...given({ context, clusterOnly }) }, await auditNow(options, io));
  return asked.drawn(asked.report);
};

/** A directory of a run holds `report.json`. */
const readReport = async (path: string, shown: string): Promise<RunReport> => {
  const isDirectory = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
  const file = isDirectory ? join(path, 'report.json') : path;
  const content = await readText(file, '--input');
  const report = parseRunReport(content, shown);
  const extras: unknown = JSON.parse(content);
  const parsed = extrasShape.safeParse(extras);
  if (!parsed.success) throw new UsageError(`${shown} is not a report of a run: ${firstFault(parsed.error, extras)}`);
  return { ...report, ...parsed.data };
};

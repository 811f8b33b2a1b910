/** `irsa-auditor notify --preview`: the messages of a run as each destination shows them. Nothing is sent or called. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { destinationsOf } from '../../config/configuration.ts';
import { type Destination, destination, destinationKinds } from '../../config/destinations.ts';
import type { Digest } from '../../history/transition.ts';
import type { Severity } from '../../model.ts';
import { digestOfRun, weeklyDigestOfRun } from '../../notify/preview/preview-digests.ts';
import { type Preview, previewsOf } from '../../notify/preview/previews-of.ts';
import { testDigest } from '../../notify/test-digest.ts';
import type { RunReport } from '../../report/run-report.ts';
import { paint, wrap } from '../../report/text-layout.ts';
import { visible } from '../../text.ts';
import { knownFromReport, parseRunReport } from '../scan/run-report-file.ts';
import { readConfiguration, usualFile } from '../shell/configuration-file.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { styleOf } from '../shell/style.ts';
import { lastReport } from './last-scan.ts';

/** Which messages, and of which run. */
interface PreviewOptions {
  readonly config: string;
  readonly input?: string;
  readonly to?: string;
}

interface Wanted {
  readonly destinations: readonly Destination[];
  readonly minSeverity: Severity;
}

/** Prints the message after the run and the weekly summary, each destination in turn. Throws `UsageError` for a file that
 *  cannot be read. */
export const previewMessages = async (options: PreviewOptions, io: Io): Promise<void> => {
  const { destinations, minSeverity } = await wantedOf(options, io);
  const report =
    options.input === undefined
      ? await lastReport(io)
      : parseRunReport(await readText(resolve(io.cwd, options.input), '--input'), options.input);
  if (report === undefined) io.stderr.write('There is no last scan: the finding is made up.\n');
  const { digest, weekly } = digestsOf(report, minSeverity, io.now());
  if (digest === undefined)
    io.stderr.write(`No finding is ${minSeverity} or worse: no message is sent after this run.\n`);
  const all = [
    ...(digest === undefined ? [] : previewsOf(destinations, digest)),
    ...previewsOf(destinations, weekly).map(({ title, text }) => ({ title: `${title}, weekly summary`, text })),
  ];
  io.stdout.write(`${all.map(preview => block(preview, io)).join('\n')}`);
};

/** The destinations of the configuration; where it has none of the kind, or is not there, one of each kind. */
const wantedOf = async ({ config, to }: PreviewOptions, io: Io): Promise<Wanted> => {
  const isOfKind = (one: Destination): boolean => to === undefined || one.to === to;
  const isLeftOut = config === usualFile && !existsSync(resolve(io.cwd, config));
  const configuration = isLeftOut ? undefined : await readConfiguration(config, io);
  const destinations = configuration === undefined ? [] : destinationsOf(configuration).filter(isOfKind);
  const { minSeverity = 'low' } = configuration ?? {};
  if (destinations.length > 0) return { destinations, minSeverity };
  const place =
    configuration === undefined
      ? `There is no ${config}`
      : `${config} has no destination${to === undefined ? '' : ` ${to}`}`;
  io.stderr.write(`${visible(place)}: this shows ${to ?? 'every kind of destination'} as an example.\n`);
  return { destinations: examples.filter(isOfKind), minSeverity };
};

/** One destination of each kind, without filter and quiet hours. */
const examples: readonly Destination[] = Object.values(destinationKinds).map(({ to, example }) => {
  const { when: _when, quietHours: _hours, ...rest } = example as Record<string, unknown>;
  return destination.parse({ to, ...rest });
});

const digestsOf = (
  report: RunReport | undefined,
  minSeverity: Severity,
  now: string,
): { readonly digest: Digest | undefined; readonly weekly: Digest } => {
  if (report === undefined) {
    const digest = testDigest(now);
    const known = digest.transitions.map(({ after }) => after);
    return { digest, weekly: weeklyDigestOfRun({ ...digest, known, minSeverity }) };
  }
  const run = {
    runId: report.runId,
    at: report.startedAt,
    known: Object.values(knownFromReport(report)).flatMap(({ findings }) => findings),
    gaps: report.gaps.length,
    minSeverity,
  };
  return { digest: digestOfRun(run), weekly: weeklyDigestOfRun(run) };
};

/** A title, and the message between two edges. */
const block = ({ title, text }: Preview, io: Io): string => {
  const style = styleOf(io);
  const width = style.width - 4;
  const lines = text.split('\n').flatMap(line => (line.startsWith('    ') ? [line] : wrapped(line, width)));
  return `${paint(style, 'bold', visible(title))}\n${lines.map(line => `│ ${line}`.trimEnd()).join('\n')}\n`;
};

const wrapped = (line: string, width: number): readonly string[] => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const parts = line === '' ? [''] : wrap(line.trimStart(), width - indent.length);
  return parts.map(part => `${indent}${part}`);
};

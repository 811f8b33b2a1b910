import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import type { FindingQueries } from '../../audit/ports.ts';
import { runsSince } from '../../audit/trend-of-runs.ts';
import { findingStatuses, type KnownFinding } from '../../history/transition.ts';
import { errorParts } from '../../kit/classify-error.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { renderPeriod } from '../../report/html/period-page.ts';
import { type Period, sumUpPeriod } from '../../report/period.ts';
import { visible } from '../../text.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { withOutputFile } from '../shell/options.ts';
import { toolVersion } from '../shell/tool-version.ts';
import { everyItem } from './every-item.ts';
import type { TableOptions } from './finding-queries.ts';

const formats = ['html', 'pdf', 'json'] as const;
interface SummaryOptions extends TableOptions {
  readonly since?: string;
  readonly format: (typeof formats)[number];
  readonly outputFile?: string;
}

/** Days of a period that nobody names. */
const usualDays = 30;
/** Items of a page of the table, and histories that are read at once. */
const pageSize = 100;
const atOnce = 16;

/** `findings summary`: one page about a period. `withPlace` adds the options that name the table, `instantOf` reads a date. */
export const summaryCommand = (
  open: (options: TableOptions) => Promise<FindingQueries>,
  withPlace: (command: Command) => Command,
  instantOf: (text: string, option: string) => string,
  io: Io,
): Command =>
  withOutputFile(
    withPlace(
      new Command('summary').description('one page for a manager: found, fixed, how long, by owner, the trend'),
    ),
    'write there (default: irsa-summary.html or .pdf; JSON to stdout)',
  )
    .option('--since <time>', `the period begins then (default: ${usualDays} days ago): ISO 8601, a date or an instant`)
    .addOption(new Option('-o, --format <format>', 'how to write; pdf needs Chromium').choices(formats).default('html'))
    .action(async (options: SummaryOptions) => {
      const since =
        options.since === undefined
          ? new Date(Date.parse(io.now()) - usualDays * 86_400_000).toISOString()
          : instantOf(options.since, '--since');
      await summary(await open(options), since, options, io);
    });

const summary = async (queries: FindingQueries, since: string, options: SummaryOptions, io: Io): Promise<void> => {
  const points = await runsSince(queries, since);
  const [first] = points;
  if (first === undefined) {
    io.stderr.write('No run yet.\n');
    io.exit(0);
    return;
  }
  let newer = 0;
  const counted = async <T extends { readonly newer?: number }>(read: Promise<T>): Promise<T> => {
    const page = await read;
    newer += page.newer ?? 0;
    return page;
  };
  const changedSince = first.at < since ? first.at : since;
  const known = await inParallel([...findingStatuses], atOnce, status =>
    everyItem(pageSize, page => counted(queries.list(status === 'open' ? { status } : { status, changedSince }, page))),
  );
  const stepsOf = ({ version, status, finding: { id } }: KnownFinding) =>
    version === 1 && status === 'open' ? [] : everyItem(pageSize, page => counted(queries.history(id, page)));
  const lives = await inParallel(known.flat(), atOnce, async each => ({ known: each, steps: await stepsOf(each) }));
  await write(sumUpPeriod(lives, points, since), options, io);
  io.exit(newer === 0 ? 0 : 3);
};

const write = async (period: Period, { format, outputFile }: SummaryOptions, io: Io): Promise<void> => {
  const file = outputFile ?? (format === 'json' ? '-' : `irsa-summary.${format}`);
  if (format === 'pdf' && file === '-') throw new UsageError('--output-file: -: a PDF goes to a file');
  const text = format === 'json' ? jsonAnswer(period) : renderPeriod(period, toolVersion);
  if (file === '-') io.stdout.write(text);
  else {
    await writeOutput(file, '--output-file', format === 'pdf' ? await printed(text, io) : text, io);
    const { found, ended, open } = period.all;
    io.stderr.write(`${visible(file)}: ${found} found, ${ended.fixed} fixed, ${open} open\n`);
  }
};

/** The names under which Chromium and its kin are started. */
const browsers = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge', 'msedge'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A page as PDF. It has no program and loads nothing. Throws `UsageError` where no browser prints it. */
const printed = async (page: string, { env, cwd }: Io): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'irsa-auditor-'));
  const [from, to] = [join(folder, 'page.html'), join(folder, 'page.pdf')];
  // Chromium refuses its sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = ['--headless', '--disable-gpu', '--no-first-run', `--user-data-dir=${join(folder, 'profile')}`];
  const words = [...asRoot, ...options, '--no-pdf-header-footer', `--print-to-pdf=${to}`, pathToFileURL(from).href];
  try {
    await writeFile(from, page, { mode: 0o600 });
    for (const browser of browsers)
      try {
        await promisify(execFile)(browser, words, { env, cwd, timeout: 120_000 });
        return await readFile(to);
      } catch (cause) {
        if (errorParts(cause).code === 'ENOENT') continue;
        throw new UsageError(`--format pdf: ${browser} printed nothing: ${visible(String(cause).slice(-300))}`, {
          cause,
        });
      }
    throw new UsageError(
      '--format pdf: no Chromium or Chrome on the PATH: write the page (-o html), open it and print it',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

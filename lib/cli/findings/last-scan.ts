import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Facts } from '../../facts/facts.ts';
import { valueOr } from '../../model/collected.ts';
import type { Finding } from '../../model/finding.ts';
import { idsWithPrefix } from '../../report/names.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ageInWords } from '../../text/age-in-words.ts';
import { compareText } from '../../text/compare-text.ts';
import { shellQuote } from '../../text/quote.ts';
import { visible } from '../../text/visible-text.ts';
import { runReportOf } from '../scan/run-report-file.ts';
import { readText, writeText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { idsOf } from './finding-named.ts';

const namesShape = z.object({ clusters: z.array(z.string()), roles: z.array(z.string()) });

/** Names that the last scan of this person read, for the completion of their shell. */
export type LastNames = z.output<typeof namesShape>;

const list = z.exactOptional(z.array(z.string()));
const word = z.exactOptional(z.string());
const flag = z.exactOptional(z.boolean());
const askedShape = z.strictObject({
  ...{ region: list, context: list, connectTo: list },
  ...{ profile: word, roleArn: word, externalId: word, config: word, kubeconfig: word, caFile: word },
  ...{ allRegions: flag, allRoles: flag, roleDetails: flag, rolePermissions: flag, unusedPermissions: flag },
  ...{ cloudTrail: flag, controlPolicies: flag, network: flag, rbac: flag, inCluster: flag },
});

/** The options with which a scan was asked for, as far as they say what is read, and how. */
export type AskedOptions = z.output<typeof askedShape>;

/** The last scan of this person on this machine. */
export interface LastScan {
  readonly report: RunReport;
  readonly asked: AskedOptions;
}

/** Names of a kind that are kept: more than that nobody picks from a list. */
const maxNames = 5000;

/** In the person's cache (XDG Base Directory Specification); undefined where there is no home. */
const placeOf = ({ env }: Pick<Io, 'env'>, file: string): string | undefined => {
  const cache = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  return cache ? join(cache, 'irsa-auditor', file) : undefined;
};

/** The name of the last scan, where a finding is looked up. */
export const lastScanName = 'the last scan';

const namesFile = 'last-names.json';
const scanFile = 'last-scan.json';

/** Keeps a scan for its owner alone (0600): its findings for `explain ID`, its options for commands about them, its names for
 *  completion. Whoever has no place for it scans without: then it is false. */
export const rememberScan = async (
  { report, asked }: LastScan,
  facts: readonly Facts[],
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<boolean> => {
  const distinct = (names: readonly string[]) => [...new Set(names)].sort(compareText).slice(0, maxNames);
  const names: LastNames = {
    clusters: distinct(facts.flatMap(({ fleet }) => fleet.clusters.map(({ name }) => name))),
    roles: distinct(facts.flatMap(({ snapshot }) => valueOr(snapshot.roles, []).map(({ name }) => name))),
  };
  const { graph: _graph, access: _access, reach: _reach, trend: _trend, ...kept } = report;
  await keep(namesFile, names, io);
  return keep(scanFile, { asked: absolute(asked, io), report: kept }, io);
};

const keep = async (file: string, value: unknown, io: Pick<Io, 'env'>): Promise<boolean> => {
  const place = placeOf(io, file);
  if (place === undefined) return false;
  return makeFolders(dirname(place))
    .then(() => writeText(place, file, JSON.stringify(value)))
    .then(
      () => true,
      () => false,
    );
};

/** The folder of the program, that of the caches and the home, no more: where the home is not there, or its file system is none to write to
 *  (`/proc`, on which a recursive mkdir of Node.js does not end), nothing is kept. */
const makeFolders = async (folder: string): Promise<void> => {
  for (const each of [dirname(dirname(folder)), dirname(folder), folder])
    await mkdir(each, { mode: 0o700 }).catch(() => undefined);
};

/** Files are found from another folder too. */
const absolute = (asked: AskedOptions, { cwd }: Pick<Io, 'cwd'>): AskedOptions => ({
  ...asked,
  ...(asked.config === undefined ? {} : { config: resolve(cwd, asked.config) }),
  ...(asked.kubeconfig === undefined ? {} : { kubeconfig: resolve(cwd, asked.kubeconfig) }),
  ...(asked.caFile === undefined ? {} : { caFile: resolve(cwd, asked.caFile) }),
});

/** The names of the last scan; none where there was no scan, or its file cannot be read. */
export const lastNames = async (io: Pick<Io, 'env'>): Promise<LastNames> => {
  const none = { clusters: [], roles: [] };
  const place = placeOf(io, namesFile);
  if (place === undefined) return none;
  try {
    return namesShape.parse(JSON.parse(await readFile(place, 'utf8')));
  } catch {
    return none;
  }
};

/** The last scan; undefined where there was none, or its file is none of this version. */
const lastScan = async (io: Pick<Io, 'env'>): Promise<LastScan | undefined> => {
  const place = placeOf(io, scanFile);
  if (place === undefined) return undefined;
  try {
    const { asked, report } = z
      .object({ asked: askedShape, report: z.unknown() })
      .parse(JSON.parse(await readText(place, lastScanName)));
    return { asked, report: runReportOf(report, lastScanName) };
  } catch {
    return undefined;
  }
};

/** The findings of the last scan where one of them has an id that begins so; how old they are is told. Undefined where none has. */
export const lastFindingsWith = async (prefix: string, io: Io): Promise<readonly Finding[] | undefined> => {
  const last = await lastScan(io);
  if (last === undefined || idsWithPrefix(prefix, idsOf(last.report.findings)).length === 0) return undefined;
  tellLastScan(last, io);
  return last.report.findings;
};

/** The report of the last scan; how old it is is told. Undefined where there was none. */
export const lastReport = async (io: Io): Promise<RunReport | undefined> => {
  const last = await lastScan(io);
  if (last !== undefined) tellLastScan(last, io);
  return last?.report;
};

const tellLastScan = ({ report }: LastScan, io: Io): void => {
  io.stderr.write(
    `From the last scan, ${visible(ageInWords(report.endedAt, io.now()))}; a new one: irsa-auditor scan\n`,
  );
};

/** The options that say what is read, and how; none of them has a default. */
export const askedOptions = (options: object): AskedOptions =>
  askedShape.parse(Object.fromEntries(Object.entries(options).filter(([name]) => name in askedShape.shape)));

/** The options of a command about findings that are named: as typed, or where none was, as the last scan was asked for, which is
 *  told. */
export const asLastAsked = async <T extends object>(options: T, io: Io): Promise<T> => {
  if (Object.keys(askedOptions(options)).length > 0) return options;
  const last = await lastScan(io);
  const words = askedWords(last?.asked ?? {});
  if (last === undefined || words.length === 0) return options;
  io.stderr.write(`As the last scan was asked for: ${visible(words.map(shellQuote).join(' '))}\n`);
  return { ...options, ...last.asked };
};

/** The options as words of a command line, each value behind a `=`: none is taken for an option. */
export const askedWords = (asked: AskedOptions): readonly string[] =>
  Object.entries(asked).flatMap(([name, value]) => wordsOf(name, value));

const wordsOf = (name: string, value: string | boolean | readonly string[]): readonly string[] => {
  const option = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  if (typeof value === 'boolean') return [value ? option : option.replace('--', '--no-')];
  return (typeof value === 'string' ? [value] : value).map(one => `${option}=${one}`);
};

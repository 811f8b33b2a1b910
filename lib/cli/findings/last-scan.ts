import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Facts } from '../../facts.ts';
import { type Finding, flagOf, type ReadingFlags, readingRows, valueOr } from '../../model.ts';
import { idsWithPrefix } from '../../report/names.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ageInWords, compareText, given, shellQuote, visible } from '../../text.ts';
import { runReportOf } from '../scan/run-report-file.ts';
import { makeFolders, writeText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { ownPlace, readOwn } from '../shell/own-files.ts';
import { idsOf } from './finding-named.ts';

const namesShape = z.object({ clusters: z.array(z.string()), roles: z.array(z.string()) });

/** Names that the last scan of this person read, for the completion of their shell. */
type LastNames = z.output<typeof namesShape>;

const list = z.exactOptional(z.array(z.string()));
const word = z.exactOptional(z.string());
const flag = z.exactOptional(z.boolean());
const readingFlags = Object.fromEntries(readingRows.map(([choice]) => [flagOf(choice), flag])) as {
  readonly [K in keyof ReadingFlags]-?: typeof flag;
};
const askedShape = z.strictObject({
  ...{ region: list, context: list, connectTo: list },
  ...{ profile: word, roleArn: word, externalId: word, config: word, kubeconfig: word, caFile: word },
  ...{ allRegions: flag, allRoles: flag, inCluster: flag },
  ...readingFlags,
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

const placeOf = (io: Pick<Io, 'env' | 'cwd'>, file: string): string | undefined => ownPlace(io, 'XDG_CACHE_HOME', file);

/** The name of the last scan, where a finding is looked up. */
export const lastScanName = 'the last scan';

const namesFile = 'last-names.json';
/** A scan of each set of accounts is kept: an id of one is not lost by a scan of another. */
const scanFileOf = ({ accounts: [first, ...others] }: RunReport): string =>
  `last-scan-${first?.accountId.replace(/\W/g, '') ?? 'none'}${others.length === 0 ? '' : `-and-${others.length}`}.json`;
const scanFileShape = /^last-scan(?:-\w+)*\.json$/;
/** Scans that are looked through. */
const maxScans = 100;

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
  return keep(scanFileOf(report), { asked: absolute(asked, io), report: kept }, io);
};

const keep = async (file: string, value: unknown, io: Pick<Io, 'env' | 'cwd'>): Promise<boolean> => {
  const place = placeOf(io, file);
  if (place === undefined) return false;
  return makeFolders(dirname(place))
    .then(() => writeText(place, file, JSON.stringify(value)))
    .then(
      () => true,
      () => false,
    );
};

/** Files are found from another folder too. */
const absolute = (asked: AskedOptions, { cwd }: Pick<Io, 'cwd'>): AskedOptions => ({
  ...asked,
  ...(asked.config === undefined ? {} : { config: resolve(cwd, asked.config) }),
  ...(asked.kubeconfig === undefined ? {} : { kubeconfig: resolve(cwd, asked.kubeconfig) }),
  ...(asked.caFile === undefined ? {} : { caFile: resolve(cwd, asked.caFile) }),
});

/** The names of the last scan; none where there was no scan, or its file cannot be read. */
export const lastNames = async (io: Pick<Io, 'env' | 'cwd'>): Promise<LastNames> => {
  const none = { clusters: [], roles: [] };
  const place = placeOf(io, namesFile);
  if (place === undefined) return none;
  try {
    return namesShape.parse(JSON.parse((await readOwn(place)) ?? ''));
  } catch {
    return none;
  }
};

/** The kept scans, the newest first; a file of another version is passed over, and one that others may have written: its options say
 *  which kubeconfig is read, and that may name a program. */
const lastScans = async (io: Pick<Io, 'env' | 'cwd'>): Promise<readonly LastScan[]> => {
  const folder = placeOf(io, '');
  if (folder === undefined) return [];
  const files = (await readdir(folder).catch(() => [])).filter(file => scanFileShape.test(file)).slice(0, maxScans);
  const scans = await Promise.all(files.map(file => keptScan(join(folder, file))));
  return scans.flat().sort((a, b) => compareText(b.report.endedAt, a.report.endedAt));
};

const keptScan = async (place: string): Promise<readonly LastScan[]> => {
  try {
    const { asked, report } = z
      .object({ asked: askedShape, report: z.unknown() })
      .parse(JSON.parse((await readOwn(place)) ?? ''));
    return [{ asked, report: runReportOf(report, lastScanName) }];
  } catch {
    return [];
  }
};

/** The findings of the kept scans that have one with an id that begins so; whose they are, and how old, is told. Undefined where
 *  none has. */
export const lastFindingsWith = async (prefix: string, io: Io): Promise<readonly Finding[] | undefined> => {
  const having = (await lastScans(io)).filter(({ report }) => idsWithPrefix(prefix, idsOf(report.findings)).length > 0);
  for (const scan of having) tellLastScan(scan, io);
  return having.length === 0 ? undefined : having.flatMap(({ report }) => report.findings);
};

/** Where an id was looked for that no kept scan has: the end of a sentence. */
export const wordsOfScans = async (io: Io): Promise<string> => {
  const kept = (await lastScans(io)).map(scan => scanInWords(scan, io));
  return kept.length === 0 ? 'no scan is kept here' : `the scans that are kept here are ${kept.join('; ')}`;
};

/** An answer by the last scan, or by the last that read an account: no older one is asked where that has none. Whose it is, and how
 *  old, is told with the answer. */
export const byLastScan = async <T>(
  io: Io,
  accountId: string | undefined,
  answer: (report: RunReport) => T | undefined,
): Promise<T | undefined> => {
  const isMeant = ({ report: { accounts } }: LastScan): boolean =>
    accountId === undefined || accounts.some(one => one.accountId === accountId);
  const last = (await lastScans(io)).find(isMeant);
  const found = last && answer(last.report);
  if (last !== undefined && found !== undefined) tellLastScan(last, io);
  return found;
};

/** The report of the last scan; whose it is, and how old, is told. Undefined where there was none. */
export const lastReport = (io: Io): Promise<RunReport | undefined> => byLastScan(io, undefined, report => report);

const scanInWords = ({ report: { accounts, endedAt } }: LastScan, io: Io): string => {
  const [first, ...others] = accounts;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return visible(`of account ${first?.accountId ?? 'unknown'}${more}, ${ageInWords(endedAt, io.now())}`);
};

const tellLastScan = (scan: LastScan, io: Io): void => {
  io.stderr.write(`From the last scan ${scanInWords(scan, io)}; a new one: irsa-auditor scan\n`);
};

/** The options that say what is read, and how; none of them has a default. */
export const askedOptions = (options: object): AskedOptions =>
  askedShape.parse(Object.fromEntries(Object.entries(options).filter(([name]) => name in askedShape.shape)));

/** The options of a command about findings that are named: as typed, or where none was that says what is read, as the last scan was
 *  asked for that has such a finding, which is told. Where issuers are reached an environment may say for every command. */
export const asLastAsked = async <T extends object>(options: T, ids: readonly string[], io: Io): Promise<T> => {
  const { connectTo, caFile, ...typed } = askedOptions(options);
  if (Object.keys(typed).length > 0) return options;
  const kept = await lastScans(io);
  const has = ({ report }: LastScan): boolean => ids.some(id => idsWithPrefix(id, idsOf(report.findings)).length > 0);
  const own: object = given({ connectTo, caFile });
  const { asked = {} } = kept.find(has) ?? kept[0] ?? {};
  const others: AskedOptions = Object.fromEntries(Object.entries(asked).filter(([name]) => !(name in own)));
  const words = askedWords(others);
  if (words.length === 0) return options;
  io.stderr.write(`As the last scan was asked for: ${visible(words.map(shellQuote).join(' '))}\n`);
  return { ...options, ...others };
};

/** The options as words of a command line, each value behind a `=`: none is taken for an option. */
export const askedWords = (asked: AskedOptions): readonly string[] =>
  Object.entries(asked).flatMap(([name, value]) => wordsOf(name, value));

const wordsOf = (name: string, value: string | boolean | readonly string[]): readonly string[] => {
  const option = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  if (typeof value === 'boolean') return [value ? option : option.replace('--', '--no-')];
  return (typeof value === 'string' ? [value] : value).map(one => `${option}=${one}`);
};

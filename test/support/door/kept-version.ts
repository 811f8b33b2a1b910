/** What an earlier version left in an account (scripts/record-version.ts), as if its run had just ended: its instants are moved, and the
 *  certificates of its issuers are those that are served now. */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Thumbprints } from '../../../sandbox/issuers/start-issuers.ts';
import type { World } from '../../../sandbox/world/world.ts';
import type { DrawnPlace } from './drawn-world.ts';
import type { itemsOf, KeptDocument } from './kept-state.ts';
import type { Template } from './second-voice.ts';

/** The shape of the file. */
export interface KeptVersion {
  /** The end of its run, ISO 8601. */
  readonly at: string;
  readonly place: DrawnPlace;
  readonly world: World;
  readonly items: Awaited<ReturnType<typeof itemsOf>>;
  readonly documents: readonly KeptDocument[];
  /** Messages that the findings topic got. */
  readonly messages: number;
  readonly memberTemplate: Template;
}

/** Writes what a version left. A map of its world is written as a list of its entries. */
export const packed = (version: KeptVersion): Buffer =>
  gzipSync(
    JSON.stringify(version, (_, value) => (value instanceof Map ? { entries: [...value] } : value)),
    { level: 9 },
  );

const unpacked = (text: string): KeptVersion =>
  JSON.parse(text, (_, value) =>
    Array.isArray(value?.entries) && Object.keys(value).length === 1 ? new Map(value.entries) : value,
  );

/** Instants that are farther from the run stay: a certificate of the sandbox is valid from 2000 to 2100. */
const near = 366 * 86_400_000;

/** A file as it was written. */
export const readVersion = (file: string): KeptVersion => unpacked(gunzipSync(readFileSync(file)).toString());

/** A file as if it was written now. `thumbprints` tells what an issuer's host sends now, `now` is an ISO 8601 instant. */
export const keptVersion = (
  file: string,
  thumbprints: (url: string) => Pick<Thumbprints, 'sent'>,
  now: string,
): KeptVersion => {
  const read = readVersion(file);
  const ended = Date.parse(read.at);
  const sent = read.world.issuers.flatMap(({ url }) => thumbprints(url).sent);
  const before = read.documents.flatMap(document => chainIn(textOf(document)));
  if (before.length === 0) throw new Error(`${file} has no certificates`);
  const renewed = new Map(before.map((sha1, at) => [sha1, sent[at % sent.length] ?? '']));
  const moved = (milliseconds: number): number => milliseconds + Date.parse(now) - ended;
  const today = (text: string): string =>
    text
      .replaceAll(/\b[0-9a-f]{40}\b/g, sha1 => renewed.get(sha1) ?? sha1)
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, instant =>
        Math.abs(Date.parse(instant) - ended) > near ? instant : new Date(moved(Date.parse(instant))).toISOString(),
      )
      // Of an item's end, seconds since 1970.
      .replaceAll(
        /"N":"(\d{10})"/g,
        (_, seconds: string) => `"N":"${Math.round(moved(Number(seconds) * 1000) / 1000)}"`,
      );
  const whole = unpacked(today(gunzipSync(packed({ ...read, documents: [] })).toString()));
  const documents = read.documents.map(document => ({
    ...document,
    ...{ key: today(document.key), body: gzipSync(today(textOf(document))).toString('base64') },
  }));
  return { ...whole, documents };
};

const textOf = ({ body }: KeptDocument): string => gunzipSync(Buffer.from(body, 'base64')).toString();

/** The certificates that a document of issuers says were served, in their order. */
const chainIn = (text: string): readonly string[] => {
  const [, chain = ''] = /"chain":(\[[^\]]*\])/.exec(text) ?? [];
  return [...chain.matchAll(/"sha1":"([0-9a-f]{40})"/g)].map(([, sha1 = '']) => sha1);
};

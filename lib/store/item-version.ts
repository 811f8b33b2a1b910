/**
 * The versions of the shapes that items of the table have: each item carries that of its kind, as `schemaVersion`. A version
 * rises when an earlier program could not read what is written from now on: a new value of a list, another meaning, a
 * missing attribute. An attribute that may be absent is no reason. Keys never change.
 */
import { watchedKinds } from '../rules/evaluate/evaluation.ts';
import type { Item } from './table.ts';

/** A step of a finding's history holds the finding as it was. */
const finding = 1;

export const itemVersions = {
  account: 1,
  finding,
  history: finding,
  lease: 1,
  run: 1,
  'skipped-run': 1,
  watched: 1,
  watermark: 1,
} as const;

export type ItemKind = keyof typeof itemVersions;

const isKind = (type: string): type is ItemKind => Object.hasOwn(itemVersions, type);

/** The stamp of every writer on an item, so that each reader knows its version. */
export const stampOf = (kind: ItemKind): Item => ({ type: kind, schemaVersion: itemVersions[kind] });

/**
 * True for an item that a newer program wrote: of a version, or a kind, that this one does not know. It is kept as it is and
 * compared with nothing, so that going back to an earlier program stops no account. */
export const isOfNewerVersion = ({ type, kind, schemaVersion }: Item): boolean => {
  if (typeof type !== 'string') return false;
  if (!isKind(type) || typeof schemaVersion !== 'number' || schemaVersion > itemVersions[type]) return true;
  return type === 'watched' && typeof kind === 'string' && !watchedKinds.some(known => known === kind);
};

/** Holds for an item that this program may write over; placeholders as in `updateIf`, which sets the version. */
export const isOfThisVersion = 'attribute_not_exists(#schemaVersion) OR #schemaVersion <= :set_schemaVersion';

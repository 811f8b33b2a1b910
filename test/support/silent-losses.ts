/** Finds what a reading lost without a word: where it says that it read everything, everything must be there. */
import * as z from 'zod';

const section = z.union([
  z.object({ status: z.literal('complete'), value: z.unknown() }),
  z.object({
    status: z.literal('partial'),
    value: z.unknown(),
    gaps: z.array(z.object({ what: z.string().min(1), reason: z.object({ message: z.string().min(1) }) })).min(1),
  }),
  z.object({ status: z.literal('unavailable'), reason: z.object({ message: z.string().min(1) }) }),
]);
type Section = z.output<typeof section>;

const sectionOf = (value: unknown): Section | undefined => section.safeParse(value).data;

const named = z.looseObject({
  arn: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  region: z.string().optional(),
  clusters: z.unknown().optional(),
  cluster: z.looseObject({ name: z.string() }).optional(),
});

/** The key that tells an item of a list from the others. */
const nameOf = (item: unknown): string => {
  const { arn, id, name, namespace, region, clusters, cluster } = named.safeParse(item).data ?? {};
  const key =
    arn ??
    id ??
    (name === undefined ? (cluster?.name ?? (clusters === undefined ? undefined : region)) : `${namespace}/${name}`);
  return key ?? JSON.stringify(item);
};

/** Paths at which `read` has less, more or something else than `whole` has, without a gap that says so. In what is
 *  partial items may lack; those that are there are of the whole, and what is complete in them is complete. */
export const silentLosses = (whole: unknown, read: unknown, path = '', isPartial = false): readonly string[] => {
  const expected = sectionOf(whole);
  if (expected !== undefined) return inSection(expected, sectionOf(read), path);
  if (Array.isArray(whole)) return Array.isArray(read) ? inList(whole, read, path, isPartial) : [`${path}: is no list`];
  if (typeof whole === 'object' && whole !== null) return inObject(whole, read, path, isPartial);
  return isPartial || whole === read ? [] : [`${path}: ${JSON.stringify(read)}, want ${JSON.stringify(whole)}`];
};

const inSection = (whole: Section, read: Section | undefined, path: string): readonly string[] => {
  if (read === undefined) return [`${path}: is no section`];
  if (read.status === 'unavailable') return [];
  if (whole.status === 'unavailable') return [`${path}: was read, and is not to be had`];
  return silentLosses(whole.value, read.value, path, read.status === 'partial');
};

const inList = (
  whole: readonly unknown[],
  read: readonly unknown[],
  path: string,
  isPartial: boolean,
): readonly string[] => {
  const items = new Map(read.map(item => [nameOf(item), item]));
  const names = new Set(whole.map(nameOf));
  const lost = isPartial ? [] : [...names].filter(name => !items.has(name)).map(name => `${path}: ${name} is lost`);
  return [
    ...lost,
    ...whole.flatMap(item => {
      const found = items.get(nameOf(item));
      return found === undefined ? [] : silentLosses(item, found, `${path}/${nameOf(item)}`, isPartial);
    }),
  ];
};

const inObject = (whole: object, read: unknown, path: string, isPartial: boolean): readonly string[] => {
  if (typeof read !== 'object' || read === null) return [`${path}: is no object`];
  return Object.entries(whole).flatMap(([key, value]) => {
    if (key in read) return silentLosses(value, Reflect.get(read, key), `${path}/${key}`, isPartial);
    return isPartial || value === undefined ? [] : [`${path}/${key}: is lost`];
  });
};

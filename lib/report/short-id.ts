/** The fewest digits of an id that are shown. */
const fewest = 8;

/** Shortens ids of findings to a prefix that no other id of the same report has. */
export const shortIds = (ids: readonly string[]): ((id: string) => string) => {
  let length = fewest;
  const all = [...new Set(ids)];
  const longest = Math.max(fewest, ...all.map(id => id.length));
  while (length < longest && new Set(all.map(id => id.slice(0, length))).size < all.length) length += 1;
  return id => id.slice(0, length);
};

/** The ids that begin with what a person typed. */
export const idsWithPrefix = (prefix: string, ids: readonly string[]): readonly string[] =>
  ids.includes(prefix) ? [prefix] : [...new Set(ids)].filter(id => id.startsWith(prefix));

/** Characters from which on a part is not repeated. */
const longest = 200;

/** Names each part of values that stood before by the place of its first appearance, so that a person reads it once. */
export const withoutRepeats = (): ((value: unknown, place: string) => unknown) => {
  const places = new Map<string, string>();
  const shortened = (value: unknown, place: string): unknown => {
    if (typeof value !== 'object' && typeof value !== 'string') return value;
    const text = JSON.stringify(value);
    if (text.length > longest) {
      const known = places.get(text);
      if (known !== undefined) return `(as ${known})`;
      places.set(text, place);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each, at) => shortened(each, `${place}.${at}`));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each, `${place}.${key}`)]));
  };
  return shortened;
};

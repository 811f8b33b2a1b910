/** Takes a list apart while it arrives: neither the whole answer nor all of its items are ever held. */

/** Thrown for one item, or for what stands around the items, that is larger than its limit. */
class PartTooLarge extends Error {
  override readonly name = 'PartTooLarge';
  readonly code = 'answer-too-large';
}

/** Bytes of what stands around the items: kind and metadata. */
const maxEnvelope = 1024 * 1024;
/** Bytes of one item: etcd takes at most 1.5 MiB of an object by default, and its JSON may be larger. */
const maxItem = 8 * 1024 * 1024;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const structural = new Uint8Array(256);
for (const byte of [comma, openArray, closeArray, openObject, closeObject]) structural[byte] = 1;

/** Reads the bytes of an answer, piece by piece. */
export interface ItemSplitter {
  /** Hands on each item that has become whole, parsed. Throws `SyntaxError`, and an error with the code
   *  `answer-too-large`. */
  push(chunk: Buffer): void;
  /** The JSON text of the answer, its items left out. */
  end(): string;
}

/**
 * Finds the elements of the array `items` of the outermost object. It looks at brackets, commas and strings alone: each
 * item, and what is left around them, is judged by `JSON.parse`.
 */
export const itemSplitter = (onItem: (item: unknown) => void): ItemSplitter => {
  let [depth, inString, isEscaped, inItems, isFirst] = [0, false, false, false, true];
  /** One character a byte. */
  let envelope = '';
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const keep = (part: Buffer): void => {
    if (part.length === 0) return;
    if (!inItems) envelope += part.toString('latin1');
    else begun.push(part);
    begunBytes += inItems ? part.length : 0;
    if (envelope.length > maxEnvelope || begunBytes > maxItem)
      throw new PartTooLarge(`a part of the list is larger than ${inItems ? maxItem : maxEnvelope} bytes`);
  };
  const endItem = (isLast: boolean): void => {
    const [only, ...others] = begun;
    const text = (only && others.length === 0 ? only : Buffer.concat(begun)).toString('utf8');
    begun = [];
    begunBytes = 0;
    if (!(isLast && isFirst && text.trim() === '')) onItem(JSON.parse(text) as unknown);
    isFirst = false;
  };
  const push = (chunk: Buffer): void => {
    let start = 0;
    // Copies: a variable of the closure costs more, and this runs for every byte.
    let [level, within, escaped] = [depth, inString, isEscaped];
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (within) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) within = false;
        continue;
      }
      if (byte === quote) within = true;
      if (!structural[byte]) continue;
      if (byte === openObject || byte === openArray) {
        level += 1;
        if (byte === openObject || level !== 2 || inItems) continue;
        keep(chunk.subarray(start, at + 1));
        start = at + 1;
        inItems = opensItems.test(envelope.slice(-40));
        isFirst = true;
      } else {
        if (byte !== comma) level -= 1;
        if (!inItems || level !== (byte === comma ? 2 : 1)) continue;
        keep(chunk.subarray(start, at));
        endItem(byte !== comma);
        start = byte === comma ? at + 1 : at;
        inItems = byte === comma;
      }
    }
    keep(chunk.subarray(start));
    [depth, inString, isEscaped] = [level, within, escaped];
  };
  return { push, end: () => Buffer.from(envelope, 'latin1').toString('utf8') };
};

/** The name before the bracket is `items`, and not one that ends in an escaped quotation mark and it. */
const opensItems = /(?:^|[^\\])"items"\s*:\s*\[$/;

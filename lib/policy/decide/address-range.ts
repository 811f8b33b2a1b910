/** Ranges of IP addresses, as `IpAddress` compares them (RFC 4632, RFC 4291). */

/** A range: its first and last address as numbers. A single address is a range of one. */
export interface AddressRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
  /** How many leading bits are fixed. */
  readonly fixed: number;
}

/** The range that a text in CIDR notation means, or one address; undefined for any other text. */
export const rangeOf = (text: string): AddressRange | undefined => {
  const [address = '', prefix, more] = text.split('/');
  if (more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined;
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 32 ? version4(address) : version6(address);
  const fixed = prefix === undefined ? bits : Number(prefix);
  if (value === undefined || fixed > bits) return undefined;
  const size = 1n << BigInt(bits - fixed);
  const first = (value / size) * size;
  return { bits, first, last: first + size - 1n, fixed };
};

/** Whether all addresses of a range lie in another one. */
export const isWithinRange = (one: AddressRange, other: AddressRange): boolean =>
  one.bits === other.bits && one.first >= other.first && one.last <= other.last;

/** Whether an address, or a range, as text lies in a range; false where one of the texts is none. */
export const isInRange = (address: string, cidr: string): boolean => {
  const [one, other] = [rangeOf(address), rangeOf(cidr)];
  return one !== undefined && other !== undefined && isWithinRange(one, other);
};

/** How many addresses some ranges of one version have together, each counted once. */
const addressesIn = (ranges: readonly AddressRange[]): bigint => {
  let sum = 0n;
  let after = 0n;
  for (const { first, last } of ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (last < after) continue;
    sum += last + 1n - (first > after ? first : after);
    after = last + 1n;
  }
  return sum;
};

/** Fewer addresses than of a range with this many fixed bits are somebody's; a cloud's own addresses fill ranges as wide. */
const widest = { 32: 8, 128: 16 } as const;

/** The ranges of either version that are somebody's: a list of narrow ones is as wide as the public addresses of all of them. */
export const narrowOf = (ranges: readonly AddressRange[]): readonly AddressRange[] =>
  ([32, 128] as const).flatMap(bits => {
    const own = ranges.filter(range => range.bits === bits);
    const others = own.filter(range => !isPrivateRange(range));
    return addressesIn(others) < 1n << BigInt(bits - widest[bits]) ? own : [];
  });

/** Whether some of the ranges together are too wide to be somebody's. */
export const isAnybodys = (ranges: readonly AddressRange[]): boolean => narrowOf(ranges).length < ranges.length;

/** Blocks that no address of the public internet lies in: private use, shared by carriers, loopback, link-local (RFC 1918,
 *  RFC 6598, RFC 1122, RFC 3927, RFC 4193, RFC 4291). */
const privateBlocks = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10', '::1'],
];

/** True for a range that has no public address. */
export const isPrivateRange = (range: AddressRange): boolean =>
  privateBlocks.some(block => {
    const known = rangeOf(block);
    return known !== undefined && isWithinRange(range, known);
  });

const version4 = (text: string): bigint | undefined => {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.some(part => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
};

const version6 = (text: string): bigint | undefined => {
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const [head, tail] = sides.map(side => (side === '' ? [] : side.split(':')));
  const missing = 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...(head ?? []), ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
};

/** An address as text. */
export const addressText = (value: bigint, bits: 32 | 128): string => {
  const size = bits === 32 ? 4 : 8;
  const unit = bits === 32 ? 256n : 65_536n;
  const parts: string[] = [];
  for (let rest = value, at = 0; at < size; at += 1, rest /= unit)
    parts.unshift((rest % unit).toString(bits === 32 ? 10 : 16));
  return parts.join(bits === 32 ? '.' : ':');
};

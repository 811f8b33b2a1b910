import { BlockList, isIP } from 'node:net';

/**
 * IPv4 blocks that are no place of the public internet (IANA IPv4 Special-Purpose Address Registry, RFC 6890), and
 * multicast and reserved space. The link-local block holds the instance metadata service.
 */
const specialV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Blocks within IPv6's global unicast space that are special (IANA IPv6 Special-Purpose Address Registry): protocol
 *  assignments and Teredo, documentation, 6to4, AS112. */
const specialV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [network, prefix] of specialV4) blocked.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of specialV6) blocked.addSubnet(network, prefix, 'ipv6');

/** All of the public IPv6 internet lies in 2000::/3; loopback, link-local, unique local, mapped and multicast do not. */
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** NAT64 (RFC 6052): the IPv4 address is in the last 32 bits, and that is the one which is judged. */
const nat64 = new BlockList();
nat64.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * True if an address may be probed: public unicast, written as an address and without a zone. Everything that is not
 * plainly public is refused, so that a hostile name cannot lead the auditor to a neighbour or to a metadata service.
 */
export const isPublicAddress = (address: string): boolean => {
  const version = isIP(address);
  if (version === 4) return !blocked.check(address, 'ipv4');
  if (version !== 6 || address.includes('%')) return false;
  if (nat64.check(address, 'ipv6')) return !blocked.check(lastFourBytes(address), 'ipv4');
  return globalV6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
};

/** The last 32 bits of an IPv6 address, as IPv4. `URL` brings every spelling into hexadecimal form first. */
const lastFourBytes = (address: string): string => {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':');
  const value = (at: number) => Number.parseInt(groups.at(at) || '0', 16);
  const [high, low] = [value(-2), value(-1)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};

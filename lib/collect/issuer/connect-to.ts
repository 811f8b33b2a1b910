import { BlockList, isIP } from 'node:net';

/** One `--connect-to HOST:PORT:ADDRESS:PORT`, as curl has it: requests for exactly `host:port` go to the other pair. */
export interface ConnectOverride {
  /** Lower case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** An IP address or a name; a name is resolved once and then kept. */
  readonly address: string;
  readonly addressPort: number;
}

/** The result of a text; the message is one sentence with the value got and the value wanted. */
type ParsedConnectTo =
  | { readonly ok: true; readonly override: ConnectOverride }
  | { readonly ok: false; readonly message: string };

const pattern = /^(\[[^[\]]+\]|[^:[\]]+):(\d{1,5}):(\[[^[\]]+\]|[^:[\]]+):(\d{1,5})$/;
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i;

/** Reads one `--connect-to`. IPv6 addresses stand in brackets. Never throws. */
export const parseConnectTo = (text: string): ParsedConnectTo => {
  const [, host = '', port = '', address = '', addressPort = ''] = pattern.exec(text.trim()) ?? [];
  if (host === '')
    return refuse(
      text,
      'HOST:PORT:ADDRESS:PORT such as oidc.eks.eu-west-1.amazonaws.com:443:127.0.0.1:8443 (IPv6 addresses in brackets)',
    );
  for (const part of [host, address])
    if (!isHost(part)) return refuse(text, `a host name or an address, not "${part}"`);
  for (const part of [port, addressPort])
    if (Number(part) < 1 || Number(part) > 65_535) return refuse(text, `a port from 1 to 65535, not ${part}`);
  return {
    ok: true,
    override: {
      host: withoutBrackets(host).toLowerCase(),
      port: Number(port),
      address: withoutBrackets(address).toLowerCase(),
      addressPort: Number(addressPort),
    },
  };
};

const refuse = (text: string, wanted: string): ParsedConnectTo => ({
  ok: false,
  message: `--connect-to: got ${JSON.stringify(text.slice(0, 200))}, wanted ${wanted}`,
});

const isHost = (part: string): boolean =>
  part.startsWith('[') ? isIP(withoutBrackets(part)) === 6 : isIP(part) === 4 || hostName.test(part);

/** An IPv6 address as URLs write it, bare. */
export const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');

/** The override for exactly this host and port. */
export const overrideFor = (
  overrides: readonly ConnectOverride[],
  host: string,
  port: number,
): ConnectOverride | undefined =>
  overrides.find(override => override.host === host.toLowerCase() && override.port === port);

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

/** Ends of names that no public name has (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`), and those of Kubernetes. */
const privateEnds = /\.(?:localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|svc)\.?$/i;

/** True if a name may be handed to a proxy, which resolves it where nobody here can judge the address. */
export const isPublicName = (host: string): boolean => /[^.]\.[^.]/.test(host) && !privateEnds.test(host);

import { isIP } from 'node:net';

/** One `--connect-to HOST:PORT:ADDRESS:PORT`, as curl has it: requests for exactly `host:port` go to the other pair. */
export interface ConnectOverride {
  /** Lower case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** An IP address or a name; a name is resolved once and then kept. */
  readonly address: string;
  readonly addressPort: number;
}

/** What became of a text; the message is one sentence with the value got and the value wanted. */
export type ParsedConnectTo =
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

import type { Clock } from '../../../lib/collect/clock.ts';
import { type ConnectOverride, parseConnectTo } from '../../../lib/collect/issuer/connect-to.ts';
import { createIssuerReader, type IssuerReaderOptions } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import type { WorldIssuer } from '../../../sandbox/world/world.ts';

/** The machine's time, without its waits; every wait that was asked for is kept. */
export const hastyClock = (): Clock & { readonly waits: readonly number[] } => {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now(),
    sleep: async milliseconds => {
      waits.push(milliseconds);
    },
  };
};

/** Counts by operation. */
export const tally = () => {
  const counts: Record<string, number> = {};
  return {
    counts,
    count: (operation: string) => {
      counts[operation] = (counts[operation] ?? 0) + 1;
    },
  };
};

export const overridesOf = (issuers: Issuers): readonly ConnectOverride[] =>
  issuers.connectTo.map(text => {
    const parsed = parseConnectTo(text);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.override;
  });

/** Starts issuers, hands them and a reader for them to `use`, and stops them whatever happens. */
export const withIssuers = async <T>(
  world: readonly WorldIssuer[],
  use: (issuers: Issuers, reader: ReturnType<typeof createIssuerReader>) => Promise<T>,
  options: IssuerReaderOptions & { readonly tlsVersion?: 'TLSv1.2' | 'TLSv1.3' } = {},
): Promise<T> => {
  const { tlsVersion, ...readerOptions } = options;
  const issuers = await startIssuers(world, tlsVersion === undefined ? {} : { tlsVersion });
  try {
    const reader = createIssuerReader({
      connectTo: overridesOf(issuers),
      publicRoots: [issuers.caPem],
      clock: hastyClock(),
      resolve: () => Promise.reject(new Error('nothing is resolved in tests')),
      ...readerOptions,
    });
    return await use(issuers, reader);
  } finally {
    await issuers.stop();
  }
};

/**
 * Measures the probe of issuers against servers on loopback, so that a change in its cost shows: `node bench/issuer.ts`.
 * Figures are medians of several runs in one process; the servers share the processor with the probe.
 */
import { parseConnectTo } from '../lib/collect/issuer/connect-to.ts';
import { createIssuerReader } from '../lib/collect/issuer/tls-issuer-reader.ts';
import { startIssuers } from '../sandbox/issuers/start-issuers.ts';
import type { WorldIssuer } from '../sandbox/world/world.ts';

const worldOf = (hosts: number, each: number): WorldIssuer[] =>
  Array.from({ length: hosts * each }, (_, at) => ({
    url: `https://oidc.eks.region-${at % hosts}.amazonaws.com/id/${at}`,
    chain: 'public',
    // Without keys of its own: what is measured is the probe, not the making of RSA keys.
    discovery: 'other-host',
  }));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const measure = async (hosts: number, each: number, runs: number): Promise<void> => {
  const world = worldOf(hosts, each);
  const began = performance.now();
  const issuers = await startIssuers(world);
  const started = performance.now() - began;
  const connectTo = issuers.connectTo.flatMap(text => {
    const parsed = parseConnectTo(text);
    return parsed.ok ? [parsed.override] : [];
  });
  const calls: Record<string, number> = {};
  const count = (operation: string) => {
    calls[operation] = (calls[operation] ?? 0) + 1;
  };
  const reader = createIssuerReader({ connectTo, publicRoots: [issuers.caPem], calls: { count } });
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    const table = await reader.read(world.map(({ url }) => url));
    times.push(performance.now() - from);
    const read = Object.values(table).filter(({ discovery }) => discovery.status === 'complete').length;
    if (read !== world.length) throw new Error(`read ${read} of ${world.length} issuers`);
  }
  await issuers.stop();
  const perRun = Object.entries(calls).map(([operation, total]) => `${operation} ${total / runs}`);
  process.stdout.write(
    `${hosts} hosts, ${world.length} issuers: servers up in ${started.toFixed(0)} ms, read in ${median(times).toFixed(0)} ms (${perRun.join(', ')})\n`,
  );
};

await measure(1, 1, 9);
await measure(8, 1, 9);
await measure(8, 16, 5);
await measure(1, 1000, 3);

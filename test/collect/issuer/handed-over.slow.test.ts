import { expect, test } from '@jest/globals';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import { withIssuers } from './running-issuers.ts';

const world = Array.from({ length: 3 }, (_, at) => ({
  url: `https://oidc.eks.eu-west-1.amazonaws.com/id/${at}`,
  chain: 'public' as const,
  discovery: 'valid',
}));
const urls = world.map(({ url }) => url);
const unreached = 'https://oidc.eks.gone.amazonaws.com/id/ABC';
const refused = 'http://issuer.example';

test('facts are handed over once, and the table has the others: of hosts that were not reached, and what is no issuer', async () => {
  await withIssuers(world, async (issuers, reader) => {
    const whole = await reader.read([...urls, unreached, refused]);
    const taken: IssuerFacts[] = [];
    const rest = await reader.read([...urls, unreached, refused], async facts => {
      taken.push(facts);
    });
    expect(taken.map(({ url }) => url).sort()).toEqual(urls);
    expect(Object.keys(rest).sort()).toEqual([refused, unreached]);
    expect({ ...rest, ...Object.fromEntries(taken.map(facts => [facts.url, facts])) }).toEqual(whole);
    expect(issuers.handshakes(urls[0] ?? '')).toBe(2);
  });
});

test('where no host is reached nothing is handed over before all were tried', async () => {
  await withIssuers(world, async (_, reader) => {
    const whole = await reader.read([unreached]);
    const rest = await reader.read([unreached], async () => {
      throw new Error('handed over');
    });
    expect(rest).toEqual(whole);
    expect(rest[unreached]?.fromPrivateNetwork).toBe(true);
  });
});

test('a failure of whoever takes the facts is one of the reading', async () => {
  await withIssuers(world, async (_, reader) => {
    const failing = reader.read(urls, async () => {
      throw new Error('the bucket says no');
    });
    await expect(failing).rejects.toThrow('the bucket says no');
  });
});

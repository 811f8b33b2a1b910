import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { ServedCertificate } from '../../../lib/model/issuer.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aHost, anIssuer, aProvider, someFacts } from '../../support/example-world.ts';

const chainWith = (replaced: number): string | undefined => {
  const chain = aHost().chain.map(
    (certificate, at): ServedCertificate => (at === replaced ? { ...certificate, sha1: 'f'.repeat(40) } : certificate),
  );
  const facts = someFacts({ issuers: [anIssuer({ host: complete(aHost({ chain })) })] });
  return evaluate(facts, { rules: [] }).watched.find(({ kind }) => kind === 'issuer-chain')?.value;
};
const [unchanged, leaf, authority] = [-1, 0, 1].map(chainWith);

test('a certificate that an issuer renews is no drift, another authority is', () => {
  expect(unchanged).toContain('2'.repeat(40));
  expect(leaf).toBe(unchanged);
  expect(authority).not.toBe(unchanged);
});

test.each(['audiences', 'thumbprints'] as const)('the %s of a provider in another order are no drift', kind => {
  const values = {
    audiences: ['sts.amazonaws.com', 'Vault', 'argo'],
    thumbprints: ['B', 'c', 'A'].map(one => one.repeat(40)),
  };
  const watchedOf = (list: readonly string[]) =>
    evaluate(someFacts({ providers: complete([aProvider({ ...values, [kind]: list })]) }), { rules: [] }).watched;
  const usual = watchedOf(values[kind]);
  expect(watchedOf(values[kind].toReversed())).toEqual(usual);
  expect(watchedOf(values[kind].slice(1))).not.toEqual(usual);
});

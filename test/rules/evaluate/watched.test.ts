import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { ServedCertificate } from '../../../lib/model/issuer.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aHost, anIssuer, someFacts } from '../../support/example-world.ts';

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

import { expect, test } from '@jest/globals';
import { materialDifferences } from '../../../lib/history/material.ts';
import { unavailable } from '../../../lib/model/collected.ts';
import { issuerUnreachable } from '../../../lib/rules/issuer/issuer-unreachable.ts';
import { anIssuer, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const findingOf = (message: string) => {
  const host = unavailable<never>({ kind: 'unreachable', operation: 'TLS', message });
  const facts = someFacts({ issuers: [anIssuer({ host })] });
  const [finding] = evaluate(facts, { rules: [issuerUnreachable] }).findings;
  if (finding === undefined) throw new Error('no finding');
  return finding;
};

// The address of another try, the thread in which OpenSSL failed.
test.each([
  ['connect ECONNREFUSED 192.0.2.10:443', 'connect ECONNREFUSED 192.0.2.77:443'],
  ['40A7F0E2:error:0A000410:SSL routines', '00C81F77:error:0A000410:SSL routines'],
])('that an issuer cannot be reached is told once, though the words change: %s', (before, after) => {
  expect(materialDifferences(findingOf(before), findingOf(after))).toEqual([]);
});

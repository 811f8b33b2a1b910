/** The table of policies in docs/comparison.md, as it stands there; `scripts/compare-mkat.ts` runs the column of MKAT. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { decideOnly } from '../../lib/policy/decide/decide.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';

const row = z.strictObject({
  condition: z.string(),
  documented: z.string(),
  mkat: z.string(),
  own: z.string(),
  policy: z.unknown(),
});
const rows = readFileSync('test/fixtures/comparison/trust-policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => row.parse(JSON.parse(line)));
const request = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  issuer: `https://oidc.eks.eu-west-1.amazonaws.com/id/${'A'.repeat(32)}`,
  subject: 'system:serviceaccount:checkout:cart',
  audience: 'sts.amazonaws.com',
  now: '2026-11-01T06:00:00Z',
};
const page = readFileSync('docs/comparison.md', 'utf8');

test.each(rows.map((one): [string, z.output<typeof row>] => [one.condition, one]))('%s', (_condition, one) => {
  const parsed = parsePolicy(JSON.stringify(one.policy));
  expect(parsed.ok && decideOnly(parsed.policy, request)).toBe(one.own);
  const isOther = one.mkat !== one.own;
  const mkat = isOther ? `**${one.mkat}**` : one.mkat;
  expect(page).toContain(`| ${one.condition} | ${one.documented} | ${mkat} | ${one.own} |\n`);
});

test('the count of the answers that differ is the one of the table', () => {
  const others = rows.filter(({ mkat, own }) => mkat !== own).length;
  expect(page).toContain(`Of ${rows.length}, MKAT's evaluator differs on ${others}:`);
});

import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import { renderWhy } from '../../lib/why/render-why.ts';
import type { WhyChain, WhyStep } from '../../lib/why/why-chain.ts';
import { aFinding } from '../report/sample-report.ts';
import { aPod } from '../support/example-cluster.ts';
import { aWhyWorld, chainOf, deployment } from './why-worlds.ts';

const healthy = chainOf(aWhyWorld());
const linesOf = (chain: WhyChain): readonly string[] =>
  renderWhy(chain, { subject: 's', place: 'p' }, { colour: false, width: 200 }, { ok: '+', failed: 'x', unread: '?' })
    .trimEnd()
    .split('\n');
const found = (count: number) => Array.from({ length: count }, (_, at) => aFinding({ id: `f${at}` }));

test('five findings beside the chain are told, the others are counted', () => {
  const told = (count: number) => {
    const lines = linesOf({ ...healthy, also: found(count) });
    const first = lines.indexOf('Found here, and nothing that breaks this chain:') + 1;
    return [lines.slice(first, lines.indexOf('', first)).length, lines[lines.indexOf('', first) - 1]];
  };
  expect(told(5)).toEqual([5, expect.stringMatching(/^ /)]);
  expect(told(6)).toEqual([6, 'and 1 other finding: irsa-auditor scan']);
  expect(told(7)).toEqual([6, 'and 2 other findings: irsa-auditor scan']);
});

test('no name of the world makes a line or a colour, in the cause, its evidence and its fix', () => {
  const hostile = 'a\u001b[31m\nb\u202e';
  const cause = {
    message: hostile,
    evidence: [{ what: hostile, got: hostile, wanted: hostile, readFrom: 'x' }],
    podError: hostile,
    fix: { summary: hostile, commands: [`echo ${hostile}`], choice: hostile },
  };
  const lines = linesOf({ ...healthy, verdict: 'cause', cause });
  expect(lines.join('\n')).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  expect(lines.slice(lines.findIndex(line => line.startsWith('Why'))).map(line => line.slice(0, 11).trim())).toEqual([
    ...['Why', 'seen', 'wanted', 'pod says', '', 'Fix', 'choose', '$ echo a\\', 'b\\u{202e}'],
  ]);
});

test.each([
  [59, '1 min'],
  [600, '10 min'],
  [3540, '59 min'],
  [3600, '1 h'],
  [5400, '1.5 h'],
  [86_400, '24 h'],
])('a token of %i seconds is one of %s', (expirationSeconds, said) => {
  const volumes = [{ name: 'aws-iam-token', audience: 'sts.amazonaws.com', path: 'token', expirationSeconds }];
  const { steps } = chainOf(aWhyWorld({ inside: { pods: complete([aPod({ volumes })]) } }));
  expect(steps.find(({ step }) => step === 'token')?.seen).toBe(`audience sts.amazonaws.com, for ${said}`);
});

test('each result has its colour', () => {
  const steps = (['ok', 'failed', 'unread'] as const).map(
    (result, at) => ({ ...healthy.steps[at], result }) as WhyStep,
  );
  const style = { colour: true, width: 200 };
  const text = renderWhy({ ...healthy, steps }, { subject: 's', place: 'p' }, style, {
    ok: '+',
    failed: 'x',
    unread: '?',
  });
  expect([...text.matchAll(/^\u001b\[([\d;]+)m([+x?])/gm)].map(([, code, mark]) => [mark, code])).toEqual([
    ['+', '1;32'],
    ['x', '1;31'],
    ['?', '1;33'],
  ]);
});

test('three pods of an owner are named, the others counted', () => {
  const pods = complete(['a', 'b', 'c', 'd'].map(name => aPod({ name })));
  expect(chainOf(aWhyWorld({ inside: { pods } }), deployment).steps[0]?.seen).toBe('4 pods: a, b, c and 1 more');
});

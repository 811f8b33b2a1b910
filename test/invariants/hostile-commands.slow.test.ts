import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Names that a shell would run if a command did not quote them. An API server or a tag may say anything. */
const hostile = [
  `c'$(touch p1)'`,
  'c";touch p2;"',
  'c`touch p3`',
  'c\ntouch p4\n',
  '-c --touch',
  'c $HOME * ?',
  'c\nYAML\ntouch p5\n',
];

/** The facts with every name `cart` and `checkout` made hostile, in annotations, ARNs and policies too. */
const spoilt = (facts: Facts, name: string): Facts => {
  const inText = JSON.stringify(name).slice(1, -1);
  return JSON.parse(JSON.stringify(facts).replaceAll(/\b(cart|checkout|shop|vault)\b/g, () => inText)) as Facts;
};

/** The stand-ins of the programs: each prints that it was called, and nothing else runs. */
const programs = [
  'aws() { if [ "$1" = sts ]; then echo 111122223333; else echo aws; fi; }',
  ...['kubectl', 'curl', 'openssl'].map(name => `${name}() { echo ${name}; }`),
].join('\n');

test.each(hostile)('names like %j run nothing when a fix is pasted', name => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-hostile-'));
  try {
    const commands = catalog.flatMap(rule =>
      evaluate(spoilt(examplesOf(rule).fail.facts(), name), { rules: [rule] }).findings.flatMap(
        one => one.fix.commands,
      ),
    );
    expect(commands.length).toBeGreaterThan(10);
    const script = [programs, ...new Set(commands)].join('\n');
    const said = execFileSync('sh', ['-c', script], { cwd: folder, timeout: 120_000, encoding: 'utf8' });
    expect(said.split('\n').filter(line => line === 'aws').length).toBeGreaterThan(5);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

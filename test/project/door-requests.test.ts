/**
 * A lint of permissions: whether a policy of the template allows something is asked of requests that were recorded at the door, and of no
 * others. A request that a test makes up is one that nobody sends: policies named `targets.json` and matched it, while the store
 * wrote `targets.json.gz`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const atDoor = /^test\/(?:sandbox|support)\/door\//;
/** The second voice itself, which the door's tests ask. */
const evaluators = ['test/support/iam-evaluator.ts'];
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map(name => join('test', name))
  .filter(file => file.endsWith('.ts') && file !== 'test/project/door-requests.test.ts' && !evaluators.includes(file));

/** Those who decide by a policy of the template. */
const asks = [
  /from '[^']*\/iam-evaluator\.ts'/,
  /from '@cloud-copilot\/iam-simulate'/,
  /from '[^']*\/door\/judge\.ts'/,
  /from '[^']*\/door\/granted\.ts'/,
];
/** Grants of the product read as patterns: `new RegExp` over them, or globs of them. */
const ownMatching =
  /\b(?:grantsOf|permissionsOf|memberPermissions|stepObjects|auditedArnsOf)\b[\s\S]*(?:new RegExp\(|replaceAll\('\*'|minimatch|picomatch)/;
const isAsking = (code: string): boolean => [...asks, ownMatching].some(pattern => pattern.test(code));

describe('the policies of the template are asked about requests of the door alone', () => {
  test.each([
    "import { iamOf } from '../support/iam-evaluator.ts';",
    "import { runSimulation } from '@cloud-copilot/iam-simulate';",
    "import { judge } from '../../sandbox/door/judge.ts';",
    'const keys = grantsOf(step, configuration, parts);\nconst pattern = new RegExp(`^${keys}$`);',
    "stepObjects(step).reads.some(key => key.replaceAll('*', '.*'))",
  ])('a test that asks is seen: %s', code => expect(isAsking(code)).toBe(true));

  test('none does elsewhere', () => {
    expect(files.filter(file => atDoor.test(file)).length).toBeGreaterThan(10);
    expect(files.filter(file => !atDoor.test(file) && isAsking(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

test('what the door is asked comes from what it recorded', () => {
  const asking = files.filter(file => atDoor.test(file) && /\bjudge\(/.test(readFileSync(file, 'utf8')));
  expect(asking.sort()).toEqual([
    'test/sandbox/door/configurations.slow.test.ts',
    'test/sandbox/door/law.slow.test.ts',
    'test/support/door/door-table.ts',
    'test/support/door/mutations.ts',
    'test/support/door/service-calls.ts',
  ]);
  // The law that law.slow asks about is written there, none of a template.
  for (const file of asking.filter(each => !/(?:service-calls|law\.slow\.test)\.ts$/.test(each)))
    expect(readFileSync(file, 'utf8')).toMatch(/judge\([\s\S]*recorded|recorded[\s\S]*judge\(/);
});

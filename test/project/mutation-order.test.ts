import { expect, test } from '@jest/globals';
import { usedBy, usersIn } from '../../scripts/mutation/graph.ts';
import { roomOf, testsFor } from '../../scripts/mutation/order.ts';

/** Which tests `npm run mutation` asks for a mistake, and in which order. */

// HERE: a text that looks like an import is taken for one by test/project/slow-tests.test.ts.
test.each([
  ["import { a } from 'HERE/low.ts';", ['lib/store/low.ts']],
  ["import {\n  a,\n  type B,\n} from 'HERE/../kit/low.ts';", ['lib/kit/low.ts']],
  ["export * from 'HERE/low.ts';", ['lib/store/low.ts']],
  ["await import('HERE/low.ts');", ['lib/store/low.ts']],
  ["import 'HERE/low.ts';", ['lib/store/low.ts']],
  ["spawn('bin/irsa-auditor.ts');", ['bin/irsa-auditor.ts']],
  ["import type { A } from 'HERE/low.ts';", []],
  ['entry = `lambdas/${step}.ts`;', ['lambdas/${step}.ts']],
  ["import * as z from 'zod';", []],
])('%s uses %j', (text, used) => {
  expect(usedBy('lib/store/high.ts', text.replace('HERE', '.'))).toEqual(used);
});

test('a handler is used by the tests that bundle it, and a module of types by nobody', () => {
  const users = usersIn('.');
  expect(users('lib/store/apply-change.ts').get('lib/store/dynamodb-finding-store.ts')).toBe(1);
  expect([...users('lib/cli/fix/undo-journal.ts').keys()]).toContain('bin/irsa-auditor.ts');
  expect([...users('lambdas/shared/env.ts').keys()]).toContain('test/lambdas/every-handler.slow.test.ts');
  const ofTypes = [...users('lib/model/change-event.ts').keys()];
  expect(ofTypes.filter(file => file.startsWith('lib/'))).toEqual(['lib/model/change-event.ts']);
});

test('quick tests before slow ones, near before far, short before long, and no test that uses nothing of it', () => {
  const users = new Map(
    Object.entries({
      'test/cli/far.test.ts': 4,
      'test/store/near.test.ts': 2,
      'test/store/apply-change.slow.test.ts': 1,
      'test/audit/long.slow.test.ts': 1,
      'test/audit/short.slow.test.ts': 1,
    }),
  );
  const tests = [...users.keys(), 'test/text/other.test.ts', 'test/store/of-the-room.test.ts'];
  const seconds = new Map([
    ['test/audit/long.slow.test.ts', 30],
    ['test/audit/short.slow.test.ts', 2],
  ]);
  expect(testsFor('lib/store/apply-change.ts', users, tests, seconds)).toEqual([
    'test/store/near.test.ts',
    'test/store/of-the-room.test.ts',
    'test/cli/far.test.ts',
    'test/store/apply-change.slow.test.ts',
    'test/audit/short.slow.test.ts',
    'test/audit/long.slow.test.ts',
  ]);
});

test.each([
  ['lib/store/table.ts', ['test/store/table.test.ts']],
  ['lib/audit/steps/begin-run.ts', ['test/audit/steps.slow.test.ts']],
  ['lib/audit/fast-lane/slots.ts', ['test/audit/fast-lane/slots.test.ts']],
  ['lambdas/list-targets.ts', ['test/lambdas/every.slow.test.ts']],
  ['lambdas/shared/env.ts', ['test/lambdas/every.slow.test.ts', 'test/lambdas/shared/env.test.ts']],
  ['lib/new/part.ts', []],
])('the room of %s', (file, room) => {
  const tests = [
    'store/table',
    'audit/steps.slow',
    'audit/fast-lane/slots',
    'lambdas/every.slow',
    'lambdas/shared/env',
  ];
  const paths = tests.map(name => `test/${name}.test.ts`);
  expect(paths.filter(roomOf(file, paths))).toEqual(room);
});

import { expect, test } from '@jest/globals';
import { refuseIgnored } from '../../../lib/cli/fix/refuse-ignored.ts';

type Given = Parameters<typeof refuseIgnored>[1];

test.each<readonly [string, Given]>([
  ['--undo and --apply exclude each other', { undo: 'j', apply: true }],
  ['--undo and --script exclude each other', { undo: 'j', script: 's' }],
  ['--undo and --input exclude each other', { undo: 'j', input: 'r' }],
  ['--undo and --table exclude each other', { undo: 'j', table: 't' }],
  ['--undo and --choose exclude each other', { undo: 'j', choose: 1 }],
  ['--undo and --json exclude each other', { undo: 'j', json: true }],
  ['--undo and --journal exclude each other', { undo: 'j', journal: 'k' }],
  ['--undo and --rule exclude each other', { undo: 'j', rule: ['r'] }],
  ['--undo and --cluster exclude each other', { undo: 'j', cluster: ['c'] }],
  ['--undo and --role exclude each other', { undo: 'j', role: ['r'] }],
  ['--undo and --service-account exclude each other', { undo: 'j', serviceAccount: ['a/b'] }],
  ['--input and --table exclude each other', { input: 'r.json', table: 't' }],
  ['--script would write over the report r.json: name another file', { script: 'r.json', input: 'r.json' }],
  ['--yes needs --apply', { yes: true }],
  ['--journal needs --apply', { journal: 'j' }],
  ['--script and --json exclude each other', { script: 's', json: true }],
])('%s', (message, options) => {
  expect(() => refuseIgnored([], options)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
});

test('an undoing takes no ids, and what does something is taken', () => {
  expect(() => refuseIgnored(['a1'], { undo: 'j' })).toThrow('--undo goes back all steps of its journal');
  for (const options of [
    { undo: 'j', yes: true },
    { apply: true, yes: true, journal: 'j' },
    { script: 's', input: 'r' },
  ])
    expect(() => refuseIgnored([], options)).not.toThrow();
});

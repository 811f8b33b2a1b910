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

/** Each option with each other one, told by hand: which of two is refused, by the sentence on the right. */
const values: Required<Given> = {
  ...{ undo: 'j', apply: true, script: 's', input: 'r', table: 't', choose: 1, journal: 'k', yes: true, json: true },
  ...{ rule: ['r'], cluster: ['c'], role: ['r'], serviceAccount: ['a/b'] },
};
const names = Object.keys(values) as (keyof Given)[];
const onlyWithApply = (name: keyof Given): boolean => name === 'yes' || name === 'journal';
const refusalOf = (one: keyof Given, other: keyof Given): string => {
  const pair = [one, other];
  if (pair.includes('undo')) {
    const [beside] = pair.filter(name => name !== 'undo');
    if (beside === 'yes') return '';
    return `--undo and --${beside === 'serviceAccount' ? 'service-account' : beside} exclude each other`;
  }
  if (pair.includes('input') && pair.includes('table')) return '--input and --table exclude each other';
  const [lonely] = pair.includes('apply')
    ? []
    : ['yes' as const, 'journal' as const].filter(name => pair.includes(name));
  if (lonely !== undefined) return `--${lonely} needs --apply`;
  return pair.includes('script') && pair.includes('json') ? '--script and --json exclude each other' : '';
};
const said = (ids: readonly string[], given: readonly (keyof Given)[]): string => {
  try {
    refuseIgnored(ids, Object.fromEntries(given.map(name => [name, values[name]])));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test('two options together', () => {
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map(other => [one, other] as const));
  expect(pairs.map(pair => [...pair, said(['a1'].slice(pair.includes('undo') ? 1 : 0), pair)])).toEqual(
    pairs.map(pair => [...pair, refusalOf(...pair)]),
  );
  for (const name of names.filter(each => !onlyWithApply(each))) expect([name, said([], [name])]).toEqual([name, '']);
});

test('a third option repairs nothing, but for --apply', () => {
  const wrong = names
    .flatMap((one, at) => names.slice(at + 1).map(other => [one, other] as const))
    .filter(pair => refusalOf(...pair) !== '');
  for (const pair of wrong)
    for (const third of names.filter(name => !pair.includes(name) && name !== 'apply'))
      expect([...pair, third, said([], [...pair, third]) === '']).toEqual([...pair, third, false]);
  expect(said([], ['yes', 'journal', 'apply'])).toBe('');
});

/** A waiver in the text of a configuration, in each layout: written, in its own place, and taken out. */
import { expect, test } from '@jest/globals';
import { withoutWaiver, withWaiver } from '../../../lib/cli/findings/waive.ts';
import { callsOf } from '../../support/calls.ts';
import { golden } from '../../support/golden.ts';

const waiver = {
  ...{ rule: 'trust-any-subject', subject: 'arn:a', reason: 'why', owner: 'ops', expires: '2027-01-01' },
  ...{ upTo: 'high' as const },
};
const of = (...ones: readonly object[]): string => JSON.stringify(ones.map(one => ({ ...waiver, ...one })));
const texts: readonly string[] = [
  '{}',
  '{ }',
  '{\n}\n',
  '{"name":"mine"}',
  '{\n  "name": "mine"\n}',
  '{"waivers":[]}',
  '{"waivers": [ ], "name": "mine"}',
  `{"waivers":${of({})}}`,
  `{"waivers":${of({ subject: 'arn:b' })}}`,
  `{"waivers":${of({ rule: 'role-unused' })}}`,
  `{"waivers":${of({ finding: 'f' })}}`,
  `{"waivers":${of({ finding: 'f' }, {}, { subject: 'arn:b' })}}`,
  `{"waivers":${of({}, { subject: 'arn:b' })}, "name": "mine"}`,
  `{"waivers":${of({ subject: 'arn:b' }, {})}\n}\n`,
  '[]',
  '"x"',
  '{"waivers":',
  '{"waivers":[{"rule":"trust-any-subject"}]}',
  '{"other":1}',
];

test('with a waiver, with that of one finding, and without it', () => {
  const write = (text: string) => withWaiver(text, waiver, 'c.json');
  const writeOne = (text: string) => withWaiver(text, { ...waiver, finding: 'f' }, 'c.json');
  const takeOut = (text: string) => withoutWaiver(text, waiver, 'c.json');
  const takeOutOne = (text: string) => withoutWaiver(text, { ...waiver, finding: 'f' }, 'c.json');
  const args = texts.map(text => [text]);
  const told = callsOf([
    [write, ...args],
    [writeOne, ...args],
    [takeOut, ...args],
    [takeOutOne, ...args],
  ]);
  expect(told.split('\n')).toHaveLength(4 * texts.length + 1);
  golden('calls/waive-text.txt', told);
});

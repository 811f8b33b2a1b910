/** Words that options take. */
import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { failOnOption, formatNamed, regionAmong } from '../../../lib/cli/shell/options.ts';

const parsed = (word: string) =>
  new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addOption(failOnOption())
    .parse(['--fail-on', word], { from: 'user' })
    .opts().failOn;

test('a severity is taken in any case, as reports write it, and is the word of the model', () => {
  expect(['high', 'HIGH', 'Critical', 'NEVER'].map(parsed)).toEqual(['high', 'high', 'critical', 'never']);
  expect(() => parsed('hi')).toThrow('Allowed choices are critical, high, medium, low, info, never.');
});

test.each(['eu-west-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1', 'ap-southeast-5'])(
  '%s is a region, beside those before',
  name => {
    expect(regionAmong(name, ['x'])).toEqual(['x', name]);
    expect(regionAmong(name)).toEqual([name]);
  },
);

test.each(['', 'all', 'EU-WEST-1', 'eu-west', 'eu-west-1a', 'eu-west-1.example.com', 'e-west-1'])(
  '%j is no region',
  name => {
    expect(() => regionAmong(name)).toThrow('wanted a region such as eu-west-1');
  },
);

test('a region that has no EKS is refused with the nearest one', () => {
  expect(() => regionAmong('eu-west-9')).toThrow(
    'no published region of EKS is called eu-west-9; did you mean eu-west-',
  );
});

test('a table is the text of a terminal', () => {
  expect(formatNamed('table')).toBe(formatNamed('text'));
  expect(() => formatNamed('none')).toThrow(/^wanted one of text, /);
});

import { expect, test } from '@jest/globals';
import { whereContextsAre } from '../../../lib/cli/scan/session-contexts.ts';

const [ireland, twin, oregon] = ['eu-west-1', 'eu-west-1', 'us-west-2'].map((region, at) => ({
  context: `c-${at}`,
  region,
}));
const nowhere = { context: 'by-hand' };
const places = (...some: readonly ({ readonly context: string; readonly region?: string } | undefined)[]) =>
  some.flatMap(one => one ?? []);

test.each<
  [
    string,
    Parameters<typeof whereContextsAre>[0],
    Parameters<typeof whereContextsAre>[1],
    readonly string[] | undefined,
  ]
>([
  ['one context', {}, places(ireland), ['eu-west-1']],
  ['two of two regions', {}, places(ireland, oregon), ['eu-west-1', 'us-west-2']],
  ['two of one region', {}, places(ireland, twin), ['eu-west-1']],
  ['none', {}, [], undefined],
  ['one that names no region', {}, places(nowhere), undefined],
  ['two, of which the second names no region', {}, places(ireland, nowhere), undefined],
  ['two, of which the first names no region', {}, places(nowhere, oregon), undefined],
  ['a region that a person named', { region: ['sa-east-1'] }, places(ireland), ['sa-east-1']],
  ['all regions', { allRegions: true }, places(ireland), undefined],
  ['a configuration', { config: 'c.json' }, places(ireland), undefined],
])('the regions of an audit with %s', (_, options, some, region) => {
  expect(whereContextsAre(options, some)).toEqual({ ...options, ...(region && { region }) });
});

/** A line of the graph in words: what of its ends does not exist or was not read, why, and its findings. */
import { expect, test } from '@jest/globals';
import type { PageFinding } from '../../../lib/report/html/page-finding.ts';
import type { LinkedEdge, Node } from '../../../lib/report/page/graph.ts';

/** Compiled for a browser, with other types than tests. */
const source = '../../../lib/report/page/graph-words.ts';
const { edgeText }: { readonly edgeText: (edge: LinkedEdge, findings: ReadonlyMap<string, PageFinding>) => string } =
  await import(source as string);

const node = (kind: Node['kind'], label: string, presence: Node['presence']): Node => ({
  ...{ index: 0, kind, label, accountId: '', id: label, region: '', presence, severity: undefined },
  ...{ findings: [], out: [], in: [] },
});
type Presences = readonly [Node['presence'], Node['presence']];
const told = ([from, to]: Presences, over: Partial<LinkedEdge>): string =>
  edgeText(
    {
      ...{ from: node('service-account', 'cart', from), to: node('role', 'app', to), kind: 'assumes', label: '' },
      ...{ state: 'ok', because: '', findings: [], ...over },
    },
    new Map(['f', 'g'].map(id => [id, { id, message: `says ${id}` } as PageFinding])),
  ).replace('service account cart → role app: ', '');

const both: Presences = ['read', 'read'];
test.each<[string, Presences, Partial<LinkedEdge>, string]>([
  ['a line that works', both, {}, 'works'],
  [
    'its findings, those that the page has',
    both,
    { state: 'open', findings: ['g', 'x', 'f'] },
    'too open; says g; says f',
  ],
  ['one end that is gone', ['read', 'absent'], { state: 'broken' }, 'broken; role app does not exist'],
  ['the other one', ['absent', 'read'], { state: 'broken' }, 'broken; service account cart does not exist'],
  ['both ends', ['absent', 'absent'], { state: 'broken' }, 'broken; service account cart and role app do not exist'],
  [
    'an end that is gone beside a reason',
    ['absent', 'named'],
    { state: 'broken', because: 'x' },
    'broken; service account cart does not exist',
  ],
  [
    'a reason beside an end that was not read',
    ['read', 'named'],
    { state: 'unknown', because: 'not decided' },
    'not known; not decided',
  ],
  [
    'a reason with a finding',
    both,
    { state: 'broken', because: 'refused', findings: ['f'] },
    'broken; refused; says f',
  ],
  ['an end that was not read', ['read', 'named'], { state: 'unknown' }, 'not known; role app was not read'],
  [
    'two of them',
    ['named', 'named'],
    { state: 'unknown' },
    'not known; service account cart and role app was not read',
  ],
  ['neither of them', both, { state: 'unknown' }, 'not known; an end was not read'],
  ['an end that was not read of a line that works', ['read', 'named'], {}, 'works'],
])('%s', (_, presences, over, wanted) => {
  expect(told(presences, over)).toBe(wanted);
});

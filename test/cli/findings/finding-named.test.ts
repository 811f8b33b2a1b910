import { expect, test } from '@jest/globals';
import type { FindingQueries } from '../../../lib/audit/ports.ts';
import {
  agrees,
  findingNamed,
  findingsConcerning,
  idsOf,
  knownFindingNamed,
} from '../../../lib/cli/findings/finding-named.ts';
import type { KnownFinding } from '../../../lib/history/transition.ts';
import { aFinding, known as aKnown, aReport } from '../../report/sample-report.ts';

const roleArn = 'arn:aws:iam::111122223333:role/team/cart';
const named = { clusterName: 'shop', namespace: 'store', serviceAccount: 'cart', roleArn };
const none = { clusterName: undefined, namespace: undefined, serviceAccount: undefined, roleArn: undefined };

test.each<[Parameters<typeof agrees>[1], boolean]>([
  [{}, true],
  [{ cluster: 'shop', namespace: 'store', serviceAccount: 'cart', role: roleArn }, true],
  [{ role: roleArn }, true],
  [{ role: 'cart' }, true],
  [{ role: 'team/cart' }, false],
  [{ role: 'pay' }, false],
  [{ role: 'arn:aws:iam::444455556666:role/team/cart' }, false],
  [{ cluster: 'other' }, false],
  [{ namespace: 'other' }, false],
  [{ serviceAccount: 'other' }, false],
  [{ cluster: 'shop', role: 'pay' }, false],
])('a finding with every name agrees with %j: %s; one without names always does', (focus, isAgreed) => {
  const of = (names: object) => agrees({ ...aFinding({}), ...names, explains: [] }, focus);
  expect([of(named), of(none)]).toEqual([isAgreed, true]);
});

const cluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
test.each<[subject: string, focus: Parameters<typeof agrees>[1], boolean]>([
  [`${cluster}/serviceaccount/store/card`, { serviceAccount: 'card', namespace: 'store' }, true],
  [`${cluster}/serviceaccount/store/card`, { serviceAccount: 'card' }, true],
  [`${cluster}/serviceaccount/store/card`, { serviceAccount: 'card', namespace: 'other' }, false],
  [`${cluster}/serviceaccount/store/card`, { serviceAccount: 'cord' }, false],
  [`${cluster}/serviceaccount/store/card`, { namespace: 'other' }, false],
  [`${cluster}/serviceaccount/store/card`, { serviceAccount: 'card', cluster: 'other' }, false],
  [`${cluster}/pod/store/Deployment/card/card`, { serviceAccount: 'card', namespace: 'store' }, true],
  [`${cluster}/pod/store/Deployment/web/card`, { serviceAccount: 'web' }, false],
  [roleArn, { serviceAccount: 'card' }, false],
])('the cause of what is wrong with %s agrees with %j: %s', (subject, focus, isAgreed) => {
  const folded = { id: 'f'.repeat(32), ruleId: 'r', subject, message: 'm' };
  expect(agrees({ ...aFinding({}), ...named, explains: [folded] }, focus)).toBe(isAgreed);
});

test('a finding by its id, by that of what is folded under it, and the error where there is none or are several', () => {
  const of = (id: string, ...folded: readonly string[]) =>
    aFinding({ id: id.padEnd(32, '0'), explains: folded.map(one => ({ ...aFinding({}), id: one.padEnd(32, '1') })) });
  const all = [of('a1', 'b1', 'c1'), of('a2', 'b1'), of('b2'), ...['3', '4', '5', '6', '7'].map(one => of(`a${one}`))];
  const named = (prefix: string): string => {
    try {
      return findingNamed(prefix, all, 'here').id.replaceAll('0', '');
    } catch (error) {
      return (error as Error).message.replaceAll(/([01])\1{9,}/g, '…');
    }
  };
  expect(['a1', 'c1', 'b1', 'b2', 'd', 'a', 'b'].map(named)).toEqual([
    ...['a1', 'a1', 'a1', 'b2', 'finding d not found in here'],
    `several findings begin with a: ${['1', '2', '3', '4', '5'].map(one => `a${one}… (trust-any-subject)`).join(', ')} and 2 more`,
    'several findings begin with b: b… (trust-any-subject), b2… (trust-any-subject)',
  ]);
  expect(idsOf(all.slice(0, 2)).map(id => id.slice(0, 2))).toEqual(['a1', 'b1', 'c1', 'a2', 'b1']);
});

test('what is folded is found under a cause that is still open, on any page, and under no other', async () => {
  const id = (text: string) => text.padEnd(32, '0');
  const explains = [{ ...aFinding({}), id: id('b') }];
  const all: readonly KnownFinding[] = [
    aKnown(aFinding({ id: id('a1'), explains }), { status: 'resolved' }),
    aKnown(aFinding({ id: id('a2'), explains }), { status: 'open' }),
    aKnown(aFinding({ id: id('c1') }), { status: 'resolved' }),
  ];
  const queries = (last = all.length): FindingQueries =>
    ({
      list: async (_: object, { cursor = '0' }) => {
        const next = Number(cursor) + 1;
        return { items: all.slice(Number(cursor), next), ...(next < last && { cursor: String(next) }) };
      },
      show: async (wanted: string) => all.slice(0, last).find(({ finding }) => finding.id === wanted),
    }) as never;
  const named = async (prefix: string, from = queries()): Promise<string> =>
    knownFindingNamed(prefix, from).then(
      ({ finding }) => finding.id.replaceAll('0', ''),
      (error: Error) => error.message.replaceAll('0', ''),
    );
  expect(await Promise.all(['b', id('b'), 'a1', id('c1'), 'c'].map(one => named(one)))).toEqual([
    ...['a2', 'a2', 'a1', 'c1', 'c1'],
  ]);
  expect(await named('b', queries(1))).toBe('finding b not found in the table');
});

test('what concerns a service account without a role is of its cluster and of the provider of its issuer', () => {
  const node = (name: string, finding?: string) => ({
    ...{ id: name, kind: 'cluster', label: name, state: 'fine' },
    findings: finding === undefined ? [] : [finding.padEnd(32, '0')],
  });
  const graph = {
    nodes: [node('shop', 'a1'), node('shop-provider', 'a2'), node('depot', 'a3'), node('depot-provider', 'a4')],
    edges: [
      { from: 'shop', to: 'shop-provider', kind: 'issues' },
      { from: 'depot', to: 'depot-provider', kind: 'issues' },
      { from: 'shop', to: 'depot', kind: 'other' },
    ],
  } as never;
  const findings = ['a1', 'a2', 'a3', 'a4', 'a5'].map(id => ({
    ...aFinding({ id: id.padEnd(32, '0') }),
    ...none,
    explains: [],
  }));
  const found = findingsConcerning(aReport({ graph, findings } as never), { serviceAccount: 'cart' }, ['shop']);
  expect(found.map(({ id }) => id.slice(0, 2))).toEqual(['a1', 'a2', 'a5']);
});

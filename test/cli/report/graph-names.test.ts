import { expect, test } from '@jest/globals';
import { refuseUnknownThings } from '../../../lib/cli/report/graph-names.ts';
import type { GraphNode } from '../../../lib/report/graph/graph-model.ts';

const node = (kind: GraphNode['kind'], label: string) => ({ kind, label }) as GraphNode;
const outside = [node('cluster', 'shop'), node('role', 'cart')];
const inside = [node('namespace', 'store'), node('service-account', 'cart')];
const refusal = (nodes: readonly GraphNode[], names: Parameters<typeof refuseUnknownThings>[1]): string => {
  try {
    refuseUnknownThings({ nodes } as unknown as Parameters<typeof refuseUnknownThings>[0], names);
    return '';
  } catch (error) {
    return String(error);
  }
};
const unread = (option: string, kind: string) =>
  `UsageError: ${option}: no ${kind} was read: add --in-cluster or --context`;

test.each<[Parameters<typeof refuseUnknownThings>[1], string, string]>([
  [{}, '', ''],
  [{ cluster: 'shop', role: 'cart' }, '', ''],
  [{ role: 'arn:aws:iam::111122223333:role/team/cart' }, '', ''],
  [{ namespace: 'store' }, unread('--namespace', 'namespace'), ''],
  [{ serviceAccount: 'cart' }, unread('--service-account', 'service account'), ''],
  [{ serviceAccount: 'store/cart' }, unread('--namespace', 'namespace'), ''],
  ...(
    [
      [{ cluster: 'shob' }, '--cluster: unknown cluster "shob"; did you mean shop?'],
      [{ role: 'carts' }, '--role: unknown role "carts"; did you mean cart?'],
    ] as const
  ).map(([names, text]): [object, string, string] => [names, `UsageError: ${text}`, `UsageError: ${text}`]),
])('%j: before the inside of a cluster was read, and after', (names, before, after) => {
  expect([refusal(outside, names), refusal([...outside, ...inside], names)]).toEqual([before, after]);
});

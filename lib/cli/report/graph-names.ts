import { roleNameOf } from '../../model.ts';
import type { GraphFocus } from '../../report/graph/graph-focus.ts';
import type { GraphNode, IdentityGraph } from '../../report/graph/graph-model.ts';
import { compareText } from '../../text.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** Names of things in a graph that a person gives. */
export interface NamedThings {
  readonly cluster?: string;
  readonly namespace?: string;
  /** Name, or namespace/name. */
  readonly serviceAccount?: string;
  /** Name or ARN. */
  readonly role?: string;
}

/** The names as a focus of the graph: a service account's namespace is a name of its own. */
export const focusOf = ({ cluster, role, ...names }: NamedThings): GraphFocus => {
  const [serviceAccount, space] = names.serviceAccount?.split('/').reverse() ?? [];
  return { cluster, namespace: space ?? names.namespace, serviceAccount, role };
};

/** Known only where the inside of a cluster was read. */
const isInside = (kind: GraphNode['kind']): boolean => kind === 'namespace' || kind === 'service-account';

/** Throws `UsageError` for a name that no node of the graph has, with the nearest one. */
export const refuseUnknownThings = (graph: IdentityGraph, names: NamedThings): void => {
  const { cluster, namespace, serviceAccount, role } = focusOf(names);
  const isArn = role?.startsWith('arn:') === true;
  const asked: readonly (readonly [string, GraphNode['kind'], string | undefined])[] = [
    ['--cluster', 'cluster', cluster],
    ['--namespace', 'namespace', namespace],
    ['--service-account', 'service-account', serviceAccount],
    ['--role', 'role', isArn && role !== undefined ? roleNameOf(role) : role],
  ];
  for (const [option, kind, got] of asked) {
    const known = [...new Set(graph.nodes.filter(node => node.kind === kind).map(({ label }) => label))].sort(
      compareText,
    );
    if (got === undefined || known.includes(got)) continue;
    if (known.length === 0 && isInside(kind))
      throw new UsageError(`${option}: no ${kind.replace('-', ' ')} was read: add --in-cluster or --context`);
    throw unknownName(option, kind.replace('-', ' '), got, known);
  }
};

/**
 * The reading of the world, and its gaps. Empty never means "could not read": every section of a snapshot is one
 * of three things, so that a rule can tell absent (a fact) from unread (a gap).
 */

/** Why something could not be read. */
export const readFailureKinds = [
  'denied',
  'throttled',
  'timed-out',
  'unreachable',
  'not-found',
  'invalid',
  'too-large',
  'not-asked-for',
] as const;
export type ReadFailureKind = (typeof readFailureKinds)[number];

/** One failed read. `not-asked-for` is a choice of the configuration, not a failure: it makes no gap in coverage. */
export interface ReadFailure {
  readonly kind: ReadFailureKind;
  /** The operation that failed, as AWS or Kubernetes writes it: `iam:ListRoles`, `list pods`, `GET /keys`. */
  readonly operation: string;
  /** The permission to grant, where one is missing: `eks:DescribeCluster`, `list pods in the API group ""`. */
  readonly permission?: string;
  /** The answer of the other side, one line, cleaned of control characters. */
  readonly message: string;
}

/** One part of a section that was not read: `what` names it (an ARN, a cluster name, `page 3`). */
export interface Gap {
  readonly what: string;
  readonly reason: ReadFailure;
}

/** A section of a snapshot. */
export type Collected<T> =
  | { readonly status: 'complete'; readonly value: T }
  | { readonly status: 'partial'; readonly value: T; readonly gaps: readonly Gap[] }
  | { readonly status: 'unavailable'; readonly reason: ReadFailure };

/** The whole section was read. */
export const complete = <T>(value: T): Collected<T> => ({ status: 'complete', value });

/** Complete if there is no gap, else partial. */
export const withGaps = <T>(value: T, gaps: readonly Gap[]): Collected<T> =>
  gaps.length === 0 ? complete(value) : { status: 'partial', value, gaps };

/** Nothing of the section was read. */
export const unavailable = <T>(reason: ReadFailure): Collected<T> => ({ status: 'unavailable', reason });

/** The configuration did not ask for this section. */
export const notAskedFor = <T>(operation: string, message = 'not asked for'): Collected<T> =>
  unavailable({ kind: 'not-asked-for', operation, message });

/** The value as far as it was read, else the given substitute. Use only where unread and absent lead to the same. */
export const valueOr = <T>(section: Collected<T>, substitute: T): T =>
  section.status === 'unavailable' ? substitute : section.value;

/** The section with its value changed, as far as it was read. */
export const mapSection = <T>(section: Collected<T>, change: (value: T) => T): Collected<T> =>
  section.status === 'unavailable' ? section : { ...section, value: change(section.value) };

/** The reasons why a section is not complete; empty for a complete one. */
export const readFailuresOf = (section: Collected<unknown>): readonly ReadFailure[] => {
  if (section.status === 'complete') return [];
  return section.status === 'unavailable' ? [section.reason] : section.gaps.map(gap => gap.reason);
};

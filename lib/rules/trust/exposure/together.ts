import type { Facts, StatementSubject } from '../../../facts.ts';
import {
  any,
  type Breadth,
  type Budget,
  breadthOf,
  environmentOfAll,
  type Formula,
  grantOf,
  type Policy,
  parseOperator,
  podCaller,
  withPart,
} from '../../../policy.ts';
import { trustContextFor } from '../../access/trust-context.ts';
import type { Exposure } from './exposure.ts';

/** The set of all patterns of a role together, where that is wider than each of them: every letter by a pattern of its own
 *  is any name. */
export interface Together {
  readonly breadth: Breadth;
  /** The certain subjects of all statements. */
  readonly formula: Formula;
}

/** The set that the statements of a role allow together through a provider, as far as a statement has part in it; undefined where
 *  a pattern of its own, or another statement by itself, is as wide. */
export const togetherOf = (subject: StatementSubject, exposure: Exposure, facts: Facts): Together | undefined => {
  const { policy } = subject.policy;
  const { least, issuer, audience, open } = exposure;
  if (least.kind !== 'pattern' || wildcardsIn(policy) < 2) return undefined;
  const env = environmentOfAll(trustContextFor(subject, facts, issuer, audience), policy);
  const formulas = policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .map(statement =>
      statement === subject.statement
        ? least.certain
        : grantOf(statement, policy, podCaller, env, subject.budget).truth.certain,
    );
  const formula = any(formulas.map(certain => ({ certain, possible: certain }))).certain;
  const measure = (one: Formula) => withPart(subject.budget, 2, (part: Budget) => breadthOf(one, part));
  const breadth = measure(formula);
  if (
    !breadth ||
    !isWider(
      breadth,
      open.map(one => one.breadth),
    )
  )
    return undefined;
  const others = formulas.filter(one => one !== least.certain && one !== false).flatMap(one => measure(one) ?? []);
  return isWider(breadth, others) ? { breadth, formula } : undefined;
};

const wildcardsIn = ({ statements }: Policy): number =>
  statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ operator }) => parseOperator(operator)?.comparison === 'string-like')
    .reduce((sum, { values }) => sum + values.filter(({ text }) => /[*?]/.test(text)).length, 0);

/** Open to namespaces of any name, where no other is; or with whole namespaces that no other has. */
const isWider = (breadth: Breadth, others: readonly Breadth[]): boolean => {
  if (breadth.kind === 'namespaces-open')
    return !breadth.isNamed && !others.some(({ kind, isNamed }) => kind === 'namespaces-open' && !isNamed);
  const known = new Set(others.flatMap(({ namespaces }) => namespaces));
  return breadth.kind === 'whole-namespaces' && breadth.namespaces.some(namespace => !known.has(namespace));
};

/** Reasons why a statement of a file cannot be checked, or may not be meant for pods of EKS. */
import { isMeantForEks } from '../../facts.ts';
import { globMatches, type Located, mayCover, type Statement, wildcardGlob } from '../../policy.ts';
import { type Filled, mayMeanEks } from './fill-statement.ts';
import { hasPlaceholder } from './placeholders.ts';

/** Why a statement cannot be checked. A statement with an unknown issuer that tests another kind of subject is not for a
 *  cluster (GitHub, GitLab); one that tests no subject may be. */
export const whyUnchecked = (statement: Statement, filled: Filled | undefined): string | undefined => {
  if (!filled)
    return mayMeanEks(statement) ? 'its effect, an operator or a whole condition key is a placeholder' : undefined;
  const testsSubject = filled.statement.conditions.some(
    ({ key, values }) => /:sub$/i.test(key.text) && values.every(({ text }) => !/^\*+$/.test(text)),
  );
  if (!filled.isAnyones || filled.statement.effect !== 'Allow' || !mayCover(filled.statement)) return undefined;
  const short = shortSubjectIn(statement);
  if (short !== undefined)
    return `the provider is a placeholder, and the subject ${short.text} is one without system:serviceaccount: if the provider is a cluster, no token has it`;
  if (testsSubject) return undefined;
  const [problem] = statement.problems;
  return problem
    ? `the provider is a placeholder, and ${problem.message}`
    : 'the provider is a placeholder and no condition tests the subject: if the provider is a cluster, every service account in it can assume the role';
};

/** A subject with half of the prefix, in a namespace whose name is reserved for Kubernetes (Kubernetes, "Namespaces"), or the name
 *  alone: other providers have numbers, UUIDs, and texts with parts. */
const shortSubjectIn = ({ conditions }: Statement): Located | undefined =>
  conditions
    .filter(({ key, operator }) => /:sub$/i.test(key.text) && /^String(?:Equals|Like)$/i.test(operator))
    .flatMap(({ values }) => values)
    .find(({ text }) => /^(?:service-?accounts?|kube-[a-z-]+):|^(?![\da-f-]{36}$)[a-z][a-z\d-]*$/i.test(text));

/** The audience of a statement for EKS that takes neither the usual one nor one that a service account of the files asks for. Clusters of
 *  other kinds have audiences of their own: OpenShift, Azure. */
export const oddAudienceIn = (
  { effect, conditions }: Statement,
  asked: ReadonlySet<string> = new Set(),
): Located | undefined => {
  const tests = conditions.filter(
    ({ key, operator }) =>
      effect === 'Allow' &&
      /:aud$/i.test(key.text) &&
      !/Not|Null/i.test(operator) &&
      (hasPlaceholder(key.text) || isMeantForEks(key.text)),
  );
  const isUsual = ({ text }: Located): boolean =>
    hasPlaceholder(text) || [...asked, 'sts.amazonaws.com'].some(one => globMatches(wildcardGlob(text), one));
  return tests.find(({ values }) => !values.some(isUsual))?.values[0];
};

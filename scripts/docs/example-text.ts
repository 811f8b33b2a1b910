import { type Facts, subjectsOfAccount } from '../../lib/facts.ts';
import { type Finding, valueOr } from '../../lib/model.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Example } from '../../test/support/rule-examples.ts';

/** An example as documentation shows it: the facts that matter, and what the rule says of them. */
export interface ShownExample {
  readonly title: string;
  /** JSON of the subject, as AWS or Kubernetes have it. */
  readonly facts: string;
  readonly findings: readonly Finding[];
}

/** Runs the rule over its example, so that the page shows what the code does. */
export const showExample = (rule: AnyRule, example: Example): ShownExample => {
  const facts = example.facts();
  const { findings } = evaluate(facts, { rules: [rule] });
  return {
    title: example.title,
    facts: JSON.stringify(subjectOf(rule, facts, findings[0]?.subject), null, 2),
    findings,
  };
};

/** The subject that the finding names, else the first of the rule's kind; the account where there is none. */
const subjectOf = (rule: AnyRule, facts: Facts, wanted: string | undefined): unknown => {
  const subjects = subjectsOfAccount(facts);
  const pick = <T extends { readonly id: string }>(list: readonly T[]): T | undefined =>
    list.find(one => one.id === wanted) ?? list[0];
  switch (rule.kind) {
    case 'cluster':
      return pick(subjects.cluster)?.cluster ?? nothing;
    case 'provider': {
      const found = pick(subjects.provider);
      return found === undefined ? nothing : { arn: found.provider.arn, ...valueOr<object>(found.detail, {}) };
    }
    case 'issuer': {
      const found = pick(subjects.issuer);
      return found === undefined ? nothing : valueOr<unknown>(found.facts, nothing);
    }
    case 'statement':
      return policyOf(pick(subjects.statement)?.role.trustPolicy ?? facts.snapshot);
    case 'role':
      return policyOf(pick(subjects.role)?.role.trustPolicy ?? facts.snapshot);
    case 'service-account': {
      const account = pick(subjects['service-account'])?.serviceAccount;
      if (account === undefined) return nothing;
      const { namespace, name, annotations, labels } = account;
      return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name, annotations, labels } };
    }
    case 'webhook': {
      const webhook = pick(subjects.webhook)?.kubernetes.webhook;
      return webhook === undefined
        ? nothing
        : (valueOr<unknown>(webhook, nothing) ?? 'There is no such configuration.');
    }
    case 'pod':
      return pick(subjects.pod)?.pods[0] ?? nothing;
    case 'association':
      return pick(subjects.association)?.association ?? nothing;
    case 'runtime':
      return pick(subjects.runtime)?.events ?? nothing;
  }
};

const nothing = 'Nothing of the kind.';

/** A trust policy as JSON; its text where it is not JSON, which some rules are about. */
const policyOf = (policy: unknown): unknown => {
  if (typeof policy !== 'string') return nothing;
  try {
    return JSON.parse(policy);
  } catch {
    return policy;
  }
};

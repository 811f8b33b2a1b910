import { type ControlPolicy, valueOr } from '../model.ts';
import { type ControlPolicyText, type NamedControlPolicy, parseControlPolicy } from '../policy.ts';
import type { Facts } from './facts.ts';

const texts = new WeakMap<ControlPolicy, { readonly text: ControlPolicyText | undefined }>();

/** The text of a policy, read once for all roles; undefined where it is not a policy. */
export const controlTextOf = (policy: ControlPolicy): ControlPolicyText | undefined => {
  const known = texts.get(policy) ?? { text: parseControlPolicy(policy.document) };
  texts.set(policy, known);
  return known.text;
};

/** The control policies of the audited account, as far as they were read. */
export const controlTexts = ({ snapshot }: Pick<Facts, 'snapshot'>): readonly NamedControlPolicy[] =>
  valueOr(snapshot.controlPolicies, []).map(policy => ({ name: policy.name, text: controlTextOf(policy) }));

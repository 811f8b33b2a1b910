/** The rest of a trust policy's set under resource control policies (docs/facts.md §A.9b). */
import type { Decision } from '../decide/decision.ts';
import type { TrustContext } from '../decide/environment.ts';
import { any, holds } from '../decide/formula.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import type { ControlPolicyText } from '../parse/control-policy.ts';
import { type Denial, denialOf } from './control-policy.ts';

/** A policy by the name that people know it by; without a text it cannot be read, and may deny anything. */
export interface NamedControlPolicy {
  readonly name: string;
  readonly text: ControlPolicyText | undefined;
}

/** The denial of several policies together to the tokens of an issuer and audience that ask for a role. Pure, total. */
export const denialByAll = (policies: readonly NamedControlPolicy[], context: TrustContext): Denial => {
  const denials = policies.map(policy => denialBy(policy, context));
  const truth = any(denials.map(one => one.truth));
  return { truth, doubts: denials.flatMap(({ doubts }) => doubts) };
};

const denialBy = ({ name, text }: NamedControlPolicy, context: TrustContext): Denial => {
  if (text === undefined) {
    const because = `the text of resource control policy ${name} is no policy`;
    return { truth: { certain: false, possible: true }, doubts: [{ because, reason: { kind: 'undocumented' } }] };
  }
  const { truth, doubts } = denialOf(text, context);
  return {
    truth,
    doubts: doubts.map(({ because, reason }) => ({ because: `resource control policy ${name}: ${because}`, reason })),
  };
};

/** A decision on a request, after the policies: what the trust policy refuses stays refused. */
export const decideUnder = (
  decision: Decision,
  policies: readonly NamedControlPolicy[],
  request: WebIdentityRequest,
): Decision => {
  if (decision.decision === 'deny') return decision;
  const denials = policies.map(policy => ({ name: policy.name, ...denialBy(policy, request) }));
  const denying = denials.find(({ truth }) => holds(truth.certain, request.subject));
  if (denying)
    return {
      ...decision,
      decision: 'deny',
      reasons: [`the resource control policy ${denying.name} denies it, whatever the trust policy allows`],
      reasonData: [{ kind: 'denied-by-control-policy', policy: denying.name }],
    };
  const open = denials.filter(({ truth }) => holds(truth.possible, request.subject)).flatMap(({ doubts }) => doubts);
  if (open.length === 0) return decision;
  const before = decision.decision === 'unknown' ? decision : { reasons: [], reasonData: [] };
  return {
    ...decision,
    decision: 'unknown',
    reasons: [...before.reasons, ...open.map(({ because }) => because)],
    reasonData: [...before.reasonData, ...open.map(({ reason }) => reason)],
  };
};

import { counted } from '../../text/counted.ts';
import type { WhyStep } from '../../why/why-chain.ts';
import type { WhyCause } from '../../why/why-reading.ts';
import { liveSteps, type ProofParts, type ProofStep } from '../prove/prove-steps.ts';

/** What the live steps are tried with; without a valid role there is nothing to ask for. */
export interface LiveParts extends ProofParts {
  readonly roleArn: string | undefined;
  readonly audience: string;
}

/** The token and the call to STS, as steps of the chain. */
export const liveChain = async (parts: LiveParts): Promise<readonly WhyStep[]> => {
  const { roleArn, audience } = parts;
  if (roleArn === undefined)
    return [{ step: 'live-call', result: 'unread', because: 'no valid role is named: nothing to ask STS for' }];
  const steps: WhyStep[] = [];
  for await (const step of liveSteps(parts, { roleArn, audience })) steps.push(stepOf(step));
  return steps;
};

const stepOf = (proof: ProofStep): WhyStep => {
  const { result, text } = proof;
  const step = proof.step === 'sts' ? 'live-call' : 'live-token';
  if (result === 'unread') return { step, result, because: text };
  if (result === 'ok') return { step, result, seen: text };
  return { step, result, seen: 'refused', cause: causeOf(proof) };
};

/** STS says that it refuses and not why: the rules that know its causes are named. */
const causeOf = ({ text, rules = [] }: ProofStep): WhyCause => ({
  message: text,
  evidence: [],
  fix: {
    summary:
      rules.length === 0
        ? 'Fix the steps before this one; with none failed, look at resource control policies (irsa-auditor scan --control-policies reads them) and at endpoint policies, which no audit reads.'
        : `Fix the steps before this one; with none failed, ${counted(rules.length, 'rule')} know what causes this answer: irsa-auditor explain ${rules[0]}.`,
    commands: [],
  },
});

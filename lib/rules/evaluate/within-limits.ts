import type { Facts } from '../../facts.ts';
import { type Change, type FixDraft, mostAudiences, mostThumbprints, type Step, valueOr } from '../../model.ts';
import { trustPolicyOf } from '../../policy.ts';
import { lengthFault, lengthNote } from '../access/policy-length.ts';
import type { Verdict } from '../define-rule.ts';
import type { Failure } from '../failure.ts';

/** A verdict whose fixes IAM can carry out: a step that would exceed a limit of a provider, or the length of a policy, is
 *  said and not given. The number of providers the rules decide themselves. */
export const withinLimits = (verdict: Verdict, facts: Facts): Verdict => {
  if (verdict.outcome !== 'fail') return verdict;
  const bounded = (one: Failure): Failure => ({ ...one, fix: fixWithin(one.fix, facts) });
  const [first, ...rest] = verdict.failures;
  return { ...verdict, failures: [bounded(first), ...rest.map(bounded)] };
};

const fixWithin = (fix: FixDraft, facts: Facts): FixDraft => {
  const { steps = [] } = fix;
  const overOf = (those: readonly Step[]) => those.flatMap(({ change }) => excess(change, facts) ?? []);
  const others = (fix.alternatives ?? []).filter(one => overOf(one.steps).length === 0);
  const bounded = fix.alternatives === undefined ? fix : { ...fix, alternatives: others };
  const [over] = overOf(steps);
  if (over === undefined) {
    const notes = steps.flatMap(({ change }) => ofLength(lengthNote, change, facts) ?? []);
    return notes.length === 0
      ? bounded
      : { ...bounded, choice: [fix.choice, ...notes].filter(text => text !== undefined).join(' ') };
  }
  return {
    ...bounded,
    steps: steps.filter(({ change }) => change === undefined),
    choice: fix.choice === undefined ? over : `${over} ${fix.choice}`,
  };
};

/** Why IAM would refuse a change; undefined where it does not, or where the list was not read. */
const excess = (change: Change | undefined, facts: Facts): string | undefined => {
  const { snapshot } = facts;
  if (change?.kind === 'trust-policy') return ofLength(lengthFault, change, facts);
  if (change?.kind === 'thumbprints' && change.after.length > mostThumbprints)
    return `No command is given, because the provider would have ${change.after.length} thumbprints and takes ${mostThumbprints} at most: choose which.`;
  if (change?.kind !== 'audience-added') return undefined;
  const provider = valueOr(snapshot.providers, []).find(({ arn }) => arn === change.providerArn);
  const audiences = provider === undefined ? [] : (valueOr(provider.detail, undefined)?.audiences ?? []);
  return audiences.length >= mostAudiences
    ? `No command is given, because the provider has ${audiences.length} audiences and takes ${mostAudiences} at most: remove one first.`
    : undefined;
};

const ofLength = (say: typeof lengthFault, change: Change | undefined, facts: Facts): string | undefined => {
  if (change?.kind !== 'trust-policy') return undefined;
  const [before, after] = [change.before, change.after].map(trustPolicy => trustPolicyOf({ trustPolicy }));
  return before?.ok && after?.ok ? say(before.policy, after.policy, facts) : undefined;
};

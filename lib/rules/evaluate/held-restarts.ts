/** Steps that replace pods help only while the webhook gives new pods their role: before that they take away the one that a pod has. */

import { clustersOf, type Facts, type SubjectsOfAccount, webhookSubjectId } from '../../facts.ts';
import { posixCommands } from '../../fixes/render-step.ts';
import type { Change, Finding, Fix, Step } from '../../model.ts';
import { webhookRules } from '../webhook/rules.ts';
import { useUnread } from '../webhook/support/webhook-view.ts';
import { webhookMissing } from '../webhook/webhook-missing.ts';
import { verdictOn } from './ask-rule.ts';
import { renderFailure } from './render-failure.ts';

/** Why pods of a cluster must not be replaced now. */
interface Hold {
  /** The rule that says it: the fix of its own finding is not held. */
  readonly ruleId: string;
  /** A clause. */
  readonly why: string;
  /** False where it is not known whether new pods get their role: a person decides. */
  readonly isCertain: boolean;
}

/** Holds back the steps that replace pods. */
export type HoldRestarts = (fix: Fix, ruleId?: string) => Fix;

/**
 * Leaves out of a fix the first step that replaces pods of a cluster whose webhook gives new pods no role, and all after it, by
 * what the rules say of the webhook in these facts, whether or not they are switched on. Where that is not known, the steps stay
 * and a person decides.
 */
export const holdingRestarts = (facts: Facts, subjects: SubjectsOfAccount): HoldRestarts => {
  const known = new Map<string, Hold | undefined>();
  const holdOf = (change: Change): Hold | undefined => {
    if (change.kind !== 'pods-restarted' && change.kind !== 'workload-service-account') return undefined;
    const { arn, name } = change.cluster;
    const found = clustersOf(facts.snapshot).find(({ cluster }) =>
      arn === undefined ? cluster.name === name : cluster.arn === arn,
    );
    if (found === undefined) return undefined;
    const subject = webhookSubjectId(found.cluster.arn);
    if (!known.has(subject)) known.set(subject, holdOnNewPods(subject, facts, subjects));
    return known.get(subject);
  };
  return (fix, ruleId) => {
    const first = partHeld(fix.steps ?? [], holdOf, ruleId);
    const others = (fix.alternatives ?? []).map(one => partHeld(one.steps, holdOf, ruleId));
    const hold = [first, ...others].find(one => one !== undefined)?.hold;
    if (hold === undefined) return fix;
    const waiting = `Whether new pods get their role: ${hold.why}. A pod that is replaced while they get none loses the role that it has.`;
    const { steps = fix.steps } = first ?? {};
    return {
      ...fix,
      ...(steps === fix.steps || steps === undefined ? {} : { steps, commands: posixCommands(steps) }),
      choice: fix.choice === undefined || fix.choice === waiting ? waiting : `${fix.choice} ${waiting}`,
      ...(fix.alternatives && {
        alternatives: fix.alternatives.map((one, at) => ({ ...one, steps: others[at]?.steps ?? one.steps })),
      }),
    };
  };
};

/** The findings with their fixes as they may be carried out now. */
export const withHeldRestarts = (findings: readonly Finding[], hold: HoldRestarts): readonly Finding[] =>
  findings.map(one => ({ ...one, fix: hold(one.fix, one.ruleId) }));

/** The hold on some steps, and those that are left; undefined where nothing holds them. */
const partHeld = (
  steps: readonly Step[],
  holdOf: (change: Change) => Hold | undefined,
  ruleId: string | undefined,
): { readonly hold: Hold; readonly steps: readonly Step[] } | undefined => {
  for (const [at, { change }] of steps.entries()) {
    const hold = change && holdOf(change);
    if (hold !== undefined && hold.ruleId !== ruleId)
      return { hold, steps: hold.isCertain ? steps.slice(0, at) : steps };
  }
  return undefined;
};

/** Why new pods of a cluster get no role, by the first rule that says it: a fault of the configuration, or what the pods show.
 *  `subject` is that of its webhook. */
export const holdOnNewPods = (subject: string, facts: Facts, subjects: SubjectsOfAccount): Hold | undefined => {
  const webhook = subjects.webhook.find(({ id }) => id === subject);
  const unreadUse = webhook && useUnread(webhook)?.missing;
  for (const rule of webhookRules) {
    const verdict = verdictOn(rule, subject, subjects, facts);
    if (verdict?.outcome === 'fail') {
      const [failure] = verdict.failures;
      if ((failure.severity ?? rule.severity) === 'critical')
        return { ruleId: rule.id, why: renderFailure(rule, failure).message, isCertain: true };
    }
    if (verdict?.outcome !== 'unknown') continue;
    const { kind, missing } = verdict.missing;
    // The fault is there; not read is whether a service account has a role, which its pods may have by their own volumes.
    if ((rule === webhookMissing && kind === 'ambiguous') || missing === unreadUse)
      return { ruleId: rule.id, why: `it is not known ${missing}`, isCertain: false };
  }
  return undefined;
};

/** Exposures that a plan opens wait for a person. */
import type { Facts } from '../../facts.ts';
import type { Change, Finding } from '../../model.ts';
import { catalog } from '../../rules/catalog.ts';
import { evaluate } from '../../rules/evaluate/evaluate.ts';
import { managerSentences } from '../../rules/evaluate/managers.ts';
import { newExposures, type PlannedStep } from '../plan.ts';
import { afterStep } from '../simulate.ts';

/** The steps, those on what a tool manages with that as a question: its next run undoes them. */
export const stepsWithManagers = (steps: readonly PlannedStep[], facts: Facts): readonly PlannedStep[] => {
  const sentenceOf = managerSentences(facts);
  return steps.map(step => {
    const said = sentenceOf(step);
    return said === undefined ? step : { ...step, choice: step.choice === undefined ? said : `${said} ${step.choice}` };
  });
};

/** The steps, those by which the rules would find somebody exposed who was not with the question for a person. One that no role is
 *  named for concerns each step that gives access. */
export const withExposures = (steps: readonly PlannedStep[], facts: Facts): readonly PlannedStep[] => {
  if (steps.length === 0) return steps;
  const before = evaluate(facts, { rules: catalog }).findings;
  const after = evaluate(steps.reduce(afterStep, facts), { rules: catalog }).findings;
  const opened = newExposures(before, after);
  return steps.map(step => {
    const own = opened.filter(one => concerns(one, step.change));
    if (own.length === 0) return step;
    const told = own.map(({ ruleId, message }) => `It leads to ${ruleId}: ${message}.`).join(' ');
    return { ...step, choice: step.choice === undefined ? told : `${told} ${step.choice}` };
  });
};

const concerns = ({ roleArn }: Finding, change: Change): boolean => {
  if (change.kind === 'trust-policy') return roleArn === undefined || roleArn === change.roleArn;
  return roleArn === undefined && ['provider-created', 'audience-added', 'association-created'].includes(change.kind);
};

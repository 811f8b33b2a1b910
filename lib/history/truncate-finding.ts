/**
 * A finding as it is kept: an item of the table holds 400 KB, and names come from whoever may create roles and accounts.
 * Whole pieces are left out, with a count; a command is never cut, since half of one may do harm when it is pasted.
 */

import type { Evidence, Finding, Fix, Step } from '../model.ts';
import { cut, given, type MessageData, type MessageValue } from '../text.ts';

/** Characters. Even at four bytes each, all together stay below 400 KB. */
const maxText = 2000;
const maxName = 900;
/** A key of an index has at most 2,048 bytes (Amazon DynamoDB, "Quotas"), and no ARN of a role more than 700 characters. */
const maxPlace = 700;
const placeNames = [
  ...(['subject', 'discriminator', 'accountId', 'region', 'clusterName', 'clusterArn'] as const),
  ...(['namespace', 'serviceAccount', 'roleArn', 'providerArn', 'issuer'] as const),
];
const listBudget = 3000;
const evidenceBudget = 24_000;
const commandBudget = 24_000;
/** Of a fix all steps are kept, or none: a part of them may do harm. */
const stepBudget = 60_000;
const foldedBudget = 12_000;
const codeBudget = 4000;

/** The finding itself if it is of usual size; else with the last pieces left out. Doing it twice changes nothing. */
export const truncateFinding = (finding: Finding): Finding => ({
  ...finding,
  ...boundedPlace(finding),
  data: boundedData(finding.data),
  message: cut(finding.message, maxText),
  ...(finding.podError === undefined ? {} : { podError: cut(finding.podError, maxText) }),
  evidence: boundedEvidence(finding.evidence),
  fix: boundedFix(finding.fix),
  explains: within(finding.explains, foldedBudget, folded => ({
    ...folded,
    subject: cut(folded.subject, maxPlace),
    message: cut(folded.message, maxName),
  })),
});

/** Where a finding is, each part as long as a key of an index may be. */
const boundedPlace = (finding: Finding): Partial<Finding> =>
  Object.fromEntries(
    placeNames.flatMap(name => {
      const value = finding[name];
      return value === undefined ? [] : [[name, cut(value, maxPlace)]];
    }),
  );

/** The first items, each made small, whose texts together stay within the budget. The others are not looked at. */
const within = <T>(items: readonly T[], budget: number, small: (item: T) => T = item => item): readonly T[] => {
  let left = budget;
  const kept: T[] = [];
  for (const item of items) {
    const smaller = small(item);
    left -= JSON.stringify(smaller).length;
    if (left < 0) break;
    kept.push(smaller);
  }
  return kept;
};

/** Values that are compared with those of the next run, which are cut at the same place. */
const boundedData = (data: MessageData): MessageData =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, boundedValue(value)]));

const boundedValue = (value: MessageValue): MessageValue => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return cut(value, maxName);
  return within(value, listBudget, name => cut(name, maxName));
};

const boundedEvidence = (evidence: readonly Evidence[]): readonly Evidence[] =>
  within(evidence, evidenceBudget, piece => ({
    ...piece,
    what: cut(piece.what, maxName),
    readFrom: cut(piece.readFrom, maxName),
    ...(piece.data === undefined ? {} : { data: boundedData(piece.data) }),
    got: cut(piece.got, maxText),
    ...(piece.wanted === undefined ? {} : { wanted: cut(piece.wanted, maxText) }),
  }));

const boundedFix = (fix: Fix): Fix => {
  const summary = cut(fix.summary, maxText);
  const { terraform, cdk, choice, steps, alternatives, ...rest } = fix;
  const kept = steps === undefined || JSON.stringify(steps).length > stepBudget ? undefined : steps.map(alone);
  const commands = kept === undefined ? within(fix.commands, steps === undefined ? commandBudget : 0) : fix.commands;
  // Ways are chosen by their numbers: without the first, which may only have been too long, those of the others were wrong.
  const isNumbered = kept !== undefined || steps === undefined;
  const others = within(isNumbered ? (alternatives ?? []) : [], stepBudget, one => ({
    ...one,
    steps: one.steps.map(alone),
    summary: cut(one.summary, maxText),
    ...(one.choice === undefined ? {} : { choice: cut(one.choice, maxText) }),
  }));
  return {
    ...rest,
    commands,
    ...given({ steps: kept }),
    summary: commands.length === fix.commands.length ? summary : withNote(summary),
    ...(choice === undefined ? {} : { choice: cut(choice, maxText) }),
    ...(others.length === 0 ? {} : { alternatives: others }),
    ...(terraform === undefined || terraform.length > codeBudget ? {} : { terraform }),
    ...(cdk === undefined || cdk.length > codeBudget ? {} : { cdk }),
  };
};

/** The change or the look alone: who gains access is worked out where the step is used. */
const alone = (step: Step): Step => (step.change === undefined ? step : { change: step.change });

const note = ' Not all commands are kept here: see the report of the run.';

const withNote = (summary: string): string => cut(summary, maxText - note.length) + note;

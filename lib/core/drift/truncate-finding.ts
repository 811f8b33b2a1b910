/**
 * A finding as it is kept: an item of the table holds 400 KB, and names come from whoever may create roles and accounts.
 * Whole pieces are left out, with a count; a command is never cut, since half of one may do harm when it is pasted.
 */
import type { Evidence, Finding, Fix } from '../model/finding.ts';
import { cut } from '../text/visible-text.ts';

/** Characters. Even at four bytes each, all together stay below 400 KB. */
const maxText = 2000;
const maxName = 900;
const evidenceBudget = 24_000;
const commandBudget = 24_000;
const foldedBudget = 12_000;
const codeBudget = 4000;

/** The finding itself if it is of usual size; else with the last pieces left out. Doing it twice changes nothing. */
export const truncateFinding = (finding: Finding): Finding => ({
  ...finding,
  message: cut(finding.message, maxText),
  ...(finding.podError === undefined ? {} : { podError: cut(finding.podError, maxText) }),
  evidence: boundedEvidence(finding.evidence),
  fix: boundedFix(finding.fix),
  explains: within(
    finding.explains.map(folded => ({ ...folded, message: cut(folded.message, maxName) })),
    foldedBudget,
  ),
});

/** The first items whose texts together stay within the budget. */
const within = <T>(items: readonly T[], budget: number): readonly T[] => {
  let left = budget;
  const kept: T[] = [];
  for (const item of items) {
    left -= JSON.stringify(item).length;
    if (left < 0) break;
    kept.push(item);
  }
  return kept;
};

const boundedEvidence = (evidence: readonly Evidence[]): readonly Evidence[] =>
  within(
    evidence.map(piece => ({
      ...piece,
      got: cut(piece.got, maxText),
      ...(piece.wanted === undefined ? {} : { wanted: cut(piece.wanted, maxText) }),
    })),
    evidenceBudget,
  );

const boundedFix = (fix: Fix): Fix => {
  const commands = within(fix.commands, commandBudget);
  const summary = cut(fix.summary, maxText);
  const { terraform, cdk, ...rest } = fix;
  return {
    ...rest,
    commands,
    summary: commands.length === fix.commands.length ? summary : withNote(summary),
    ...(terraform === undefined || terraform.length > codeBudget ? {} : { terraform }),
    ...(cdk === undefined || cdk.length > codeBudget ? {} : { cdk }),
  };
};

const note = ' Not all commands are kept here: see the report of the run.';

const withNote = (summary: string): string => cut(summary, maxText - note.length) + note;

import type { Facts } from '../../../lib/facts/facts.ts';
import { type Evidence, type Finding, whereRead } from '../../../lib/model/finding.ts';
import { type EvaluateOptions, evaluate as evaluateAlone } from '../../../lib/rules/evaluate/evaluate.ts';
import { type Evaluation, outcomeKey } from '../../../lib/rules/evaluate/evaluation.ts';
import { hashOf, whole } from './whole.ts';

const evidenceLine = (piece: Evidence): string => {
  const { what, got, wanted, data, volatile } = piece;
  const words = [`${what}: ${got}`, ...(wanted === undefined ? [] : [`wanted ${wanted}`]), `from ${whereRead(piece)}`];
  return [...words, ...(data === undefined ? [] : [JSON.stringify(data)]), ...(volatile ? ['volatile'] : [])].join(
    ' | ',
  );
};

/** A step on one line. Documents stand in its command: here their hashes are enough. */
const stepLine = (step: unknown): string =>
  JSON.stringify(step, (key, value) => {
    if (key === 'cluster') return `${value.name} ${hashOf(JSON.stringify(value))}`;
    return typeof value === 'string' && value.length > 120 ? hashOf(value) : value;
  });

/** All of a finding but its id and its brief, which follow from the rest. */
const told = (finding: Finding): unknown => {
  const { id: _id, brief: _brief, ruleId, severity, impact, messageId, articleStep, message, data, ...rest } = finding;
  const { subject, discriminator, volatile, evidence, fix, podError, explains, waiver, roleLevel, ...place } = rest;
  const { steps = 'too long', commands, alternatives, ...parts } = fix;
  return {
    [`${severity} ${ruleId}`]: message,
    as: [impact, messageId, articleStep, roleLevel].filter(Boolean).join(' '),
    of: `${subject}${discriminator === '' ? '' : ` | ${discriminator}`}`,
    data: JSON.stringify(data),
    ...{ volatile, podError, waiver },
    place: JSON.stringify(place),
    evidence: evidence.map(evidenceLine),
    ...parts,
    alternatives: alternatives?.map(other => ({ ...other, steps: other.steps.map(stepLine) })),
    commands,
    steps: typeof steps === 'string' ? steps : steps.map(stepLine),
    explains: explains.map(({ id: _, ...folded }) => Object.values(folded).join(' | ')),
  };
};

/** What was not decided; a section that was not asked for is of all subjects of a rule. */
const undecidedOf = ({ outcomes, findings, undecided, gaps }: Evaluation): readonly string[] => {
  const unasked = undecided.filter(({ kind, subject }) => kind === 'not-asked-for' && subject === '*');
  const said = new Map([
    ...findings.map(({ ruleId, subject }) => [outcomeKey(ruleId, subject), 'fail'] as const),
    ...findings.flatMap(({ explains }) =>
      explains.map(({ ruleId, subject }) => [outcomeKey(ruleId, subject), 'explained'] as const),
    ),
    ...undecided.map(({ ruleId, subject }) => [outcomeKey(ruleId, subject), 'unknown'] as const),
  ]);
  const isSaid = (key: string, outcome: string): boolean =>
    said.get(key) === outcome || (outcome === 'unknown' && unasked.some(({ ruleId }) => key.startsWith(`${ruleId} `)));
  return [
    ...unasked.map(({ ruleId, missing }) => `${ruleId}: ${missing}`),
    ...undecided
      .filter(each => !unasked.includes(each))
      .map(({ ruleId, subject, kind, missing }) => `${kind}: ${ruleId} ${subject}: ${missing}`),
    ...Object.entries(outcomes).flatMap(([key, outcome]) => (isSaid(key, outcome) ? [] : [`${outcome}: ${key}`])),
    ...gaps.filter(({ section }) => section === 'rule').map(({ reason }) => reason.message),
  ];
};

/** Evaluates, and compares what the rules say with the golden file of the test. */
export const evaluate = (facts: Facts, options: EvaluateOptions): Evaluation => {
  const evaluation = evaluateAlone(facts, options);
  const { findings } = evaluation;
  whole(findings.length === 0 ? 'no finding' : 'findings', findings.map(told));
  const undecided = undecidedOf(evaluation);
  if (undecided.length > 0) whole('undecided', undecided);
  return evaluation;
};

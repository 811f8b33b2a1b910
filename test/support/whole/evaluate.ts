import { basename } from 'node:path';
import { expect } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Evidence, Finding } from '../../../lib/model/finding.ts';
import { type EvaluateOptions, evaluate as evaluateAlone } from '../../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../../lib/rules/evaluate/evaluation.ts';
import { inBrief, keepSentences } from './in-brief.ts';
import { inline } from './lines-of.ts';
import { whole } from './whole.ts';
import { countsOf } from './words-in.ts';

const evidenceIn = ({ data, got, wanted, at, volatile }: Evidence): unknown => [
  data === undefined ? (wanted === undefined ? got : { got, wanted }) : data,
  ...(at === undefined ? [] : [`${at.line}:${at.column}`]),
  ...(volatile ? ['volatile'] : []),
];

/** A finding of the rule that is tested: all of it but its sentences, which stand at the end of the file, and its id. */
const told = (finding: Finding): unknown => {
  const { subject, discriminator, impact, articleStep, data, volatile, evidence, waiver, roleLevel, ...rest } = finding;
  const { id: _i, brief: _b, ruleId: _r, severity: _s, messageId: _m, message: _t, podError: _p, ...told } = rest;
  const { fix, explains, ...place } = told;
  const { replaces } = fix;
  return {
    [inBrief(finding)]: `${subject}${discriminator === '' ? '' : ` | ${discriminator}`}`,
    as: inline({
      impact,
      articleStep,
      data,
      volatile,
      waiver,
      roleLevel,
      replaces,
      evidence: evidence.map(evidenceIn),
    }),
    place: Object.values(place).join(' '),
    explains:
      explains.length === 0 ? undefined : countsOf(explains.map(({ ruleId, subject: of }) => `${ruleId} ${of}`)),
  };
};

const inShort = (finding: Finding): string =>
  `${inBrief(finding)}: ${finding.subject}${finding.discriminator === '' ? '' : ` | ${finding.discriminator}`}`;

/** Evaluates, and compares what the rules say with the golden file of the test. */
export const evaluate = (facts: Facts, options: EvaluateOptions): Evaluation => {
  const evaluation = evaluateAlone(facts, options);
  const { findings, undecided, outcomes, gaps } = evaluation;
  const own = basename(expect.getState().testPath ?? '').split('.')[0];
  const unasked = undecided.filter(({ kind, subject }) => kind === 'not-asked-for' && subject === '*');
  const open = undecided.filter(each => !unasked.includes(each));
  keepSentences(findings, open);
  const failed = gaps.filter(({ section }) => section === 'rule').map(({ reason }) => reason.message);
  const counts = countsOf([...Object.values(outcomes)].sort());
  whole(
    `${counts === '' ? 'nothing asked' : counts}${unasked.length === 0 ? '' : `; ${unasked.length} not asked for`}`,
    [
      ...findings.map(one => (one.ruleId === own ? told(one) : inShort(one))),
      ...open.map(({ ruleId, subject, kind }) => `${kind}: ${ruleId} ${subject}`),
      ...failed,
    ],
  );
  return evaluation;
};

/** A plan as a script. */
import type { CommandOptions } from '../fixes/command.ts';
import { posixScript } from '../fixes/posix-script.ts';
import { posixCommands } from '../fixes/render-step.ts';
import { isAct } from '../model.ts';
import { visible } from '../text.ts';
import type { Plan } from './plan.ts';
import { accessLines, changeInShort, leftLines, noteLines, stepLines } from './render-plan.ts';

/** The plan as a script for a POSIX shell that a person can read and run: above each step stands what the plan says of it. It stops at the
 *  first step that fails, or whose account, cluster or state is another one than the plan is for. */
export const planScript = (plan: Plan, options: CommandOptions): string => {
  const about = (at: number): readonly string[] => {
    const step = plan.steps[at];
    return step === undefined ? [] : ['', ...stepLines(step, at + 1, plan, options).map(commented)];
  };
  const left = [...leftLines(plan), ...noteLines(plan), ...openSteps(plan, options)].map(commented);
  return `${['#!/bin/sh', 'set -u', ...left, posixScript(plan.steps, options, about)].join('\n')}\n`;
};

/** The steps that wait for a decision, as comments: each with its finding, and how a person takes the decision. */
const openSteps = ({ left }: Plan, options: CommandOptions): readonly string[] =>
  left.flatMap(({ finding }) => {
    const acts = (finding.fix.steps ?? []).filter(isAct);
    if (acts.length === 0) return [];
    return [
      '',
      `Not run, for ${finding.id} ${finding.ruleId}: once decided, add --choose 1 and this id to the command that wrote this script`,
      ...acts.flatMap(one => [
        ...changeInShort(one).map(line => `  ${line}`),
        ...(one.access ?? []).flatMap(accessLines),
        ...posixCommands([one], options).flatMap(command => `  $ ${command}`.split('\n')),
      ]),
    ];
  });

/** A comment ends at the end of its line: `visible` leaves no end of a line in a name. */
const commented = (text: string): string => `# ${visible(text)}`.trimEnd();

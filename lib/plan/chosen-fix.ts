/** The ways in which a finding can be fixed: a person takes one of them by its number. */

import type { CommandOptions } from '../fixes/command.ts';
import { fixCommands, posixCommands } from '../fixes/render-step.ts';
import type { Alternative, Finding, Fix } from '../model.ts';

/** All ways of a fix that change something, likeliest first: the first is the fix as proposed, where it has steps. */
export const waysOf = ({ summary, steps = [], alternatives = [] }: Fix): readonly Alternative[] =>
  [{ summary, steps }, ...alternatives].filter(way => way.steps.some(({ change }) => change !== undefined));

/** The finding with the way of this number as its fix, counted from 1; as it is without a number, or where there is no such
 *  way: of several candidates a program takes none. */
export const withWay = (finding: Finding, number: number | undefined): Finding => {
  const way = number === undefined ? undefined : waysOf(finding.fix)[number - 1];
  if (way === undefined || way.steps === finding.fix.steps) return finding;
  // The document that the first way replaces, its lines of code and who manages it are not those of another.
  const { replaces: _, terraform: __, cdk: ___, managers: ____, ...fix } = finding.fix;
  return { ...finding, fix: { ...fix, ...way, commands: posixCommands(way.steps) } };
};

/** The ways for people, with their numbers; empty where there is nothing to choose between. */
export const waysInWords = (fix: Fix): readonly string[] => {
  const ways = waysOf(fix);
  const isOnly = ways.length === 1 && ways[0]?.steps === fix.steps;
  return isOnly ? [] : ways.map(({ summary }, at) => `--choose ${at + 1}: ${summary}`);
};

/** The action, and the choice before it: commands are nowhere shown without it. */
export const fixInWords = (fix: Fix): string => {
  const choice = choiceInWords(fix);
  return choice === undefined ? fix.summary : `${fix.summary} Choose first: ${choice}`;
};

/** The choice of a person, with the ways that there are, as one text; undefined where there is nothing to choose. */
export const choiceInWords = (fix: Fix): string | undefined => {
  const sentences = [...(fix.choice === undefined ? [] : [fix.choice]), ...waysInWords(fix)];
  return sentences.length === 0 ? undefined : sentences.join(' ');
};

/** The commands where each must stand in one line: one that is followed by its document is printed by `fix`. */
export const commandsInLine = ({ id, fix: { commands } }: Finding): readonly string[] =>
  commands.some(command => command.includes('\n')) ? [`irsa-auditor fix ${id.slice(0, 8)}`] : commands;

/** The fix with its commands as one person runs them: the first ones make the contexts that no kubeconfig has. Without options
 *  nothing is known of the person: a context is the one that the cluster was read through, or is made. */
export const fixFor = (fix: Fix, options: CommandOptions = {}): Fix =>
  fix.steps === undefined ? fix : { ...fix, commands: fixCommands(fix.steps, options) };

/** A plan for people. */

import { undoInWords } from '../fixes/change-table.ts';
import { type CommandOptions, kubectlContext } from '../fixes/command.ts';
import { clustersOfStep, contextCommands, posixCommands } from '../fixes/render-step.ts';
import { targetOfStep, toolsOf } from '../fixes/step.ts';
import type { AccessChange, Act, Fix, IdentitySet } from '../model.ts';
import { secondOf } from '../policy.ts';
import { lineDiff, visible, visibleLines } from '../text.ts';
import { waysInWords } from './chosen-fix.ts';
import { managedFormsOf } from './code-forms.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { planTable } from './plan-table.ts';

/** A plan of more steps is carried out by its script or with --apply: nobody pastes its commands one by one. */
const maxPasted = 3;

/** The plan as text: a table of its steps, then each step with what it is for, what changes, who gains and who loses, and the way
 *  back. Commands stand below the steps of a short plan alone. */
export const renderPlan = (plan: Plan, options: CommandOptions): string => {
  const isShort = plan.steps.length <= maxPasted;
  return `${[
    ...(plan.steps.length > 1 ? [...planTable(plan.steps), ''] : []),
    ...(isShort
      ? firstCommands(plan, options)
      : ['Commands: --script FILE writes them, --apply carries the steps out.', '']),
    ...plan.steps.flatMap((step, at) => [
      ...stepLines(step, at + 1, plan, options, !isShort),
      ...(isShort ? commandLines(step, options) : []),
      '',
    ]),
    ...leftLines(plan),
    ...noteLines(plan),
    ...(plan.steps.length + plan.left.length + (plan.notes ?? []).length === 0 ? ['Nothing to fix.'] : []),
  ].join('\n')}\n`;
};

const firstCommands = ({ steps }: Plan, options: CommandOptions): readonly string[] =>
  contextCommands(steps, options).flatMap(command => [
    'First, so that kubectl knows the cluster:',
    `  $ ${command}`,
    '',
  ]);

const commandLines = (step: PlannedStep, options: CommandOptions): readonly string[] =>
  posixCommands([step], options).flatMap(command =>
    visibleLines(command)
      .split('\n')
      .map((line, row) => `${row === 0 ? '  $ ' : ''}${line}`),
  );

/** The findings that are left to a person, and why. */
export const leftLines = ({ left }: Plan): readonly string[] => [
  ...(left.length === 0 ? [] : [`Left to a person: ${left.length}`]),
  ...left.flatMap(({ finding, why }) => [
    `  ${finding.id}  ${finding.severity} ${finding.ruleId}: ${visible(finding.message)}`,
    `    ${visible(why)}`,
    ...waysInWords(finding.fix).map(way => `    ${visible(way)}`),
  ]),
];

/** Work that is left to a person beside findings, with the reason. */
export const noteLines = ({ notes = [] }: Plan): readonly string[] => [
  ...(notes.length === 0 ? [] : [`To be done or known beside these steps: ${notes.length}`]),
  ...notes.flatMap(({ about, why }) => [`  ${visible(about)}`, ...why.split('\n').map(line => `    ${visible(line)}`)]),
];

/** The facts of one step of a plan before its command, as lines, with its number. The change is shown whole where no command with the
 *  whole document follows. */
export const stepLines = (
  step: PlannedStep,
  number: number,
  { fixed }: Plan,
  options: CommandOptions,
  isWhole = false,
): readonly string[] => {
  const findings = [...new Map(fixed.map(one => [one.id, one])).values()].filter(({ id }) =>
    step.findingIds.includes(id),
  );
  return [
    `Step ${number}: ${placeOf(step, options)}`,
    ...findings.flatMap(one => [
      `  for ${one.id}  ${one.severity} ${one.ruleId}: ${visible(one.message)}`,
      `    fix: ${visible(one.fix.summary)}`,
      ...(one.fix.choice === undefined ? [] : [`    decide: ${visible(one.fix.choice)}`]),
      ...waysInWords(one.fix).map(way => `    ${visible(way)}`),
    ]),
    ...(step.reason === undefined ? [] : [`  for: ${visible(step.reason)}`]),
    ...(step.choice === undefined ? [] : [`  decide: ${visible(step.choice)}`]),
    ...findings
      .flatMap(({ fix: { managers } }) => managedFormsOf({ ...ofStep(step), ...(managers ? { managers } : {}) }))
      .slice(0, 1)
      .flatMap(({ language, code }) => [
        `  in ${language}:`,
        ...visibleLines(code)
          .split('\n')
          .map(line => `    ${line}`),
      ]),
    ...(isWhole ? changeDifference(step) : changeInShort(step)).map(line => `  ${visible(line)}`),
    ...(step.access ?? []).flatMap(accessLines),
    `  undo: ${undoInWords(step.change)}`,
  ];
};

/** One step as a fix of its own, to be written in the language of the tool that manages what it changes. */
const ofStep = (step: PlannedStep): Fix => ({ summary: '', commands: [], steps: [step] });

const placeOf = (step: Act, options: CommandOptions): string => {
  const { accountId, clusterName } = targetOfStep(step);
  const account = accountId === undefined ? '' : `account ${accountId}`;
  const cluster = clusterName === undefined ? '' : `cluster ${visible(clusterName)}`;
  const contexts = clustersOfStep(step).map(place => `context ${visible(kubectlContext(place, options) ?? 'unknown')}`);
  return [...toolsOf(step), account, cluster, ...contexts].filter(text => text !== '').join(', ');
};

/** The change, where the command does not show it. */
export const changeDifference = ({ change }: Act): readonly string[] => {
  if (change.kind === 'trust-policy') return lineDiff(indented(change.before), indented(change.after));
  if (change.kind === 'thumbprints') return lineDiff(change.before.join('\n'), change.after.join('\n'));
  return [];
};

/** Lines around a change that are shown with it. */
const around = 2;

/** The lines that change, with those around them. */
export const changeInShort = (step: Act): readonly string[] => {
  const lines = changeDifference(step);
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(line => !line.startsWith('  '));
  return lines.flatMap((line, at) => (isNear(at) ? [line] : at === 0 || isNear(at - 1) ? ['  …'] : []));
};

const indented = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};

/** Who gains a role by a step, and who loses it. */
export const accessLines = ({ roleArn, gains, loses, isOpen }: AccessChange): readonly string[] => [
  ...setLines('gains', roleArn, gains),
  ...setLines('loses', roleArn, loses),
  ...(isOpen ? [`  ${roleArn}: who else gains or loses could not be decided`] : []),
  ...(gains.length + loses.length === 0 && !isOpen ? [`  ${visible(roleArn)}: nobody gains or loses it`] : []),
];

const setLines = (verb: string, roleArn: string, sets: readonly IdentitySet[]): readonly string[] =>
  sets.flatMap(set => [
    ...namesIn(set).map(name => visible(`  ${name} ${verb} ${roleArn}${whenOf(set)}`)),
    ...(set.otherAccount === undefined ? [] : [`  ${set.issuer} is of account ${set.otherAccount}, not of the role’s`]),
  ]);

/** The service accounts of a set for people, each with its issuer and audience. */
export const namesIn = ({ issuer, audience, subjects, patterns, except }: IdentitySet): readonly string[] => {
  const but = except.length === 0 ? '' : ` except ${except.join(', ')}`;
  const names = [...subjects, ...patterns.map(pattern => `${pattern}${but}`)];
  return names.map(name => `${name} of ${issuer} with audience ${audience}`);
};

/** When a set begins, where that is later than now. */
export const whenOf = ({ from }: IdentitySet): string => (from === undefined ? '' : `, from ${secondOf(from)} on`);

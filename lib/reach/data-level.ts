/** The most that a role may do with data: it reads secrets, changes something, reads something, or little. */
import type { AllowedBy } from '../model.ts';
import {
  mayConcernShape,
  mayCoverAction,
  mayHold,
  type PermissionStatement,
  type Requester,
  resourcesApart,
  someResources,
} from '../policy.ts';
import type { ReachRole } from './account-roles.ts';
import type { ActionTable, TableAction } from './action-table.ts';
import { onAny, type RequestAnswer } from './requests.ts';
import { secretActions } from './secret-actions.ts';

/** A level of data. */
type DataLevel = 'reads-secrets' | 'changes-data' | 'reads-data';

/** The answer: what is certain, and a stronger one that is open. */
interface DataAnswer {
  readonly certain?: { readonly level: DataLevel; readonly shown: AllowedBy };
  readonly open?: { readonly level: DataLevel; readonly because: string };
}

const classes: readonly (readonly [DataLevel, (action: TableAction) => boolean])[] = [
  ['reads-secrets', ({ name }) => secretActions.has(name)],
  ['changes-data', ({ name, access }) => access === 'write' && !secretActions.has(name)],
  ['reads-data', ({ name, access }) => access === 'read' && !secretActions.has(name)],
];

/** Actions that are decided for one level at most: the rest leaves it open. */
const maxActions = 3000;

/** The level of data of a role. */
export const dataLevelOf = (one: ReachRole, table: ActionTable): DataAnswer => {
  const { asking } = one;
  let open: DataAnswer['open'];
  const allowed = [...actionsOf(asking, table)];
  const isElsewhere = onOtherAccounts(one);
  for (const [level, isOf] of classes) {
    let left = maxActions;
    for (const action of allowed) {
      if (!isOf(action)) continue;
      if (isElsewhere(action)) open ??= { level, because: 'which resources of other accounts allow it is not read' };
      if (!mayConcern(action, asking)) continue;
      if (left === 0) {
        open ??= { level, because: 'its policies name too many actions to be compared within the stated work' };
        break;
      }
      left -= 1;
      const step = stepOn(action, one);
      if (step.verdict === 'allowed')
        return { certain: { level, shown: step.shown }, ...(open && open.level !== level ? { open } : {}) };
      if (step.verdict === 'open') open ??= { level, because: step.depends };
    }
  }
  open ??= ofUnlistedService(asking, table);
  return open ? { open } : {};
};

/** Whether an action may be allowed on a resource of another account that a policy of the role names; what that resource allows is
 *  not read. IAM takes no requests from other accounts. */
const onOtherAccounts = (one: ReachRole): ((action: TableAction) => boolean) => {
  const { permissions, session } = one.asking;
  const isOther = ({ text }: { readonly text: string }): boolean =>
    /^\d{12}$/.test(accountIn(text)) && accountIn(text) !== session.accountId;
  const named = (permissions.layers[0] ?? []).filter(({ resources }) => resources?.some(isOther));
  const samples = new Map(named.map(other => [other, other.resources?.filter(isOther).map(sampleOf) ?? []]));
  return ({ name, shapes }) =>
    shapes.length > 0 &&
    !name.startsWith('iam:') &&
    [...samples].some(
      ([other, arns]) => mayCoverAction(other, name) && arns.some(arn => onAny(name, arn, one).verdict !== 'refused'),
    );
};

const accountIn = (arn: string): string => arn.split(':')[4] ?? '';
const sampleOf = ({ text }: { readonly text: string }): string => text.replaceAll(/[*?]/g, 'x');

const mayConcern = ({ name, shapes }: TableAction, asking: Requester): boolean =>
  shapes.length === 0
    ? (asking.permissions.layers[0] ?? []).some(one => mayCoverAction(one, name) && mayHold(one, '*'))
    : shapes.some(shape => mayConcernShape(shape, name, asking));

/** The actions of the table that statements of every layer are about. */
function* actionsOf({ permissions }: Requester, table: ActionTable): Generator<TableAction> {
  const [narrowest, ...others] = permissions.layers.toSorted((a, b) => width(a) - width(b));
  if (narrowest === undefined) return;
  const denied = permissions.denials.filter(({ isPlain, resources }) => isPlain && resources === undefined);
  for (const service of servicesOf(narrowest, table))
    for (const action of table.get(service) ?? []) {
      const isCovered = (one: PermissionStatement): boolean => mayCoverAction(one, action.name);
      if (!narrowest.some(isCovered) || !others.every(layer => layer.some(isCovered))) continue;
      if (!denied.some(isCovered)) yield action;
    }
}

/** A service that is newer than the table: what its actions do is not known. */
const ofUnlistedService = ({ permissions }: Requester, table: ActionTable): DataAnswer['open'] => {
  const [own = [], ...others] = permissions.layers;
  const mayName = ({ actions, isNotAction }: PermissionStatement, service: string): boolean =>
    isNotAction || actions.isAll || actions.odd.length > 0 || actions.byService.has(service);
  const service = own
    .flatMap(({ actions, isNotAction }) => (isNotAction ? [] : [...actions.byService.keys()]))
    .find(one => !table.has(one) && others.every(layer => layer.some(statement => mayName(statement, one))));
  return service === undefined
    ? undefined
    : { level: 'changes-data', because: `the actions of service ${service} are not in the table of access levels` };
};

/** Layers that name their actions before those that name all. */
const width = (layer: readonly PermissionStatement[]): number =>
  layer.some(({ isNotAction, actions }) => isNotAction || actions.isAll || actions.odd.length > 0) ? 1 : 0;

/** The services that a layer is about. */
const servicesOf = (layer: readonly PermissionStatement[], table: ActionTable): readonly string[] => {
  const found = new Set<string>();
  for (const { isNotAction, actions, statement } of layer) {
    if (isNotAction || actions.isAll || actions.odd.length > 0 || statement.problems.length > 0)
      return [...table.keys()];
    for (const service of actions.byService.keys()) if (table.has(service)) found.add(service);
  }
  return [...found];
};

/** The action on some resource of one of its kinds. */
const stepOn = ({ name, shapes }: TableAction, one: ReachRole): RequestAnswer => {
  const { asking } = one;
  if (shapes.length === 0) return onAny(name, '*', one);
  for (const shape of shapes)
    for (const arn of someResources(shape, [name], asking)) {
      const step = onAny(name, arn, one);
      if (step.verdict === 'allowed') return step;
    }
  let open: RequestAnswer = { verdict: 'refused' };
  for (const shape of shapes) {
    const { arns, isComplete } = resourcesApart(shape, [name], asking);
    for (const arn of arns) {
      const step = onAny(name, arn, one);
      if (step.verdict === 'allowed') return step;
      if (step.verdict === 'open') open = step;
    }
    if (!isComplete && open.verdict === 'refused')
      open = { verdict: 'open', depends: `${name}: the resources in its policies are too many to be compared` };
  }
  return open;
};

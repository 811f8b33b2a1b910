/** Whether a role can take a way, alone or to another role. */
import type { AllowedBy, WayTaken } from '../model.ts';
import {
  type ArnShape,
  actionPatterns,
  mayCoverAction,
  type Requester,
  resourcesApart,
  someResources,
} from '../policy.ts';
import { given } from '../text.ts';
import { ownBoundaryOf, ownPoliciesOf, principalsTrusted, type ReachRole } from './account-roles.ts';
import { onPolicy, onResource, onRole, type RequestAnswer } from './requests.ts';
import { trustsRole, trustsService } from './trusts.ts';
import { shapes } from './ways/shapes.ts';
import type { On, Way } from './ways/way.ts';

/** The outcome: all steps are allowed, or it is open whether they are. */
type Taken = WayTaken;

/** A way as far as it concerns no other role: what it needs on the role itself and on resources of services. */
export interface Begun {
  readonly way: Way;
  readonly caller: ReachRole;
  readonly steps: readonly RequestAnswer[];
}

/** Begins a way; undefined where something that it needs is refused. */
export const beginWay = (way: Way, caller: ReachRole): Begun | undefined => {
  if (!way.needs.every(({ action }) => mayDo(action, way, caller))) return undefined;
  const steps: RequestAnswer[] = [];
  for (const { action, on } of way.needs) {
    const step = aloneStep(action, on, caller);
    if (step?.verdict === 'refused') return undefined;
    if (step) steps.push(step);
  }
  for (const shared of sharedShapes(way)) {
    const same = onSame(shared, caller.asking);
    if (same.length === 0) return undefined;
    steps.push(...same);
  }
  return { way, caller, steps };
};

/** Most roles have no statement about the actions of a way. A role that trusts the caller by name needs none. */
const mayDo = (action: string, { assumes }: Way, { asking }: ReachRole): boolean =>
  (assumes === true && action === 'sts:AssumeRole') ||
  asking.permissions.layers.every(layer => layer.some(one => mayCoverAction(one, action)));

/** A way that needs no other role: over itself, or over users and groups. */
export const takeAlone = ({ way, steps }: Begun): Taken => taken(way, steps);

/** A way to another role; undefined where it does not lead there. */
export const takeTo = (begun: Begun, target: ReachRole): Taken | undefined => {
  const { way, caller } = begun;
  if (target.role.arn === caller.role.arn) return undefined;
  if (isChanged(way) && target.isProtected) return undefined;
  const isOutside = way.inProfile === true && target.held.instanceProfiles.length === 0;
  if (isOutside && target.unread === undefined) return undefined;
  const doubt = isOutside ? ['whether it is in an instance profile was not read'] : [];
  if (way.services !== undefined) return throughService(begun, way.services, target, doubt);
  if (way.assumes) return assumed(begun, target);
  const steps = roleSteps(begun, target, caller.asking);
  return steps && taken(way, [...begun.steps, ...steps], target);
};

const isChanged = ({ needs }: Way): boolean =>
  needs.some(({ action, on }) => action.startsWith('iam:') && action !== 'iam:PassRole' && on === 'role');

const throughService = (
  begun: Begun,
  services: readonly string[],
  target: ReachRole,
  doubt: readonly string[],
): Taken | undefined => {
  const { way, caller } = begun;
  for (const service of services) {
    const trust = trustsService(target, service);
    if (trust.verdict === 'refused') continue;
    const steps = roleSteps(begun, target, caller.asking, service);
    const open = trust.verdict === 'open' ? [`whether it trusts ${service}: ${trust.because}`] : [];
    if (steps) return taken(way, [...begun.steps, ...steps], target, [...doubt, ...open]);
  }
  return undefined;
};

/** To assume a role that names it, the role needs no permission of its own: none of its policies may deny it. */
const assumed = (begun: Begun, target: ReachRole): Taken | undefined => {
  const { way, caller } = begun;
  // Cheap first: most roles trust the whole account, and the caller's own policies allow few of them.
  const isNamed = principalsTrusted(target.role, 'AWS').includes(caller.role.arn);
  if (!isNamed && roleSteps(begun, target, caller.asking) === undefined) return undefined;
  const trust = trustsRole(target, caller);
  if (trust.verdict === 'refused') return undefined;
  const steps = roleSteps(begun, target, trust.isNamed ? named(caller) : caller.asking);
  const doubt = trust.verdict === 'open' ? [`whether it trusts the role: ${trust.because}`] : [];
  return steps && taken(way, [...begun.steps, ...steps], target, doubt);
};

const named = ({ asking }: ReachRole): Requester => {
  const { permissions } = asking;
  const [own, ...others] = permissions.layers;
  return { ...asking, permissions: { ...permissions, layers: [[...(own ?? []), assumeAllowed], ...others] } };
};

const at = { line: 1, column: 1 };
const text = (value: string) => ({ text: value, at });

/** The trust policy of a role that names another one allows it as a statement of that one's own would. */
const assumeAllowed = {
  policy: 'the trust policy of the role',
  label: 'its Principal',
  statement: {
    index: 0,
    effect: 'Allow',
    principal: { kind: 'everyone', at },
    actions: [text('sts:AssumeRole')],
    conditions: [],
    problems: [],
    at,
  },
  actions: actionPatterns(['sts:assumerole']),
  isNotAction: false,
  isPlain: true,
} as const;

/** The steps of a way that concern the role that it leads to; undefined as soon as one is refused. */
const roleSteps = (
  { way, caller }: Begun,
  target: ReachRole,
  asking: Requester,
  service?: string,
): readonly RequestAnswer[] | undefined => {
  const steps: RequestAnswer[] = [];
  for (const { action, on } of way.needs) {
    if (on !== 'role' && on !== 'policy-of-role') continue;
    // The trust of another role stands for no other action.
    const by = action === 'sts:AssumeRole' ? asking : caller.asking;
    const step =
      on === 'role'
        ? onRole(action, target, by, service)
        : best(ownPoliciesOf(target).map(arn => onPolicy(action, arn, by)));
    if (step.verdict === 'refused') return undefined;
    steps.push(step);
  }
  return steps;
};

/** The step of an action that concerns neither another role nor a kind of resource. */
const aloneStep = (action: string, on: On, caller: ReachRole): RequestAnswer | undefined => {
  if (on === 'self') return onRole(action, caller, caller.asking);
  if (on === 'policy-of-self') return best(ownPoliciesOf(caller).map(arn => onPolicy(action, arn, caller.asking)));
  if (on === 'boundary-of-self') return best(ownBoundaryOf(caller).map(arn => onPolicy(action, arn, caller.asking)));
  return on === 'everything' ? onResource(action, '*', caller.asking) : undefined;
};

const best = (steps: readonly RequestAnswer[]): RequestAnswer =>
  steps.find(({ verdict }) => verdict === 'allowed') ??
  steps.find(({ verdict }) => verdict === 'open') ?? { verdict: 'refused' };

/** Alternatives of one kind of resource, with the actions that are needed on one resource of it. */
interface SharedShape {
  readonly shapes: readonly ArnShape[];
  readonly actions: readonly string[];
}

/** The kinds of resources of a way: actions on the same kind are needed on the same resource. */
const sharedShapes = ({ needs }: Way): readonly SharedShape[] => {
  const found = new Map<string, { shapes: readonly ArnShape[]; actions: string[] }>();
  for (const { action, on } of needs) {
    const wanted = on === 'user' || on === 'group' ? [shapes[on]] : typeof on === 'string' ? [] : on;
    for (const one of wanted) {
      const list = typeof one === 'string' ? [one] : one;
      const known = found.get(list.join()) ?? { shapes: list, actions: [] };
      known.actions.push(action);
      found.set(list.join(), known);
    }
  }
  return [...found.values()];
};

/** The steps of all actions on one resource of a kind; none where there is no resource on which all may be allowed. */
const onSame = ({ shapes: alternatives, actions }: SharedShape, asking: Requester): readonly RequestAnswer[] => {
  const stepsOn = (arn: string): readonly RequestAnswer[] => actions.map(action => onResource(action, arn, asking));
  for (const shape of alternatives)
    for (const arn of someResources(shape, actions, asking)) {
      const steps = stepsOn(arn);
      if (steps.every(({ verdict }) => verdict === 'allowed')) return steps;
    }
  let open: readonly RequestAnswer[] = [];
  for (const shape of alternatives) {
    const { arns, isComplete } = resourcesApart(shape, actions, asking);
    for (const arn of arns) {
      const steps = stepsOn(arn);
      if (steps.every(({ verdict }) => verdict === 'allowed')) return steps;
      if (steps.every(({ verdict }) => verdict !== 'refused') && open.length === 0) open = steps;
    }
    if (!isComplete && open.length === 0)
      open = [{ verdict: 'open', depends: 'the resources in its policies are too many to be compared' }];
  }
  return open;
};

const taken = (way: Way, steps: readonly RequestAnswer[], target?: ReachRole, doubt: readonly string[] = []): Taken => {
  const open = steps.flatMap(step => (step.verdict === 'open' ? [step.depends] : []));
  const depends = [...open, ...doubt, ...(way.depends === undefined ? [] : [way.depends])];
  const shown = steps.flatMap(step => (step.verdict !== 'refused' && step.shown ? [step.shown] : []));
  return {
    way: way.id,
    steps: inOrder(way, shown),
    ...(target ? { role: target.role.arn } : {}),
    ...given({ depends: onceEach(depends) }),
  };
};

/** The reasons in one text, each once; undefined without any. */
export const onceEach = (reasons: readonly string[]): string | undefined =>
  reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ');

const inOrder = ({ needs }: Way, shown: readonly AllowedBy[]): readonly AllowedBy[] => {
  const order = needs.map(({ action }) => action);
  return shown.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
};

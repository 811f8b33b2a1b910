/** Whether a role is an administrator: everything is allowed, and what changes permissions is not taken from it again. */
import type { AllowedBy } from '../model.ts';
import type { PermissionStatement } from '../policy.ts';
import type { ReachRole } from './account-roles.ts';
import { onResource, onRole, type RequestAnswer } from './requests.ts';

/** The answer, with the statement that allows everything. */
export type Administration =
  | { readonly verdict: 'certain'; readonly shown: AllowedBy }
  | { readonly verdict: 'open'; readonly because: string }
  | { readonly verdict: 'no' };

/** A statement that allows every action, or all but some, on every resource, or all but some. */
const isBroad = ({ actions, isNotAction, resources, statement }: PermissionStatement): boolean =>
  (isNotAction || actions.isAll) &&
  (statement.notResources !== undefined || (resources === undefined && allResources(statement.resources)));

const allResources = (resources: readonly { readonly text: string }[] | undefined): boolean =>
  resources?.some(({ text }) => text === '*') === true;

/** All of IAM on every resource: the rest of a statement that leaves it out. */
const isAllOfIam = ({ actions, isNotAction, statement }: PermissionStatement): boolean =>
  !isNotAction &&
  actions.byService.get('iam')?.some(({ text }) => text === 'iam:*') === true &&
  allResources(statement.resources);

/** Whether a role is an administrator. One that keeps a single way to change permissions gives itself the rest again. */
export const administrationOf = (one: ReachRole): Administration => {
  const { permissions } = one.asking;
  if (!permissions.layers.every(layer => layer.some(isBroad))) return { verdict: 'no' };
  const layers = permissions.layers.map(layer => layer.filter(one => isBroad(one) || isAllOfIam(one)));
  const asking = { ...one.asking, permissions: { ...permissions, layers } };
  const { accountId, partition } = asking.session;
  const user = `arn:${partition}:iam::${accountId}:user/any-user`;
  const probes: readonly (() => RequestAnswer)[] = [
    () => onRole('iam:PutRolePolicy', one, asking),
    () => onRole('iam:AttachRolePolicy', one, asking),
    () => onResource('iam:CreateUser', user, asking),
    () => onResource('iam:CreateAccessKey', user, asking),
  ];
  let open: Administration = { verdict: 'no' };
  for (const probe of probes) {
    const step = probe();
    if (step.verdict === 'allowed')
      return { verdict: 'certain', shown: everythingBy(step.shown, permissions.layers[0]) };
    if (step.verdict === 'open') open = { verdict: 'open', because: step.depends };
  }
  return open;
};

/** The statement that allows everything: the one of the probe, or the one that leaves IAM to that. */
const everythingBy = (shown: AllowedBy, own: readonly PermissionStatement[] = []): AllowedBy => {
  const broad = own.filter(isBroad);
  const by = broad.find(({ policy, label }) => policy === shown.policy && label === shown.statement) ?? broad[0];
  return { ...shown, ...(by && { policy: by.policy, statement: by.label }), action: '*', resource: '*' };
};

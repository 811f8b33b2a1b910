/** The requests that a way needs: each is decided by the policies of the role that asks, with the statement that shows it. */
import type { AllowedBy } from '../model.ts';
import {
  anyOf,
  decideRequest,
  factsOnly,
  globMatches,
  type KeyChoice,
  type KeyFact,
  keyAbsent,
  mayCoverAction,
  type PermissionRequest,
  type PermissionStatement,
  type Requester,
  run,
  valueOnly,
} from '../policy.ts';
import type { ReachRole } from './account-roles.ts';
import { podPolicies } from './rbac/access-policies.ts';
import { assumeKeys } from './trusts.ts';
import { lacksLaunchKey } from './ways/launch-keys.ts';

/** The answer to one request. `depends` is set where it is open. */
export type RequestAnswer =
  | { readonly verdict: 'allowed'; readonly shown: AllowedBy }
  | { readonly verdict: 'open'; readonly shown?: AllowedBy; readonly depends: string }
  | { readonly verdict: 'refused' };

/** Decides a request and keeps the statement. */
const stepOf = (request: PermissionRequest, asking: Requester): RequestAnswer => {
  const { verdict, by, because } = decideRequest(request, asking);
  if (verdict === 'refused') return { verdict };
  const shown: AllowedBy | undefined = by && {
    policy: by.policy,
    statement: by.label,
    action: request.action,
    resource: isForAll(by) ? '*' : patternFor(by, request.resource),
  };
  if (verdict === 'allowed' && shown) return { verdict, shown };
  return {
    verdict: 'open',
    depends: `${request.action}: ${because ?? 'it is not decided'}`,
    ...(shown ? { shown } : {}),
  };
};

const isForAll = ({ resources, statement }: PermissionStatement): boolean =>
  resources === undefined && statement.resources?.some(({ text }) => text === '*') === true;

/** The pattern of the statement that holds a resource, as it is written. */
const patternFor = ({ resources }: PermissionStatement, arn: string): string =>
  resources?.find(glob => globMatches(glob, arn))?.text ?? arn;

const anyLine = anyOf([run(/[ -~]/, 1)]);

/** The boundary that a new principal is given: none, or one that is not looked into. */
const newBoundary: KeyChoice = factsOnly(
  { present: 'no', because: 'it is made without a boundary' },
  {
    present: 'yes',
    doubt: 'request-dependent',
    because: 'how much the boundary of the new principal leaves it is not compared',
  },
);

/** The keys of IAM that a request carries (Service Authorization Reference, IAM): no others. */
const iamKeys = (action: string, asking: Requester, more: readonly (readonly [string, KeyChoice])[]) => {
  const attaches = /^iam:Attach(?:Role|User|Group)Policy$/.test(action);
  return new Map<string, KeyChoice>([...(attaches ? [['iam:policyarn', attached(asking)] as const] : []), ...more]);
};

const openArn: KeyFact = {
  present: 'yes',
  doubt: 'request-dependent',
  because: 'which other policies would give as much is not compared',
};

/** Policies of AWS that make an administrator: the one allows everything, the other all of IAM. */
const strongPolicies = ['AdministratorAccess', 'IAMFullAccess'];

/** The policy that is attached: one of these of AWS, or another one. */
const attached = ({ session }: Requester, names: readonly string[] = strongPolicies): KeyChoice =>
  factsOnly(
    ...names.map(
      (name): KeyFact => ({
        present: 'yes',
        value: `arn:${session.partition}:iam::aws:policy/${name}`,
        because: 'it is attached',
      }),
    ),
    openArn,
  );

/** A request that concerns a role: it is changed, passed or assumed. */
export const onRole = (action: string, target: ReachRole, asking: Requester, service?: string): RequestAnswer => {
  const { role, held } = target;
  const keys =
    action === 'sts:AssumeRole'
      ? assumeKeys
      : iamKeys(
          action,
          asking,
          action === 'iam:PassRole'
            ? passed(service)
            : [['iam:permissionsboundary', boundaryFor(action, target, asking)]],
        );
  const step = stepOf({ action, resource: role.arn, ...tagsOf(role.arn, held.tags, asking), keys }, asking);
  if (step.verdict !== 'refused' || !mayTag(target, asking)) return step;
  const tagged = stepOf({ action, resource: role.arn, keys }, asking);
  if (tagged.verdict === 'refused') return step;
  return { ...tagged, verdict: 'open', depends: `${action}: the role has to be given the tag that is asked for` };
};

/** Whether a role may give another one a tag. */
const mayTag = ({ role, held, isProtected }: ReachRole, asking: Requester): boolean => {
  const action = 'iam:TagRole';
  if (isProtected || role.arn === asking.session.roleArn) return false;
  if (!asking.permissions.layers.every(layer => layer.some(one => mayCoverAction(one, action)))) return false;
  const keys = iamKeys(action, asking, []);
  return stepOf({ action, resource: role.arn, tags: held.tags, keys }, asking).verdict !== 'refused';
};

/** The tags of a role; those of itself it may change. */
const tagsOf = (arn: string, tags: Readonly<Record<string, string>>, { session }: Requester) =>
  arn === session.roleArn ? ({ tags, isSelf: true } as const) : { tags };

/** A request of a role to give itself a tag of some value, or to take it away. */
export const onOwnTag = (action: 'iam:TagRole' | 'iam:UntagRole', tag: string, one: ReachRole): RequestAnswer => {
  const keys = iamKeys(action, one.asking, [
    ['aws:tagkeys', valueOnly(tag)],
    ['iam:permissionsboundary', bounded(one)],
  ]);
  return stepOf(
    { action, resource: one.role.arn, ...tagsOf(one.role.arn, one.held.tags, one.asking), keys },
    one.asking,
  );
};

/** By which name a service is passed a role that trusts it by the name of a region, or by that of China, is not documented: each counts. */
const passed = (service: string | undefined): readonly (readonly [string, KeyChoice])[] => [
  ['iam:passedtoservice', service === undefined ? keyAbsent : factsOnly(...namesOf(service).map(passedFact))],
  ['iam:associatedresourcearn', anyLine],
];

const namesOf = (service: string): readonly string[] => {
  const plain = service.replace(/\.cn$/, '');
  return [...new Set([service, plain, plain.replace(/\.[a-z]{2}(?:-[a-z]+)+-\d(?=\.amazonaws\.com$)/, '')])];
};

const passedFact = (value: string): KeyFact => ({ present: 'yes', value, because: 'the role is passed to it' });

/** Of a request for another boundary the key is the new one. */
const boundaryFor = (action: string, target: ReachRole, asking: Requester): KeyChoice =>
  action === 'iam:PutRolePermissionsBoundary' ? attached(asking, ['AdministratorAccess']) : bounded(target);

const bounded = ({ held }: ReachRole): KeyChoice =>
  held.boundary === undefined ? keyAbsent : valueOnly(held.boundary, 'it is its boundary');

/** A request that concerns a policy of the account, whose tags are not read. */
export const onPolicy = (action: string, policyArn: string, asking: Requester): RequestAnswer =>
  stepOf({ action, resource: policyArn, keys: iamKeys(action, asking, []) }, asking);

/** A request for a resource of a service, of which nothing but its ARN is known; of IAM, a user or a group. */
export const onResource = (action: string, resource: string, asking: Requester): RequestAnswer => {
  const keys = action.startsWith('iam:')
    ? iamKeys(action, asking, [['iam:permissionsboundary', newBoundary]])
    : accessActions.has(action)
      ? accessKeys(asking)
      : undefined;
  const lacks = action === 'ec2:RunInstances' ? lacksLaunchKey(resource) : undefined;
  return stepOf({ action, resource, ...(keys && { keys }), ...(lacks && { lacks }) }, asking);
};

const accessActions: ReadonlySet<string> = new Set(['eks:CreateAccessEntry', 'eks:AssociateAccessPolicy']);

/** The keys of a request of a role for an access entry of its own, with a policy that gives the pods of a cluster or namespace. */
const accessKeys = ({ session }: Requester): ReadonlyMap<string, KeyChoice> =>
  new Map<string, KeyChoice>([
    ['eks:principalarn', valueOnly(session.roleArn, 'it is the role')],
    ['eks:accessentrytype', valueOnly('STANDARD')],
    ['eks:policyarn', factsOnly(...podPolicies.map(name => accessPolicyFact(session.partition, name)))],
    ...['eks:accessscope', 'eks:namespaces', 'eks:clustername', 'eks:username', 'eks:kubernetesgroups'].map(
      key => [key, anyLine] as const,
    ),
  ]);

const accessPolicyFact = (partition: string, name: string): KeyFact => ({
  present: 'yes',
  value: `arn:${partition}:eks::aws:cluster-access-policy/${name}`,
  because: 'it is associated',
});

/** A request whose purpose is its own: the caller chooses what it carries. Of no resource but the role itself anything is known. */
export const onAny = (action: string, resource: string, one: ReachRole): RequestAnswer => {
  if (resource !== one.role.arn || !action.startsWith('iam:')) return stepOf({ action, resource }, one.asking);
  const chosen = ['iam:policyarn', 'iam:passedtoservice', 'iam:associatedresourcearn'];
  const boundary = action === 'iam:PutRolePermissionsBoundary' ? anyLine : bounded(one);
  const keys = new Map([...chosen.map(key => [key, anyLine] as const), ['iam:permissionsboundary', boundary] as const]);
  return stepOf({ action, resource, ...tagsOf(resource, one.held.tags, one.asking), keys }, one.asking);
};

/** The requests that a way needs: each is decided by the policies of the role that asks, with the statement that shows it. */
import type { Shown } from '../model/role-level.ts';
import { globMatches } from '../policy/decide/glob.ts';
import type { KeyFact } from '../policy/decide/key-fact.ts';
import { run } from '../policy/decide/text-grammar.ts';
import { type Asking, decideRequest, type PermissionRequest } from '../policy/permissions/decide-request.ts';
import type { PermissionStatement } from '../policy/permissions/permissions.ts';
import { factsOnly, keyAbsent, valueOnly } from '../policy/permissions/session-keys.ts';
import type { KeyChoice } from '../policy/who/key-choice.ts';
import { anyOf } from '../policy/who/request-choices.ts';
import type { ReachRole } from './account-roles.ts';
import { assumeKeys } from './trusts.ts';

/** The answer to one request. `depends` is set where it is open. */
export type Step =
  | { readonly verdict: 'allowed'; readonly shown: Shown }
  | { readonly verdict: 'open'; readonly shown?: Shown; readonly depends: string }
  | { readonly verdict: 'refused' };

/** Decides a request and keeps the statement. */
const stepOf = (request: PermissionRequest, asking: Asking): Step => {
  const { verdict, by, because } = decideRequest(request, asking);
  if (verdict === 'refused') return { verdict };
  const shown: Shown | undefined = by && {
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
const iamKeys = (action: string, asking: Asking, more: readonly (readonly [string, KeyChoice])[]) => {
  const attaches = /^iam:Attach(?:Role|User|Group)Policy$/.test(action);
  return new Map<string, KeyChoice>([...(attaches ? [['iam:policyarn', attached(asking)] as const] : []), ...more]);
};

const openArn: KeyFact = {
  present: 'yes',
  doubt: 'request-dependent',
  because: 'which other policies would give as much is not compared',
};

/** The policy that is attached: the one of AWS that allows everything, or another one. */
const attached = ({ session }: Asking): KeyChoice =>
  factsOnly(
    {
      present: 'yes',
      value: `arn:${session.partition}:iam::aws:policy/AdministratorAccess`,
      because: 'it is attached',
    },
    openArn,
  );

/** A request that concerns a role: it is changed, passed or assumed. */
export const onRole = (action: string, target: ReachRole, asking: Asking, service?: string): Step => {
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
  return stepOf({ action, resource: role.arn, tags: held.tags, keys }, asking);
};

const passed = (service: string | undefined): readonly (readonly [string, KeyChoice])[] => [
  ['iam:passedtoservice', service === undefined ? keyAbsent : valueOnly(service)],
  ['iam:associatedresourcearn', anyLine],
];

/** Of a request for another boundary the key is the new one. */
const boundaryFor = (action: string, target: ReachRole, asking: Asking): KeyChoice =>
  action === 'iam:PutRolePermissionsBoundary' ? attached(asking) : bounded(target);

const bounded = ({ held }: ReachRole): KeyChoice =>
  held.boundary === undefined ? keyAbsent : valueOnly(held.boundary, 'it is its boundary');

/** A request that concerns a policy of the account, whose tags are not read. */
export const onPolicy = (action: string, policyArn: string, asking: Asking): Step =>
  stepOf({ action, resource: policyArn, keys: iamKeys(action, asking, []) }, asking);

/** A request for a resource of a service, of which nothing but its ARN is known; of IAM, a user or a group. */
export const onResource = (action: string, resource: string, asking: Asking): Step =>
  stepOf(
    {
      action,
      resource,
      ...(action.startsWith('iam:')
        ? { keys: iamKeys(action, asking, [['iam:permissionsboundary', newBoundary]]) }
        : {}),
    },
    asking,
  );

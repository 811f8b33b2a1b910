/**
 * The rule behind the lists of ways: whoever may pass a role to a service that it trusts, and make or change something there, may
 * be able to make the service run as it (IAM User Guide, "Grant permissions to pass a role"; Service Authorization Reference).
 */
import { mayCoverAction } from '../../policy.ts';
import type { ReachRole } from '../account-roles.ts';
import type { ActionTable, TableAction } from '../action-table.ts';
import { furtherWays, serviceWays } from './service-ways.ts';
import type { On, Way } from './way.ts';

/** Services whose roles others run too, or whose actions have another prefix: the prefixes of those actions. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  'ecs-tasks': ['ecs', 'batch'],
  ec2: [
    'ec2',
    'autoscaling',
    'batch',
    'eks',
    'elasticbeanstalk',
    'elasticmapreduce',
    'gamelift',
    'iam',
    'imagebuilder',
  ],
  'eks-fargate-pods': ['eks'],
  edgelambda: ['lambda', 'cloudfront'],
  spotfleet: ['ec2'],
  ssm: ['ssm', 'config'],
  'vpc-flow-logs': ['ec2'],
  'airflow-env': ['airflow'],
};

/** Verbs of operations that take a role in some service of AWS; a role that is only tagged runs nothing. */
const taking =
  /:(?:Activate|Add|Associate|Create|Enable|Import|Modify|Put|Register|Replace|Request|Restore|Run|Schedule|Set|Start|Submit|Update)(?!Tags?$)/;

/** Actions on something that runs as a role already take none; with those the lists say all that is needed. */
const takingNone = new Set(
  [...serviceWays, ...furtherWays].flatMap(({ kind, needs }) =>
    kind === 'existing-passrole' ? needs.map(({ action }) => action) : [],
  ),
);

/** Where the lists say it, the resources of an action. */
const listedOn = new Map<string, On>(
  [...serviceWays, ...furtherWays].flatMap(({ needs }) => needs.map(({ action, on }) => [action, on] as const)),
);

/** Actions of a service that are tried: one that is allowed is enough. */
const maxActions = 20;

/** By service that a role of the account trusts: the ways of a role over it, each by one action, those first that the lists name. */
export const passingWays = (
  services: Iterable<string>,
  { asking }: ReachRole,
  table: ActionTable,
): readonly (readonly Way[])[] => {
  const may = (action: string): boolean =>
    asking.permissions.layers.every(layer => layer.some(one => mayCoverAction(one, action)));
  if (!may('iam:PassRole')) return [];
  return [...services].map(service =>
    prefixesOf(service, table)
      .flatMap(prefix => table.get(prefix) ?? [])
      .filter(({ name, access }) => access === 'write' && taking.test(name) && !takingNone.has(name) && may(name))
      .toSorted((a, b) => Number(listedOn.has(b.name)) - Number(listedOn.has(a.name)))
      .slice(0, maxActions)
      .map(action => wayOf(service, action)),
  );
};

const prefixesOf = (service: string, table: ActionTable): readonly string[] => {
  const name = service.replace(/\.amazonaws\.com(?:\.cn)?$/, '');
  return (prefixes[name] ?? name.split('.')).filter(prefix => table.has(prefix));
};

const wayOf = (service: string, { name, shapes }: TableAction): Way => ({
  id: 'pass-role',
  kind: 'new-passrole',
  services: [service],
  needs: [
    { action: 'iam:PassRole', on: 'role' },
    { action: name, on: listedOn.get(name) ?? (shapes.length === 0 ? 'everything' : [shapes]) },
  ],
  ...(service.startsWith('ec2.') && !/^(?:iam|eks):/.test(name) ? { inProfile: true } : {}),
  depends: `whether ${service} runs as it by ${name} is not known`,
});

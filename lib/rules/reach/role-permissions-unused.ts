import { type Facts, isForWebIdentity, type RoleSubject, worthAsking } from '../../facts.ts';
import { roleLastAccess } from '../../fixes/aws-steps.ts';
import { type Collected, type RolePermissions, type ServiceUse, trackedDays, valueOr } from '../../model.ts';
import { trustsPodIdentity } from '../../policy.ts';
import { type UnusedActions, unusedServices } from '../../reach/unused-services.ts';
import { phrase, shortListOf } from '../../text.ts';
import {
  decideBy,
  defineRule,
  type EvidenceDraft,
  failed,
  failures,
  iamGuide,
  notApplicable,
  pass,
  unknown,
  type Verdict,
} from '../prelude.ts';

const policiesFrom = 'iam:GetAccountAuthorizationDetails';
const useFrom = 'iam:GetServiceLastAccessedDetails';
/** Names in one sentence, and statements in the evidence. */
const [maxNames, maxStatements] = [8, 20];

const fail = failures({
  unused: [
    'services never called',
    'role {role} never called {count} of the {all:service} that its policies allow, in the {days:day} that IAM tracks: {services}',
  ],
});

/** Services that the policies of a role in use allow and that it never called. */
export const rolePermissionsUnused = defineRule({
  id: 'role-permissions-unused',
  kind: 'role',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'role-trust-policy',
  title: 'Roles for pods call every service that their policies allow',
  fault: 'The policies of the role allow services that it never called',
  says: fail.says,
  needs: ['roles', 'role-permissions', 'service-use'],
  why: 'Whoever takes over a pod has all permissions of its role, those that the program never needed among them. IAM reports for each role which services it called. Told of roles that are in use and older than unusedAfterDays: of a new role, or of one that nobody uses (role-unused), the report says nothing. Not told of services that are reached by another protocol than the API of AWS or through another service, such as kms, nor of iam where iam:PassRole is allowed: whether such use is recorded is not documented.',
  fix: 'Take the actions of these services out of the statements. The evidence has each statement with its actions now and those that are left. A statement with a wildcard or NotAction names no service: write the needed actions there.',
  references: [iamGuide('access_policies_last-accessed'), 'docs/facts.md §M'],
  check: (subject, facts) => {
    const { role, policy } = subject;
    if (!policy.ok || !(isForWebIdentity(subject, facts) || trustsPodIdentity(policy))) return notApplicable;
    const worth = worthAsking(role, facts.now, facts.settings.unusedAfterDays);
    if (worth.verdict === 'unknown') return unknown('unread', worth.missing);
    if (worth.verdict !== 'ask') return notApplicable;
    const { serviceUse, rolePermissions } = facts.snapshot;
    const use = serviceUse && valueOr(serviceUse, {})[role.arn];
    const held = rolePermissions && valueOr(rolePermissions, undefined)?.roles[role.arn];
    if (use === undefined) return unknown('unread', `which services role ${role.name} called`);
    if (held === undefined) return unknown('unread', `the policies of role ${role.name}`);
    return decideBy(use, reasonOf(use, role.name), read => judge(subject, held, read, facts));
  },
});

const reasonOf = (use: Collected<ServiceUse>, role: string): string =>
  `which services role ${role} called${use.status === 'unavailable' ? ` (${use.reason.operation}: ${use.reason.message})` : ''}`;

const judge = ({ role }: RoleSubject, held: RolePermissions, use: ServiceUse, { snapshot }: Facts): Verdict => {
  const policies = snapshot.rolePermissions ? (valueOr(snapshot.rolePermissions, undefined)?.policies ?? {}) : {};
  const { services, statements, unnamed, untold, unread } = unusedServices(held, { policies }, use.unused);
  const [missing] = unread;
  if (missing !== undefined) return unknown('unread', `policy ${missing} of role ${role.name}`);
  if (services.length === 0) return pass;
  const data = { role: role.name, count: services.length, all: use.services, days: trackedDays };
  return failed(
    fail
      .unused({ ...data, services: shortListOf(services, maxNames) })
      .pieces(...statements.slice(0, maxStatements).map(asEvidence), ...unnamedEvidence(unnamed))
      .pieces(...untoldEvidence(untold))
      .changing('report of IAM', useFrom, use.at)
      .fix({
        summary: `Take the actions of services that ${role.name} does not need out of its policies.`,
        steps: [roleLastAccess(role.arn)],
        choice: choiceFor(statements),
      }),
  );
};

const nameOf = (policy: string): string => policy.slice(policy.lastIndexOf('/') + 1);

/** The actions of a statement now, and without what was never called. */
const asEvidence = ({ policy, label, before, after }: UnusedActions): EvidenceDraft => ({
  what: `actions of ${label} of ${nameOf(policy)}`,
  got: before.join(', '),
  wanted: after.length === 0 ? phrase('no such statement') : after.join(', '),
  readFrom: policiesFrom,
});

const unnamedEvidence = (unnamed: readonly string[]): readonly EvidenceDraft[] =>
  unnamed.length === 0
    ? []
    : [
        {
          what: 'statements that name no service',
          got: shortListOf(unnamed, maxNames),
          wanted: phrase('the actions that are needed, by name'),
          readFrom: policiesFrom,
        },
      ];

const untoldEvidence = (untold: readonly string[]): readonly EvidenceDraft[] =>
  untold.length === 0
    ? []
    : [
        {
          what: 'services without a recorded call that may be used all the same',
          got: shortListOf(untold, maxNames),
          readFrom: useFrom,
        },
      ];

const choiceFor = (statements: readonly UnusedActions[]): string =>
  [
    'Whether a service is needed: a job that runs once in two years looks the same, and so do a permission that was given lately (IAM does not tell when a policy was attached) and calls that another service of AWS makes for the role.',
    ...(statements.some(({ policy }) => policy.includes(':iam::aws:policy/'))
      ? ['A policy of AWS cannot be edited: attach one of your own instead.']
      : []),
    ...(statements.some(({ policy }) => /:iam::\d{12}:policy\//.test(policy))
      ? ['Other roles may have the same managed policy.']
      : []),
  ].join(' ');

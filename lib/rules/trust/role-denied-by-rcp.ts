import type { RoleSubject } from '../../facts/subjects.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, notApplicable, type UnknownReason } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { type ControlDenial, controlDenial, unreadablePolicy, unreadPolicies } from './control/control-denials.ts';
import { trustedEksPrincipals } from './statement/role-trust.ts';
import { isOwnProvider } from './statement/statement-view.ts';

const fail = failures({
  everybody: [
    'denied by an RCP',
    'The resource control policy {policies} denies role {role} to every service account that its trust policy allows of {issuer}',
  ],
  some: [
    'denied by an RCP',
    'The resource control policy {policies} denies role {role} to {serviceAccounts}, which its trust policy allows',
  ],
});

/** A policy of the organization goes before the trust policy, and nothing in the account shows it. */
export const roleDeniedByRcp = defineRule({
  id: 'role-denied-by-rcp',
  kind: 'role',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No resource control policy denies a role to its service accounts',
  says: fail.says,
  needs: ['roles', 'control-policies'],
  docs: {
    why: 'A resource control policy (RCP) of the organization applies to the roles of its member accounts. One that trusts certain issuers only, or principals of the organization only, also denies sts:AssumeRoleWithWebIdentity to pods: their tokens have keys of their own issuer alone, and no aws:PrincipalOrgID. Read only with `resourceControlPolicies`, or `--control-policies` of scan.',
    fix: 'Have the administrator of the organization add the issuer to the policy, or take the role out of it. No change of the trust policy helps.',
    references: [
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',
      'https://github.com/aws-samples/data-perimeter-policy-examples/tree/main/resource_control_policies',
      'docs/facts.md §A.9b',
    ],
  },
  check: (subject, facts) => {
    const { policy } = subject;
    const principals = trustedEksPrincipals(subject, facts).filter(({ arn }) => isOwnProvider(arn, subject.role.arn));
    const section = facts.snapshot.controlPolicies;
    if (!policy.ok || principals.length === 0 || section.status === 'unavailable') return notApplicable;
    const issuers = [...new Set(principals.map(({ hostPath }) => cleanIssuer(hostPath)))];
    const found = issuers.map(issuer => ({
      issuer,
      denial: controlDenial(subject, policy.policy, issuer, section.value, facts),
    }));
    const missing: readonly (UnknownReason | undefined)[] = [
      unreadPolicies(facts),
      unreadablePolicy(section.value),
      ...found.map(({ denial }) => (denial.what === 'unknown' ? denial.missing : undefined)),
    ];
    return failOrPass(
      found.flatMap(({ issuer, denial }) => failureOf(subject, issuer, denial)),
      missing.find(reason => reason !== undefined),
    );
  },
});

const failureOf = (subject: RoleSubject, issuer: string, denial: ControlDenial): readonly Failure[] => {
  if (denial.what !== 'everybody' && denial.what !== 'some') return [];
  const policies = denial.by.map(({ name }) => name);
  const role = subject.role.name;
  const said =
    denial.what === 'everybody'
      ? fail.everybody({ policies, role, issuer }).message
      : fail.some({ policies, role, serviceAccounts: denial.serviceAccounts }).message;
  return [
    {
      discriminator: issuer,
      ...said,
      evidence: denial.by.map(({ id, name, attachedTo }) => ({
        what: 'resource control policy',
        got: phrase('{name} ({id}), attached to {attachedTo}', { name, id, attachedTo }),
        readFrom: 'organizations:DescribePolicy',
      })),
      podError:
        'AccessDenied: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity with an explicit deny in a resource control policy',
      place: { issuer: `https://${issuer}` },
      fix: {
        summary: `Have the administrator of the organization change ${policies.join(' and ')}, so that it does not apply to tokens of ${issuer}.`,
        steps: [],
        choice: 'Whether the organization trusts this issuer: its policy decides, and no change in this account helps.',
      },
    },
  ];
};

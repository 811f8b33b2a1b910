import type { Facts } from '../../facts/facts.ts';
import { annotateServiceAccount } from '../../facts/kubectl.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { parseArn, roleNameOf } from '../../model/arn.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { nearest } from '../../text/nearest.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../example-world.ts';
import {
  annotationEvidence,
  explainsPods,
  explainsRuntime,
  lookUpRole,
  nameOf,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';

/** A role that is gone looks to its pods like one that does not trust them. */
export const serviceAccountRoleMissing = defineRule({
  id: 'service-account-role-missing',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles exist',
  needs: ['service-accounts', 'roles'],
  docs: {
    why: 'STS answers for a role that does not exist as for one that refuses: AccessDenied. A mistyped name, a forgotten path and a deleted role all look the same from inside the pod.',
    fix: 'Name the role that exists, with its path, or create it.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.9, §C.2',
    ],
  },
  check: (subject, facts) => {
    const roleArn = wellFormedRole(subject);
    if (roleArn === undefined || parseArn(roleArn)?.accountId !== facts.snapshot.accountId) return notApplicable;
    const lookup = lookUpRole(roleArn, facts);
    if (lookup.status === 'unread') return unknown('unread', `the roles of the account (${lookup.why})`);
    return lookup.status === 'absent' ? unlessDormant(subject, fail(failureOf(subject, roleArn, facts))) : pass;
  },
  examples: {
    pass: { title: 'the role exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'the role has a path that the annotation lacks',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: complete([aRole({ arn: `arn:aws:iam::${exampleAccountId}:role/team/checkout-cart`, path: '/team/' })]),
        }),
    },
    unknown: {
      title: 'a page of roles was not read',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: {
            status: 'partial',
            value: [],
            gaps: [
              { what: 'page 2', reason: { kind: 'throttled', operation: 'iam:ListRoles', message: 'Rate exceeded' } },
            ],
          },
        }),
    },
  },
});

const failureOf = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): Failure => {
  const candidate = nearestRole(roleArn, facts);
  const hint = candidate === undefined ? '' : `; the nearest one is ${candidate}`;
  const { namespace, name } = subject.serviceAccount;
  return {
    message: `service account ${nameOf(subject)} names the role ${roleArn}, which does not exist in account ${facts.snapshot.accountId}${hint}`,
    evidence: [
      annotationEvidence(subject, roleArn, candidate),
      {
        what: 'roles of the account',
        got: `${valueOr(facts.snapshot.roles, []).length}, none with this ARN`,
        readFrom: 'iam:ListRoles',
      },
    ],
    podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    fix:
      candidate === undefined
        ? {
            summary: 'Create the role with a trust policy for exactly this account, or name another one.',
            commands: [],
            choice: 'Which role this account is meant to have.',
          }
        : {
            summary: `Name the role that exists, if ${candidate} is the one that is meant; then make the pods anew.`,
            commands: [annotateServiceAccount(namespace, name, roleArnKey, candidate)],
            choice: `Whether ${candidate} is the role that is meant.`,
          },
    explains: [...explainsPods(subject, ['pod-role-stale']), explainsRuntime(subject, roleArn)],
  };
};

/** A role of the same name under another path, else one that differs by a slip. */
const nearestRole = (roleArn: string, facts: Facts): string | undefined => {
  const arns = valueOr(facts.snapshot.roles, []).map(role => role.arn);
  const name = roleNameOf(roleArn);
  return arns.find(arn => roleNameOf(arn) === name) ?? nearest(roleArn, arns);
};

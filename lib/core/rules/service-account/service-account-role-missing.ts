import type { Facts } from '../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { lookUpRole } from '../../facts/trust-question.ts';
import { parseArn, roleNameOf } from '../../model/arn.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { nearest } from '../../text/nearest.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../example-world.ts';
import {
  annotateStep,
  annotationEvidence,
  explainsPods,
  explainsRuntime,
  nameOf,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';

const message = defineMessages({
  missing: 'role {role} of service account {serviceAccount} does not exist in account {account}',
  otherPath: 'role {role} of service account {serviceAccount} has another path than the annotation',
});

/** A deleted role and a mistyped one. What STS answers for them is not documented: so no error of a pod is told. */
export const serviceAccountRoleMissing = defineRule({
  id: 'service-account-role-missing',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles exist',
  brief: { missing: 'role does not exist', otherPath: 'role has another path' },
  messages: message.templates,
  needs: ['service-accounts', 'roles'],
  docs: {
    why: 'Nobody can assume a role that does not exist: the pods get no credentials. A mistyped name, a forgotten path and a deleted role are the usual causes. AWS does not document which error STS then returns.',
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
      title: 'the annotation leaves out the role’s path',
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
  const arns = valueOr(facts.snapshot.roles, []).map(role => role.arn);
  const role = roleNameOf(roleArn);
  const sameName = arns.find(arn => roleNameOf(arn) === role);
  const candidate = sameName ?? nearest(roleArn, arns);
  const serviceAccount = nameOf(subject);
  return {
    ...(sameName === undefined
      ? message('missing', { role, serviceAccount, account: facts.snapshot.accountId })
      : message('otherPath', { role, serviceAccount })),
    evidence: [
      annotationEvidence(subject, roleArn, candidate),
      {
        what: 'roles of the account',
        got: phrase('{count:role}, none with this ARN', { count: arns.length }),
        readFrom: 'iam:ListRoles',
        volatile: true,
      },
    ],
    fix: fixOf(subject, candidate),
    explains: [...explainsPods(subject, ['pod-role-stale']), explainsRuntime(subject, roleArn)],
  };
};

const fixOf = (subject: ServiceAccountSubject, candidate: string | undefined): Failure['fix'] =>
  candidate === undefined
    ? {
        summary: 'Create the role with a trust policy for this service account alone, or name another role.',
        steps: [],
        choice: 'Which role the service account is to have.',
      }
    : {
        summary: `Set the annotation to ${candidate}, if that is the role, then restart the pods.`,
        steps: [annotateStep(subject, roleArnKey, candidate)],
        choice: `Whether ${candidate} is the role.`,
      };

import { annotateServiceAccount } from '../../facts/kubectl.ts';
import { type RoleArnFault, roleArnFault } from '../../facts/role-arn-fault.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { exampleAccountId, someFacts } from '../example-world.ts';
import {
  annotationEvidence,
  dormancyIn,
  explainsPods,
  explainsRuntime,
  nameOf,
  partitionOfCluster,
  unlessDormant,
} from './support/service-account-view.ts';

/** The webhook injects whatever stands in the annotation: only STS says that it is no role. */
export const serviceAccountRoleArnMalformed = defineRule({
  id: 'service-account-role-arn-malformed',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-arn-format',
  title: 'Annotations of service accounts hold a well-formed role ARN',
  needs: ['service-accounts'],
  docs: {
    why: 'The webhook puts the annotation into AWS_ROLE_ARN word for word, however malformed. The pod starts, and every call for credentials fails with a validation error that does not name the annotation.',
    fix: 'Write the role’s ARN as IAM shows it, with its path: arn:<partition>:iam::<12 digits>:role/<path><name>.',
    references: [
      'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns',
      'docs/facts.md §D.1, §C.2',
    ],
  },
  check: subject => {
    if (subject.roleArn === undefined || dormancyIn(subject) === true) return notApplicable;
    const fault = roleArnFault(subject.roleArn, partitionOfCluster(subject));
    if (!fault) return pass;
    const podError = podErrorOf(subject.roleArn);
    return unlessDormant(
      subject,
      fail({
        message: `the role annotation of service account ${nameOf(subject)} is no role ARN (${fault.part}): ${fault.message}`,
        evidence: [
          annotationEvidence(
            subject,
            subject.roleArn,
            fault.meant ?? 'arn:<partition>:iam::<12 digits>:role/<path><name>',
          ),
        ],
        ...(podError === undefined ? {} : { podError }),
        fix: fixOf(subject, fault),
        explains: [
          ...explainsPods(subject, ['pod-not-injected', 'pod-role-stale']),
          explainsRuntime(subject, subject.roleArn),
        ],
      }),
    );
  },
  examples: {
    pass: {
      title: 'a role with a path',
      facts: () => annotatedWith(`arn:aws:iam::${exampleAccountId}:role/team/checkout/cart`),
    },
    fail: {
      title: 'one colon too many',
      facts: () => annotatedWith(`arn:aws:iam:::${exampleAccountId}:role/checkout-cart`),
    },
  },
});

const annotatedWith = (roleArn: string) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([aServiceAccount({ annotations: { [roleArnKey]: roleArn } })]),
        pods: complete([]),
      }),
    ]),
  });

/** What STS answers (docs/facts.md §C.2); an empty annotation is never injected, so nothing is logged. */
const podErrorOf = (text: string): string | undefined => {
  if (text === '') return undefined;
  return text.length < 20
    ? `ValidationError: 1 validation error detected: Value '${text}' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`
    : 'ValidationError: Request ARN is invalid';
};

const fixOf = ({ serviceAccount }: ServiceAccountSubject, { meant }: RoleArnFault): Fix => {
  const summary = `Write the ARN of the role that ${serviceAccount.namespace}/${serviceAccount.name} is meant to have, then make its pods anew.`;
  return meant === undefined
    ? {
        summary,
        commands: [],
        choice: `Which role is meant does not follow from the text. List them with: aws iam list-roles --query Roles[].Arn`,
      }
    : { summary, commands: [annotateServiceAccount(serviceAccount.namespace, serviceAccount.name, roleArnKey, meant)] };
};

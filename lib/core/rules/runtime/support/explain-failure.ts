/** What the facts of the same run say to a call that CloudTrail saw fail. */
import type { Facts } from '../../../facts/facts.ts';
import { serviceAccountSubjectId } from '../../../facts/subject-ids.ts';
import type { RuntimeSubject } from '../../../facts/subjects.ts';
import { clustersOf } from '../../../facts/subjects-of.ts';
import { trustPolicyOf } from '../../../facts/trust-policy-of.ts';
import { providerHostPath } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { AssumeEvents } from '../../../model/runtime.ts';
import { decide } from '../../../trust/evaluate/decide.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import { accountOfSubject } from '../../../trust/language/service-account-subject.ts';
import type { Explained } from '../../define-rule.ts';

/** A sentence on how the failure stands to what is configured now. */
export const presentState = ({ roleArn }: RuntimeSubject, event: AssumeEvents, facts: Facts): string => {
  const { roles, providers } = facts.snapshot;
  const role = valueOr(roles, []).find(one => one.arn === roleArn);
  if (!role) return roles.status === 'complete' ? 'the role does not exist now' : 'the role was not read';
  const { providerArn, subject } = event;
  if (providerArn !== undefined && providers.status === 'complete') {
    const known = providers.value.some(provider => provider.arn === providerArn);
    if (!known) return `the provider ${providerArn} does not exist now`;
  }
  const issuer = providerArn === undefined ? undefined : providerHostPath(providerArn);
  const parsed = trustPolicyOf(role);
  if (issuer === undefined || subject === undefined || !parsed.ok)
    return 'unexplained: the event does not say who called';
  const request = { roleArn, issuer: `https://${issuer}`, subject, audience: defaultAudience, now: facts.now };
  const { decision, reasons } = decide(parsed.policy, request);
  const [reason = 'no statement lets it in'] = reasons;
  if (decision === 'deny') return `the trust policy refuses ${subject} now: ${reason}`;
  if (decision === 'unknown') return `what the trust policy decides cannot be known: ${reason}`;
  return 'unexplained: the trust policy lets it in as it stands now; it was mended since, or a resource control policy, a VPC endpoint policy, the token or the issuer refused';
};

const serviceAccountRules = [
  'service-account-role-arn-malformed',
  'service-account-role-missing',
  'service-account-role-account-lacks-provider',
  'service-account-audience-refused',
  'service-account-role-not-trusting',
];
const providerRules = ['provider-audience-missing', 'provider-thumbprint-mismatch', 'provider-url-mismatch'];

/** Findings that would be the cause: on the calling account, on the provider, on the cluster that lacks one. */
export const causesOf = (event: AssumeEvents, facts: Facts): readonly Explained[] => {
  const { providerArn, subject } = event;
  const account = subject === undefined ? undefined : accountOfSubject(subject);
  const issuer = providerArn === undefined ? undefined : providerHostPath(providerArn);
  const clusters = clustersOf(facts.snapshot).filter(
    ({ cluster }) => issuer !== undefined && cluster.issuer === `https://${issuer}`,
  );
  return [
    ...clusters.flatMap(({ cluster }) => [
      ...(account
        ? serviceAccountRules.map(ruleId => ({
            ruleId,
            subject: serviceAccountSubjectId(cluster.arn, account.namespace, account.name),
          }))
        : []),
      { ruleId: 'cluster-provider-missing', subject: cluster.arn },
    ]),
    ...(providerArn === undefined ? [] : providerRules.map(ruleId => ({ ruleId, subject: providerArn }))),
  ];
};

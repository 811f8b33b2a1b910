/** What the facts of the same run say to a call that CloudTrail saw fail. */

import type { Facts } from '../../../facts/facts.ts';
import { serviceAccountSubjectId } from '../../../facts/subject-ids.ts';
import type { RuntimeSubject } from '../../../facts/subjects.ts';
import { clustersOf } from '../../../facts/subjects-of.ts';
import { providerHostPath } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { AssumeEvents } from '../../../model/runtime.ts';
import { decide } from '../../../policy/decide/decide.ts';
import { defaultAudience } from '../../../policy/decide/request.ts';
import { trustPolicyOf } from '../../../policy/parse/trust-policy-of.ts';
import { accountOfSubject } from '../../../policy/who/service-account-subject.ts';
import { given } from '../../../text/given.ts';
import type { Explained } from '../../failure.ts';

/** How a failed call stands to what is configured now, by message id; `because` is what the trust policy says of it. */
export interface PresentState {
  readonly id:
    | 'roleMissing'
    | 'roleUnread'
    | 'providerMissing'
    | 'callerUnknown'
    | 'denied'
    | 'undecided'
    | 'unexplained';
  readonly because?: string;
}

/** Asks the facts of this run why a call may have failed. The trust policy may have been fixed since; and a resource
 *  control policy, a VPC endpoint policy, the token or the issuer may refuse as well. */
export const presentState = ({ roleArn }: RuntimeSubject, event: AssumeEvents, facts: Facts): PresentState => {
  const { roles, providers } = facts.snapshot;
  const role = valueOr(roles, []).find(one => one.arn === roleArn);
  if (!role) return { id: roles.status === 'complete' ? 'roleMissing' : 'roleUnread' };
  const { providerArn, subject } = event;
  const isKnown = providers.status !== 'complete' || providers.value.some(provider => provider.arn === providerArn);
  if (providerArn !== undefined && !isKnown) return { id: 'providerMissing' };
  const issuer = providerArn === undefined ? undefined : providerHostPath(providerArn);
  const parsed = trustPolicyOf(role);
  if (issuer === undefined || subject === undefined || !parsed.ok) return { id: 'callerUnknown' };
  const request = { roleArn, issuer: `https://${issuer}`, subject, audience: defaultAudience, now: facts.now };
  const { decision, reasons } = decide(parsed.policy, request);
  if (decision === 'allow') return { id: 'unexplained' };
  const [because] = reasons;
  return { id: decision === 'deny' ? 'denied' : 'undecided', ...given({ because }) };
};

/** True where the provider of a call was read: else that the policy allows the call does not say that nothing of the
 *  configuration refuses it. */
export const isProviderRead = ({ providerArn }: AssumeEvents, { snapshot }: Facts): boolean =>
  valueOr(snapshot.providers, []).some(({ arn, detail }) => arn === providerArn && detail.status === 'complete');

const serviceAccountRules = [
  'service-account-role-arn-malformed',
  'service-account-role-missing',
  'service-account-role-account-lacks-provider',
  'service-account-audience-refused',
  'service-account-role-not-trusting',
];
const providerRules = ['provider-audience-missing', 'provider-thumbprint-mismatch', 'provider-url-mismatch'];

/** Findings that would be the cause: on the calling service account, on the provider, on the cluster without one. */
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
    {
      ruleId: 'role-denied-by-rcp',
      subject: event.roleArn,
      ...given({ discriminator: issuer }),
    },
    ...(providerArn === undefined ? [] : providerRules.map(ruleId => ({ ruleId, subject: providerArn }))),
  ];
};

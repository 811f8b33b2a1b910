import { audienceAsked } from '../../../facts/audience-asked.ts';
import type { Facts } from '../../../facts/facts.ts';
import { serviceAccountSubjectId } from '../../../facts/subject-ids.ts';
import { valueOr } from '../../../model/collected.ts';
import { defaultAudience } from '../../../policy/decide/request.ts';
import { namesInTrustPolicy } from '../../../policy/parse/trust-policy-of.ts';
import type { Explained } from '../../failure.ts';
import { clustersHere, rolesTrusting } from '../../oidc/issuer-users.ts';

/** Roles that rightly ask for the audience cannot be satisfied while the provider lacks it. */
export const explainedRoles = (arn: string, facts: Facts): Explained[] =>
  rolesTrusting(arn, facts)
    .filter(role => namesInTrustPolicy(role).includes(defaultAudience))
    .map(role => ({ ruleId: 'trust-audience-impossible', subject: role.arn }));

/** Service accounts that ask for the default audience are refused for the same cause. */
export const explainedServiceAccounts = (issuer: string, facts: Facts): Explained[] =>
  clustersHere(issuer, facts).flatMap(({ cluster, kubernetes }) =>
    (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []))
      .filter(({ annotations }) => audienceAsked(annotations) === defaultAudience)
      .map(({ namespace, name }) => ({
        ruleId: 'service-account-audience-refused',
        subject: serviceAccountSubjectId(cluster.arn, namespace, name),
      })),
  );

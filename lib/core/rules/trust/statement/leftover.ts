import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import { clustersWithIssuer } from '../../../facts/fleet-index.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { parseArn } from '../../../model/arn.ts';
import { cleanIssuer } from '../../../model/clean-issuer.ts';
import { lookUpProvider } from '../../access/trust-context.ts';
import { livesElsewhere, mayStillLive } from '../../oidc/issuer-liveness.ts';
import { trustedEksPrincipals } from './role-trust.ts';

/** What a cluster left in a role that serves a living one: it is gone for good, and so is its provider. No token asks for
 *  the role through it any more. Where what would tell was not read it counts as left: nothing is worse for being unread. */
export const isLeftover = (subject: StatementSubject, { arn, hostPath }: EksPrincipal, facts: Facts): boolean =>
  parseArn(arn) !== undefined &&
  lookUpProvider(arn, facts).status === 'absent' &&
  clustersWithIssuer(facts.fleet, cleanIssuer(hostPath)).length === 0 &&
  !livesElsewhere(issuerOf(hostPath), arn, facts) &&
  trustedEksPrincipals(subject, facts).some(
    other =>
      lookUpProvider(other.arn, facts).status === 'found' &&
      (clustersWithIssuer(facts.fleet, cleanIssuer(other.hostPath)).length > 0 ||
        mayStillLive(issuerOf(other.hostPath), other.arn, facts) !== undefined),
  );

const issuerOf = (hostPath: string): string => `https://${cleanIssuer(hostPath)}`;

import { roleNameOf } from '../../model.ts';
import { defineRule, failOrPass, iamGuide } from '../prelude.ts';

/** The only proof that thumbprints matter for a provider: CloudTrail says how AWS verified its issuer's host (§0.1). */
export const runtimeThumbprintConsulted = defineRule({
  id: 'runtime-thumbprint-consulted',
  kind: 'runtime',
  impact: 'hygiene',
  severity: 'info',
  articleStep: 'provider-thumbprint',
  title: 'AWS verifies issuers with its own trust store',
  fault: 'AWS verifies the issuer with thumbprints',
  says: { consulted: ['thumbprints consulted', 'AWS consulted the provider’s thumbprints for role {role}'] },
  needs: ['runtime'],
  why: 'AWS verifies an issuer’s host with its own trust store and uses the provider’s thumbprints only where that fails. CloudTrail says which. Where it says Thumbprint, a wrong thumbprint stops every pod of the cluster.',
  fix: 'Nothing, while a thumbprint matches. Watch the findings on the provider’s thumbprints.',
  references: [iamGuide('cloudtrail-integration'), 'docs/facts.md §0.1, §B.4'],
  check: (subject, _facts, fail) => {
    const seen = subject.events.filter(event => event.verificationMethods.includes('Thumbprint'));
    const byProvider = new Map(seen.map(event => [event.providerArn ?? '', event]));
    return failOrPass(
      [...byProvider].map(([providerArn, event]) =>
        fail
          .consulted({ role: roleNameOf(subject.roleArn) })
          .discriminator(providerArn)
          .evidence(
            'identityProviderConnectionVerificationMethod',
            `cloudtrail:LookupEvents in ${event.region}`,
            'Thumbprint',
            'IAMTrustStore',
          )
          .place(providerArn === '' ? undefined : { providerArn })
          .fix('Keep the thumbprints of the provider current.'),
      ),
    );
  },
});

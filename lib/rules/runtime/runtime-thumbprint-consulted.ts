import { roleNameOf } from '../../model/arn.ts';
import { complete, notAskedFor } from '../../model/collected.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, failOrPass } from '../define-rule.ts';
import { aProvider, aRole, someFacts } from '../example-world.ts';

const message = defineMessages({
  consulted: 'AWS consulted the provider’s thumbprints for role {role}',
});

/** The only proof that thumbprints matter for a provider: CloudTrail says how AWS verified its issuer's host (§0.1). */
export const runtimeThumbprintConsulted = defineRule({
  id: 'runtime-thumbprint-consulted',
  kind: 'runtime',
  group: 'runtime',
  impact: 'hygiene',
  severity: 'info',
  articleStep: 'provider-thumbprint',
  title: 'AWS verifies issuers with its own trust store',
  brief: 'thumbprints consulted',
  messages: message.templates,
  needs: ['runtime'],
  docs: {
    why: 'AWS verifies an issuer’s host with its own trust store and uses the provider’s thumbprints only where that fails. CloudTrail says which. Where it says Thumbprint, a wrong thumbprint stops every pod of the cluster.',
    fix: 'Nothing, while a thumbprint matches. Watch the findings on the provider’s thumbprints.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html',
      'docs/facts.md §0.1, §B.4',
    ],
  },
  check: subject => {
    const seen = subject.events.filter(event => event.verificationMethods.includes('Thumbprint'));
    const byProvider = new Map(seen.map(event => [event.providerArn ?? '', event]));
    return failOrPass(
      [...byProvider].map(([providerArn, event]) => ({
        discriminator: providerArn,
        ...message('consulted', { role: roleNameOf(subject.roleArn) }),
        evidence: [
          {
            what: 'identityProviderConnectionVerificationMethod',
            got: 'Thumbprint',
            wanted: 'IAMTrustStore',
            readFrom: `cloudtrail:LookupEvents in ${event.region}`,
          },
        ],
        ...(providerArn === '' ? {} : { place: { providerArn } }),
        fix: { summary: 'Keep the thumbprints of the provider current.', steps: [] },
      })),
    );
  },
  examples: {
    pass: { title: 'the trust store', facts: () => verifiedBy('IAMTrustStore') },
    fail: { title: 'a thumbprint', facts: () => verifiedBy('Thumbprint') },
    unknown: {
      title: 'CloudTrail was not asked',
      facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
    },
  },
});

const verifiedBy = (method: string) =>
  someFacts({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          providerArn: aProvider().arn,
          region: 'eu-west-1',
          successes: 1,
          failures: [],
          userAgents: [],
          verificationMethods: [method],
          lastAt: '2026-11-01T05:30:00Z',
        },
      ],
    }),
  });

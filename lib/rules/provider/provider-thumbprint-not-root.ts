import { setThumbprints } from '../../fixes/aws-steps.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { issuerName, placeOfIssuer } from '../oidc/issuer-users.ts';
import {
  chainInWords,
  handshakeOf,
  nameInChain,
  normalThumbprint,
  rightThumbprints,
  roleInChain,
  servedChainOf,
} from '../oidc/served-chain.ts';
import { defineRule, iamGuide, notApplicable, pass, unknown } from '../prelude.ts';

/** A leaf or a lower intermediate is pinned: it matches until it is renewed. */
export const providerThumbprintNotRoot = defineRule({
  id: 'provider-thumbprint-not-root',
  kind: 'provider',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: 'Thumbprints are of the last certificate served',
  fault: 'The thumbprint is not of the last certificate served',
  says: {
    lower: [
      'thumbprint not of the root',
      'provider of {issuer} pins {certificate}, which ends on {end}, instead of the last certificate that {host} sends',
    ],
  },
  needs: ['provider-detail', 'issuer'],
  why: "AWS's procedure takes the last certificate that the server sends. A lower one, the server's own above all, is renewed much sooner. After that no thumbprint matches.",
  fix: 'Set the thumbprint of the last certificate that the server sends.',
  references: [iamGuide('id_roles_providers_create_oidc_verify-thumbprint'), 'docs/facts.md §B.4, §B.6'],
  check: (subject, facts, fail) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the thumbprints of the provider');
    const thumbprints = new Set(subject.detail.value.thumbprints.map(normalThumbprint));
    const bare = withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const found = servedChainOf(subject.issuer, facts);
    if (found.status === 'unread') return unknown(found.kind, found.why);
    const { chain } = found.host;
    const [matched] = chain.filter(({ sha1 }) => thumbprints.has(sha1)).toReversed();
    if (!matched) return notApplicable;
    const right = rightThumbprints(found.host);
    if ([...thumbprints].some(one => right.has(one))) return pass;
    const { last } = found;
    const isPublic = found.trust.verdict === 'public';
    const ending = {
      ruleId: 'issuer-certificate-expiring',
      subject: subject.issuer,
      discriminator: nameInChain(matched, chain),
    };
    const [issuer, end] = [issuerName(subject.issuer, facts), matched.notAfter.slice(0, 10)];
    return (
      fail
        .lower({ issuer, certificate: matched.subject, end, host: found.host.host })
        .evidence(
          'thumbprint that matches',
          'iam:GetOpenIDConnectProvider',
          `${matched.sha1} ${matched.subject} (${roleInChain(matched, chain)})`,
          `${last.sha1} ${last.subject}`,
        )
        .changing('certificates in the order sent', handshakeOf(found.host), chainInWords(chain))
        .place(placeOfIssuer(subject.issuer, facts))
        // One command fixes both. The command of the other would pin this certificate again.
        .explains([{ ruleId: 'provider-thumbprint-stale', subject: subject.id }, ...(matched.isCa ? [] : [ending])])
        .fix({
          summary: 'Set the thumbprint of the last certificate that the server sends.',
          steps: isPublic ? [setThumbprints(subject.id, subject.detail.value.thumbprints, [last.sha1])] : [],
          ...(isPublic ? {} : { choice: `Set the thumbprint ${last.sha1} only if ${last.subject} is your own CA.` }),
          terraform: `thumbprint_list = ["${last.sha1}"]`,
          cdk: `thumbprints: ['${last.sha1}']`,
        })
    );
  },
});

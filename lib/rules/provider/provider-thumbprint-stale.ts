import { setThumbprints } from '../../fixes/aws-steps.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { issuerName, placeOfIssuer } from '../oidc/issuer-users.ts';
import {
  chainInWords,
  handshakeOf,
  knownAuthorities,
  normalThumbprint,
  rightThumbprints,
  servedChainOf,
} from '../oidc/served-chain.ts';
import { defineRule, notApplicable, pass, unknown } from '../prelude.ts';

/** Some thumbprints match and others are of nothing that the server sends. */
export const providerThumbprintStale = defineRule({
  id: 'provider-thumbprint-stale',
  kind: 'provider',
  impact: 'hygiene',
  severity: 'info',
  articleStep: 'provider-thumbprint',
  title: 'Every thumbprint matches a certificate served',
  fault: 'A thumbprint matches no certificate served',
  says: {
    one: [
      'outdated thumbprint',
      '{dead:thumbprint} of the provider of {issuer} matches no certificate that {host} sends',
    ],
    several: [
      'outdated thumbprint',
      '{dead:thumbprint} of the provider of {issuer} match no certificate that {host} sends',
    ],
  },
  needs: ['provider-detail', 'issuer'],
  why: 'A thumbprint that matches no certificate served is a root of earlier years or a placeholder. It uses one of five places and misleads whoever reads the list.',
  fix: 'Keep only the thumbprints that match.',
  references: ['docs/facts.md §B.4, §B.5'],
  check: (subject, facts, fail) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the thumbprints of the provider');
    const thumbprints = [...new Set(subject.detail.value.thumbprints.map(normalThumbprint))];
    if (thumbprints.length < 2) return pass;
    const bare = withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const found = servedChainOf(subject.issuer, facts);
    if (found.status === 'unread') return unknown(found.kind, found.why);
    const sent = new Set(found.host.chain.map(({ sha1 }) => sha1));
    const live = thumbprints.filter(one => sent.has(one));
    if (live.length === 0) return notApplicable;
    const right = rightThumbprints(found.host);
    const dead = thumbprints.filter(one => !sent.has(one) && !right.has(one));
    if (dead.length === 0) return pass;
    const kept = thumbprints.filter(one => !dead.includes(one));
    return fail[dead.length === 1 ? 'one' : 'several']({
      dead: dead.length,
      issuer: issuerName(subject.issuer, facts),
      host: found.host.host,
    })
      .pieces(
        ...dead.map(one => ({
          what: 'thumbprint that matches no certificate',
          got: `${one} (${kindOf(one)})`,
          readFrom: 'iam:GetOpenIDConnectProvider',
        })),
      )
      .changing('certificates in the order sent', handshakeOf(found.host), chainInWords(found.host.chain))
      .place(placeOfIssuer(subject.issuer, facts))
      .fix({
        summary: 'Keep only the thumbprints that match.',
        steps: [setThumbprints(subject.id, subject.detail.value.thumbprints, kept)],
        terraform: `thumbprint_list = ${JSON.stringify(kept)}`,
        cdk: `thumbprints: [${kept.map(one => `'${one}'`).join(', ')}]`,
      });
  },
});

/** A character repeated is what people write to satisfy a tool that wants forty of them. */
const kindOf = (thumbprint: string): string =>
  knownAuthorities[thumbprint] ?? (/^(.)\1{39}$/.test(thumbprint) ? 'a placeholder' : 'not known');

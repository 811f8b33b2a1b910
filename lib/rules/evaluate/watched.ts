import type { Facts, SubjectsOfAccount } from '../../facts.ts';
import { valueOr, type WebhookEntry } from '../../model.ts';
import { mayTrustWebIdentity, trustPolicyOf } from '../../policy.ts';
import { compareText } from '../../text.ts';
import { isIntercepted } from '../oidc/served-chain.ts';
import type { WatchedFact, WatchedKind } from './evaluation.ts';

/** Longest value that is kept: a trust policy's hard maximum (docs/facts.md §A.9). */
const maxValue = 8192;

/** The facts whose change is reported even where no rule fails; only what was read. Every provider and every role that web
 *  identities or EKS Pod Identity can assume is among them, a cluster's or not: one that appears may be somebody's way in. What a
 *  proxy that inspects TLS answers in the place of an issuer is no fact of the issuer. */
export const watchedFacts = (facts: Facts, subjects: SubjectsOfAccount): readonly WatchedFact[] => {
  const { snapshot, issuers } = facts;
  const watched: WatchedFact[] = [];
  const watch = (kind: WatchedKind, subject: string, value: string) =>
    watched.push({ kind, subject, accountId: snapshot.accountId, value: value.slice(0, maxValue) });
  for (const { arn: id, detail } of valueOr(snapshot.providers, [])) {
    if (detail.status !== 'complete') continue;
    watch('provider-audiences', id, [...detail.value.audiences].sort(compareText).join(', '));
    watch(
      'provider-thumbprints',
      id,
      detail.value.thumbprints
        .map(text => text.toLowerCase())
        .sort(compareText)
        .join(', '),
    );
  }
  const judged = new Set(subjects.role.map(({ id }) => id));
  for (const role of valueOr(snapshot.roles, []))
    if (judged.has(role.arn) || mayTrustWebIdentity(trustPolicyOf(role)))
      watch('role-trust-policy', role.arn, compactJson(role.trustPolicy));
  for (const { id, cluster } of subjects.cluster)
    if (cluster.issuer !== undefined) watch('cluster-issuer', id, cluster.issuer);
  for (const { url } of subjects.issuer) {
    const probed = isIntercepted(url, facts) ? undefined : issuers[url];
    if (probed?.host.status === 'complete') watch('issuer-chain', url, chainText(probed.host.value.chain));
    const jwksUri = probed?.discovery.status === 'complete' ? probed.discovery.value.jwksUri : undefined;
    if (jwksUri !== undefined) watch('issuer-keys-host', url, hostOf(jwksUri));
  }
  for (const { id, kubernetes } of subjects.webhook)
    if (kubernetes.webhook.status !== 'unavailable' && kubernetes.webhook.value !== undefined)
      watch('webhook-configuration', id, JSON.stringify(kubernetes.webhook.value.webhooks.map(webhookText)));
  return watched;
};

/** The authorities of a chain. The leaf is left out: it is renewed every few months, which is no drift. */
const chainText = (chain: readonly { readonly sha1: string; readonly isCa: boolean }[]): string =>
  chain
    .filter(certificate => certificate.isCa)
    .map(certificate => certificate.sha1)
    .join(', ');

/** The text without white space between tokens, so that formatting is no drift; as it is if it is not JSON. */
const compactJson = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};

const hostOf = (url: string): string => /^https:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url;

/** A webhook as it is configured. Its certificates stand for the bytes of its bundle. How many addresses of its service are
 *  ready is no configuration: it moves with each roll-out. */
const webhookText = ({ caBundle: _bytes, caCertificates, service, ...entry }: WebhookEntry): unknown => ({
  ...entry,
  ...(service === undefined ? {} : { service: { ...service, ready: undefined } }),
  ca:
    caCertificates.status === 'unavailable'
      ? 'unreadable'
      : caCertificates.value.map(certificate => certificate.sha256),
});

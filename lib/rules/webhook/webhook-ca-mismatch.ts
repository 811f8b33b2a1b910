import { injectingEntry, type MissedPods, missedLast, nodeRoleError, type WebhookSubject } from '../../facts.ts';
import { type CaCertificate, type ClusterAuthority, type FixDraft, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  type FailureDraft,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownFor,
  type Verdict,
} from '../prelude.ts';
import { isOnLoopback } from './support/endpoint-faults.ts';
import { restoreFix } from './support/restore-fix.ts';
import {
  explainsPodsOfCluster,
  explainsStop,
  injectedRecently,
  isUnused,
  useUnread,
  webhookEvidence,
} from './support/webhook-view.ts';

const fail = failures({
  otherAuthority: [
    'caBundle of another CA',
    'the caBundle of the webhook of cluster {cluster} is not the cluster’s certificate authority',
  ],
  outgoing: [
    'caBundle lacks the new CA',
    'the caBundle of the webhook of cluster {cluster} lacks {authority}, the certificate authority that signs now: no new pod gets its role',
  ],
  successor: [
    'caBundle lacks the next CA',
    'the caBundle of the webhook of cluster {cluster} lacks {authority}: once EKS signs with it, no new pod gets its role',
  ],
  scheduled: [
    'caBundle lacks the next CA',
    'the caBundle of the webhook of cluster {cluster} lacks {authority}, with which EKS signs from {from} at the earliest: no new pod gets its role then',
  ],
});

/** Certificates are compared, not texts: a bundle may be wrapped or ordered otherwise. */
export const webhookCaMismatch = defineRule({
  id: 'webhook-ca-mismatch',
  kind: 'webhook',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-configuration',
  title: 'The webhook’s CA is the one that signs for the cluster',
  fault: 'The webhook’s CA does not sign for the cluster',
  says: fail.says,
  needs: ['webhook'],
  why: 'The webhook of managed EKS serves a certificate of the authority that signs for the cluster. If the caBundle lacks that one, the API server does not trust the webhook and passes it over: new pods start without their role, and running ones keep it until they are restarted. EKS can replace the authority of a cluster: the cluster then trusts two, and the webhook may have the outgoing one alone. Critical where pods show that nothing is injected, or EKS says that the missing one signs; low where it is only known that it may come.',
  fix: 'Restore the configuration with all of the cluster’s certificate authorities. Restart nothing before: a pod that still has its role would lose it.',
  references: [
    'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
    'https://github.com/aws/containers-roadmap/issues/2874',
    'docs/facts.md §D.5, §D.7',
  ],
  check: (subject, { now }) => {
    const { cluster, kubernetes } = subject;
    const entry = injectingEntry(valueOr(kubernetes.webhook, undefined)?.webhooks ?? []);
    // Elsewhere than on the API server's own host its certificate may be of any authority.
    if (!isOnLoopback(entry?.url) || entry?.caCertificates.status !== 'complete' || isUnused(subject))
      return notApplicable;
    if (cluster.caCertificates.length === 0)
      return unknown('unread', `the certificate authority of cluster ${cluster.name}`);
    const bundle = entry.caCertificates.value;
    const lacking = lackingIn(bundle, cluster.caCertificates);
    if (lacking.length === 0) return pass;
    const open = useUnread(subject);
    return open === undefined ? judge(subject, bundle, lacking, now) : unknownFor(open);
  },
});

/** The certificates of the cluster that a bundle lacks and that matter: all of them where it has none, else those that are
 *  newer than the ones that it has. An older one is on its way out. */
const lackingIn = (bundle: readonly CaCertificate[], own: readonly CaCertificate[]): readonly CaCertificate[] => {
  const known = new Set(bundle.map(({ sha256 }) => sha256));
  const matching = own.filter(({ sha256 }) => known.has(sha256)).map(({ notBefore }) => Date.parse(notBefore));
  return own.filter(({ sha256, notBefore }) => !known.has(sha256) && !matching.some(at => at >= Date.parse(notBefore)));
};

const judge = (
  subject: WebhookSubject,
  bundle: readonly CaCertificate[],
  lacking: readonly [CaCertificate, ...CaCertificate[]] | readonly CaCertificate[],
  now: string,
): Verdict => {
  const { cluster, snapshot } = subject;
  const own = new Set(cluster.caCertificates.map(({ sha256 }) => sha256));
  const isOther = !bundle.some(({ sha256 }) => own.has(sha256));
  const last = missedLast(snapshot);
  // Without any certificate of the cluster a pod that was missed last is enough, however short a time before others got a role.
  const works = injectedRecently(subject, now) && !(isOther && last !== undefined);
  const missed = works ? undefined : last;
  const authorities = snapshot.authorities === undefined ? [] : valueOr(snapshot.authorities, []);
  const named = authorities.filter(({ sha256 }) => lacking.some(one => one.sha256 === sha256));
  const signing = named.find(({ signing }) => signing === 'IN_USE' || signing === 'ACTIVATING');
  // EKS says of each that it does not sign, and that it has signed: it is retired.
  const retired = new Set(named.filter(isRetired).map(({ sha256 }) => sha256));
  const next = lacking.find(({ sha256 }) => !retired.has(sha256));
  if (!isOther && next === undefined) return pass;
  const authority = (next ?? lacking[0])?.subject ?? '';
  const isBroken = missed !== undefined || (signing !== undefined && !works);
  const told = toldOf(cluster.name, authority, { isOther, isBroken, named });
  return {
    outcome: 'fail',
    failures: [
      told.draft
        .severity(isBroken ? 'critical' : told.severity)
        .impact(isBroken || isOther ? undefined : 'hygiene')
        .pieces(webhookEvidence('clientConfig.caBundle', shown(bundle), shown(cluster.caCertificates)))
        .pieces(...missedEvidence(subject, missed))
        .podError(isBroken || isOther ? nodeRoleError : undefined)
        .explains(missed === undefined ? [] : [...explainsPodsOfCluster(subject), explainsStop(subject)])
        .fix(fixOf(subject, isBroken)),
    ],
  };
};

const isRetired = ({ signing, activatedAt }: ClusterAuthority): boolean =>
  signing === 'NOT_USED' && activatedAt !== undefined;

/** How bad it is where nothing shows that it is broken already, and the words for it. */
const toldOf = (
  cluster: string,
  authority: string,
  {
    isOther,
    isBroken,
    named,
  }: { readonly isOther: boolean; readonly isBroken: boolean; readonly named: readonly ClusterAuthority[] },
): { readonly draft: FailureDraft; readonly severity: 'medium' | 'low' } => {
  if (isOther) return { draft: fail.otherAuthority({ cluster }), severity: 'medium' };
  if (isBroken) return { draft: fail.outgoing({ cluster, authority }), severity: 'medium' };
  const [from] = named.flatMap(({ firstActivation }) => firstActivation ?? []).sort();
  return from === undefined
    ? { draft: fail.successor({ cluster, authority }), severity: 'low' }
    : { draft: fail.scheduled({ cluster, authority, from }), severity: 'medium' };
};

const shown = (list: readonly CaCertificate[]) =>
  phrase('{authorities}', { authorities: list.map(({ subject, sha256 }) => `${subject} (SHA-256 ${sha256})`) });

const missedEvidence = ({ cluster }: WebhookSubject, missed: MissedPods | undefined) =>
  missed === undefined
    ? []
    : [
        {
          what: 'pods without their role, none injected after them',
          got: phrase('since {since}: {names}', { since: missed.since, names: missed.pods.map(({ name }) => name) }),
          readFrom: `pods of cluster ${cluster.name}`,
          volatile: true as const,
        },
      ];

/** A pod that still has its role would lose it with a restart. */
const fixOf = (subject: WebhookSubject, isBroken: boolean): FixDraft => {
  const fix = restoreFix(subject, true);
  return isBroken
    ? { ...fix, summary: `${fix.summary} Restart no pod before: one that still has its role would lose it.` }
    : fix;
};

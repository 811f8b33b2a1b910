import {
  clustersOf,
  concernsEks,
  type Facts,
  isClusterIssuer,
  type RuntimeSubject,
  serviceAccountSubjectId,
} from '../../facts.ts';
import { refusedCalls } from '../../fixes/look-steps.ts';
import {
  type AssumeEvents,
  type AssumeFailure,
  providerHostPath,
  roleNameOf,
  valueOr,
  workingAgentsOf,
} from '../../model.ts';
import { accountOfSubject, decide, defaultAudience, trustPolicyOf } from '../../policy.ts';
import { given, phrase } from '../../text.ts';
import { consultsThumbprints, sentChainOf } from '../oidc/served-chain.ts';
import {
  defineRule,
  type EvidenceDraft,
  type Explained,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
} from '../prelude.ts';
import { callerOf, oldSdkCauses } from './support/callers.ts';

const fail = failures({
  transient: [
    'refused now and then',
    '{caller} was refused role {role} by a transient error: most calls of the same hours succeeded',
  ],
  history: [
    'was refused before',
    '{caller} was refused role {role} before; a later call by the same program succeeded, and nothing refuses it now',
  ],
  roleMissing: ['refused: no such role', '{caller} was refused role {role}, which does not exist now'],
  roleUnread: ['refused', '{caller} was refused role {role}; the role could not be read'],
  providerMissing: ['refused: no provider', '{caller} was refused role {role}: its provider does not exist now'],
  callerUnknown: ['refused', '{caller} was refused role {role}'],
  denied: ['refused by trust policy', '{caller} was refused role {role}: the trust policy denies it now'],
  undecided: ['refused', '{caller} was refused role {role}; the answer of the trust policy cannot be known'],
  thumbprint: [
    'refused: thumbprint',
    '{caller} was refused role {role}: AWS compared the thumbprints of the provider with the certificate of the issuer, and none matched',
  ],
  noProvider: [
    'refused: no provider',
    '{caller} was refused role {role}: AWS had no provider for the issuer of its token when it called',
  ],
  noAnswer: [
    'refused: issuer is silent',
    '{caller} was refused role {role}: AWS could not reach the issuer of its token',
  ],
  keys: ['refused: keys of issuer', '{caller} was refused role {role}: AWS could not fetch the keys of the issuer'],
  audience: [
    'refused: audience',
    '{caller} was refused role {role}: its token has an audience that the provider does not list',
  ],
  expired: ['refused: token expired', '{caller} was refused role {role}: its token had expired'],
  region: ['refused: region of STS', '{caller} was refused role {role}: STS is not active in the region that it asked'],
  unexplained: ['refused, not explained', '{caller} was refused role {role}, although the trust policy allows it now'],
});

/** The refusals of pods, as AWS recorded them: no event is no proof of health (docs/facts.md §0.9). */
export const runtimeAssumeFailing = defineRule({
  id: 'runtime-assume-failing',
  kind: 'runtime',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No call for the role’s credentials fails',
  fault: 'Calls for the role’s credentials fail',
  says: fail.says,
  needs: ['runtime'],
  why: 'CloudTrail records refused AssumeRoleWithWebIdentity calls in the role’s account. Each is a pod that asked for credentials and got none. Logins of GitHub, Terraform Cloud and the like are left out: they are no pods. Info where a later call by each program that was refused succeeded: the refusals are history. Low where at least as many calls of the same hours succeeded and the error is transient: throttling, or a slow issuer.',
  fix: 'Fix the cause that the finding names. Where it names none, read the event.',
  references: [iamGuide('cloudtrail-integration'), 'docs/facts.md §C.2, §E.3'],
  check: (subject, facts) =>
    failOrPass(
      subject.events.flatMap(event => {
        const [first] = event.failures;
        return first && !isOfLogin(event, facts) ? [failureOf(subject, event, first, facts)] : [];
      }),
    ),
});

/** True for a call that no pod made: its subject is no service account's, and its provider is of no cluster, as far as is
 *  known. Where the event does not name the caller, the role's trust in logins alone says it. */
const isOfLogin = (event: AssumeEvents, facts: Facts): boolean => {
  const { subject, providerArn, roleArn } = event;
  if (subject !== undefined && accountOfSubject(subject)) return false;
  const issuer = issuerOf(event);
  if (providerArn !== undefined) return issuer === undefined || !isClusterIssuer(issuer, facts);
  return subject !== undefined || trustsLoginsAlone(roleArn, facts);
};

const issuerOf = ({ providerArn }: AssumeEvents): string | undefined =>
  providerArn === undefined ? undefined : providerHostPath(providerArn);

/** True where the role was read and every provider that it trusts is of logins. */
const trustsLoginsAlone = (roleArn: string, facts: Facts): boolean => {
  const role = valueOr(facts.snapshot.roles, []).find(one => one.arn === roleArn);
  const parsed = role && trustPolicyOf(role);
  if (!parsed?.ok) return false;
  const federated = parsed.policy.statements.flatMap(({ principal }) =>
    principal?.kind === 'typed' ? principal.entries.filter(({ type }) => type === 'Federated') : [],
  );
  return federated.length > 0 && !parsed.policy.statements.some(statement => concernsEks(statement, facts));
};

const keysNotFetched = /retrieve verification key/i;

/** Errors that STS's API reference says to try again, and that of keys which were not fetched in time: SDKs do so, and where as
 *  many calls or more succeed nothing is broken. */
const isPassing = ({ errorCode, errorMessage }: AssumeFailure): boolean =>
  /^(IDPCommunicationError|Throttling|ServiceUnavailable|InternalFailure)/.test(errorCode) ||
  keysNotFetched.test(errorMessage ?? '');

/** AWS's own words, code and message, for a call that nothing of the configuration refuses, each with its message and its fix. */
const ownReasons = [
  {
    id: 'thumbprint',
    says: /match configured thumbprint/i,
    fix: 'Set the thumbprint of the last certificate that the issuer sends. Where that is set, find out whether a proxy answers in place of the issuer.',
  },
  {
    id: 'noProvider',
    says: /no openidconnect provider found/i,
    fix: 'Compare the issuer in the error with the URL of the provider, letter by letter: the token is of another cluster, or the provider was created after the call. Then a later call succeeds.',
  },
  {
    id: 'noAnswer',
    says: /^IDPCommunicationError/,
    fix: 'Let the discovery document and the keys of the issuer be public and answer within seconds. SDKs try again by themselves.',
  },
  {
    id: 'keys',
    says: keysNotFetched,
    fix: 'Try again. Where it stays, let the discovery document and the keys of the issuer be public and answer within seconds; pods that are older than the issuer need a restart.',
  },
  {
    id: 'audience',
    says: /incorrect token audience/i,
    fix: 'Let the pod have the token of the webhook, without a token file or volume of its own, or add the audience of that token to the provider and to the trust policy.',
  },
  {
    id: 'expired',
    says: /^ExpiredToken/,
    fix: 'Find out why the pods send tokens that have expired: an SDK or a program that reads the token file once, a copy of the file, or a node whose clock is wrong.',
  },
  {
    id: 'region',
    says: /^RegionDisabled/,
    fix: 'Activate STS in that region in the account settings of IAM, or let the pods call STS in a region where it is active.',
  },
] as const;

const failureOf = (subject: RuntimeSubject, event: AssumeEvents, first: AssumeFailure, facts: Facts): Failure => {
  const count = event.failures.reduce((sum, failure) => sum + failure.count, 0);
  const state = presentState(subject, event, facts);
  const isTransient = event.successes >= count && event.failures.every(isPassing);
  const own = unrefused.has(state.id)
    ? ownReasons.find(({ says }) => event.failures.some(failure => says.test(wordsOf(failure))))
    : undefined;
  const shown = event.failures.find(failure => own?.says.test(wordsOf(failure))) ?? first;
  const about = { caller: callerOf(event), role: roleNameOf(subject.roleArn) };
  if (unrefused.has(state.id) && isFollowedBySuccess(event))
    return told(fail.history(about), event)
      .severity('info')
      .impact('hygiene')
      .changing('last call, which succeeded', `cloudtrail:LookupEvents in ${event.region}`, event.lastAt)
      .evidence('role', 'cloudtrail:LookupEvents', subject.roleArn)
      .fix('There is nothing to fix: credentials are given now.', 'Whether the refusals are of interest still.');
  const isOfSdk = state.id === 'unexplained' && isProviderRead(event, facts);
  return told(fail[isTransient ? 'transient' : (own?.id ?? state.id)](about), event)
    .severity(isTransient ? 'low' : undefined)
    .impact(isTransient ? 'hygiene' : undefined)
    .pieces(...stateEvidence(state, subject))
    .podError(wordsOf(shown))
    .explainedBy([...causesOf(event, facts), ...(isOfSdk ? oldSdkCauses(event, subject.id) : [])])
    .fix({
      summary: own?.fix ?? 'Fix the cause. If none is known, read the events.',
      steps: [refusedCalls(facts.snapshot.accountId, event.region)],
    });
};

/** Whose calls failed, by which provider, how often and when. */
const told = (draft: FailureDraft, event: AssumeEvents): FailureDraft =>
  draft
    .discriminator(event.subject ?? '')
    .place(given({ providerArn: event.providerArn }))
    .pieces(...callEvidence(event));

const wordsOf = ({ errorCode, errorMessage }: AssumeFailure): string => `${errorCode}: ${errorMessage}`;

/** States in which nothing that was read refuses the caller now. */
const unrefused: ReadonlySet<PresentState['id']> = new Set(['unexplained', 'undecided', 'roleUnread', 'callerUnknown']);

/** True where the last call was no refusal, and each program that called is seen to work. */
const isFollowedBySuccess = (event: AssumeEvents): boolean => {
  const working = new Set(workingAgentsOf(event));
  return (
    event.successes > 0 &&
    event.failures.every(failure => isOver(failure, event.lastAt)) &&
    event.userAgents.every(agent => working.has(agent))
  );
};

/** The trust policy decides alike for every call of a caller: a success proves that it allows the caller. Any other error may
 *  come back: it is over some time after. */
const isOver = ({ errorCode, lastAt }: AssumeFailure, succeededAt: string): boolean =>
  errorCode === 'AccessDenied' ? lastAt < succeededAt : Date.parse(succeededAt) - Date.parse(lastAt) > overAfterMs;

const overAfterMs = 10 * 60_000;

/** How a failed call stands to what is configured now, by message id; `because` is what the trust policy says of it. */
interface PresentState {
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
const presentState = ({ roleArn }: RuntimeSubject, event: AssumeEvents, facts: Facts): PresentState => {
  const { roles, providers } = facts.snapshot;
  const role = valueOr(roles, []).find(one => one.arn === roleArn);
  if (!role) return { id: roles.status === 'complete' ? 'roleMissing' : 'roleUnread' };
  const { providerArn, subject } = event;
  const isKnown = providers.status !== 'complete' || providers.value.some(provider => provider.arn === providerArn);
  if (providerArn !== undefined && !isKnown) return { id: 'providerMissing' };
  const issuer = issuerOf(event);
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
const isProviderRead = ({ providerArn }: AssumeEvents, { snapshot }: Facts): boolean =>
  valueOr(snapshot.providers, []).some(({ arn, detail }) => arn === providerArn && detail.status === 'complete');

const onAccount = (subject: string): readonly Explained[] =>
  [
    'service-account-role-arn-malformed',
    'service-account-role-missing',
    'service-account-role-account-lacks-provider',
    'service-account-audience-refused',
    'service-account-role-not-trusting',
  ].map(ruleId => ({ ruleId, subject }));
const providerRules = ['provider-audience-missing', 'provider-url-mismatch'];

/** A thumbprint that does not match refuses a call only where AWS consults it: not for a chain of a public CA, unless
 *  the error names it. */
const thumbprintRules = ({ failures, providerArn }: AssumeEvents, issuer: string | undefined, facts: Facts) => {
  if (providerArn === undefined || issuer === undefined) return [];
  const chain = sentChainOf(`https://${issuer}`, facts);
  const isConsulted =
    chain.status === 'unread' ||
    chain.trust.verdict !== 'public' ||
    consultsThumbprints(providerArn, facts.snapshot) ||
    failures.some(({ errorMessage }) => /match configured thumbprint/i.test(errorMessage ?? ''));
  return isConsulted ? ['provider-thumbprint-mismatch'] : [];
};

/** Findings that would be the cause: on the calling service account, on the provider, on the cluster without one. */
const causesOf = (event: AssumeEvents, facts: Facts): readonly Explained[] => {
  const { providerArn, subject } = event;
  const account = subject === undefined ? undefined : accountOfSubject(subject);
  const issuer = issuerOf(event);
  const clusters = clustersOf(facts.snapshot).filter(
    ({ cluster }) => issuer !== undefined && cluster.issuer === `https://${issuer}`,
  );
  return [
    ...clusters.flatMap(({ cluster: { arn } }) => [
      ...(account === undefined ? [] : onAccount(serviceAccountSubjectId(arn, account.namespace, account.name))),
      { ruleId: 'cluster-provider-missing', subject: arn },
    ]),
    { ruleId: 'role-denied-by-rcp', subject: event.roleArn, ...given({ discriminator: issuer }) },
    ...(providerArn === undefined
      ? []
      : [...providerRules, ...thumbprintRules(event, issuer, facts)].map(ruleId => ({ ruleId, subject: providerArn }))),
  ];
};

/** How often what failed and when: all of that changes from run to run though nothing else does. */
const callEvidence = ({ failures, successes, region }: AssumeEvents): readonly EvidenceDraft[] => {
  const readFrom = `cloudtrail:LookupEvents in ${region}`;
  return [
    ...failures.map(
      ({ errorCode, errorMessage, count, lastAt }): EvidenceDraft => ({
        what: `calls that failed with ${errorCode}`,
        got: phrase('{count}, last at {lastAt}: {errorMessage}', { count, lastAt, errorMessage }),
        readFrom,
        volatile: true,
      }),
    ),
    { what: 'calls that succeeded', got: phrase('{successes}', { successes }), readFrom, volatile: true },
  ];
};

/** The role, and what its trust policy says of such a call now. */
const stateEvidence = (state: PresentState, { roleArn }: RuntimeSubject): readonly EvidenceDraft[] => [
  { what: 'role', got: roleArn, readFrom: 'cloudtrail:LookupEvents' },
  ...(state.because === undefined
    ? []
    : // A sentence for people, whose words are not compared: the message says what was decided.
      [{ what: 'trust policy as it is now', got: state.because, readFrom: 'iam:ListRoles', volatile: true } as const]),
];

/** The facts of one pod's chain, and the rules' word on it. */

import {
  associationSubjectId,
  audienceAsked,
  clustersOf,
  type Facts,
  isAgent,
  podSubjectIds,
  roleArnFault,
  serviceAccountSubjectId,
  subjectsOfAccount,
  webhookSubjectId,
} from '../facts.ts';
import {
  type ClusterSnapshot,
  type Collected,
  compareFindings,
  complete,
  type Finding,
  type KubernetesFacts,
  otherNamespaces,
  type Pod,
  parseArn,
  providerArn,
  roleArnKey,
  type ServiceAccount,
  unknownRegion,
  valueOr,
  withGaps,
} from '../model.ts';
import { catalog, ruleById } from '../rules/catalog.ts';
import type { AnyRule, Verdict } from '../rules/define-rule.ts';
import { verdictOn } from '../rules/evaluate/ask-rule.ts';
import { evaluate } from '../rules/evaluate/evaluate.ts';
import { type Evaluation, outcomeKey } from '../rules/evaluate/evaluation.ts';
import { type HoldRestarts, holdingRestarts, withHeldRestarts } from '../rules/evaluate/held-restarts.ts';
import { type FoundTarget, findTarget, firstUnread, type WhyTarget } from './why-subject.ts';

/** A question: facts of the account in which the cluster of this ARN lies, and the target. */
export interface WhyQuestion {
  readonly target: WhyTarget;
  readonly clusterArn: string;
  readonly facts: Facts;
  /** When the annotated role was last used, by whomever; absent where IAM was not asked. */
  readonly lastUse?: Collected<string | undefined>;
}

/** Everything that the steps look at. */
export interface WhyContext extends WhyQuestion {
  readonly snapshot: ClusterSnapshot;
  readonly found: FoundTarget;
  readonly pods: readonly Pod[];
  /** Name of the service account, where the target was found. */
  readonly accountName: string | undefined;
  readonly serviceAccount: ServiceAccount | undefined;
  /** The annotation as it stands. */
  readonly annotation: string | undefined;
  /** The annotated role, where its ARN is valid. */
  readonly roleArn: string | undefined;
  readonly audience: string;
  readonly issuer: string | undefined;
  /** The verdict of a rule on each of its subjects in the chain; none where it has no subject there. */
  readonly verdictsOf: (ruleId: string) => readonly SubjectVerdict[];
  /** The finding that reports a failure: the rule's own, or the one that it was folded into. */
  readonly findingOf: (ruleId: string, subject: string) => Finding | undefined;
  /** Findings on the chain's subjects, whatever step they belong to. */
  readonly findings: readonly Finding[];
  /** Holds back restarts, by everything that was read of the cluster. */
  readonly holdRestarts: HoldRestarts;
}

/** The verdict of a rule on one subject. */
export interface SubjectVerdict {
  readonly subject: string;
  readonly verdict: Verdict;
}

/** Runs the rules and gathers what the steps need. Throws `RangeError` if the facts do not have the cluster. */
export const whyContext = (question: WhyQuestion): WhyContext => {
  const { facts, clusterArn, target } = question;
  const snapshot = clustersOf(facts.snapshot).find(({ cluster }) => cluster.arn === clusterArn);
  if (snapshot === undefined) throw new RangeError(`the facts have no cluster ${clusterArn}`);
  const { kubernetes } = snapshot;
  const found: FoundTarget =
    kubernetes.status === 'unavailable'
      ? { status: 'unread', reason: kubernetes.reason }
      : findTarget(target, kubernetes.value);
  const subject = subjectOf(found, target, kubernetes);
  const issuer = issuerOf(snapshot);
  const partition = snapshot.cluster.region === unknownRegion ? undefined : parseArn(clusterArn)?.partition;
  // The webhook takes an empty one as none (docs/facts.md §D.1).
  const annotation = subject.serviceAccount?.annotations[roleArnKey] || undefined;
  const isValid = annotation !== undefined && roleArnFault(annotation, partition) === undefined;
  const chain = { ...question, snapshot, found, ...subject, issuer, roleArn: isValid ? annotation : undefined };
  return { ...chain, annotation, audience: audienceAsked(subject.serviceAccount?.annotations), ...judge(chain) };
};

type Chain = Pick<WhyContext, 'facts' | 'clusterArn' | 'target' | 'snapshot' | 'issuer' | 'roleArn'> &
  ReturnType<typeof subjectOf>;

const subjectOf = (
  found: FoundTarget,
  { namespace }: WhyTarget,
  kubernetes: Collected<KubernetesFacts>,
): Pick<WhyContext, 'pods' | 'accountName' | 'serviceAccount'> => {
  if (found.status !== 'found') return { pods: [], accountName: undefined, serviceAccount: undefined };
  const accounts = kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []);
  const serviceAccount = accounts.find(one => one.namespace === namespace && one.name === found.serviceAccount);
  return { pods: found.pods, accountName: found.serviceAccount, serviceAccount };
};

const issuerOf = ({ cluster, kubernetes }: ClusterSnapshot): string | undefined => {
  if (cluster.issuer !== undefined || kubernetes.status === 'unavailable') return cluster.issuer;
  const { issuer } = kubernetes.value;
  return issuer.status === 'complete' ? issuer.value : undefined;
};

/** A pod asks the agent of its own node. */
const isInside = ({ id, kind }: AnyRule): boolean =>
  kind === 'pod' || kind === 'service-account' || id === 'pod-identity-agent-missing';

/**
 * Rules about the pod, its agent and its service account are asked with nothing else in the cluster: what they say is then about this
 * pod, and not about another one of the same owner. All other rules see everything that was read, since of it they know who
 * uses a provider and whether another webhook is at work.
 */
const judge = (chain: Chain): Pick<WhyContext, 'verdictsOf' | 'findingOf' | 'findings' | 'holdRestarts'> => {
  const own = alone(chain);
  const [ownSubjects, allSubjects] = [subjectsOfAccount(own), subjectsOfAccount(chain.facts)];
  const ids = subjectIdsOf(chain);
  const holdRestarts = holdingRestarts(chain.facts, allSubjects);
  const aloneIn = evaluate(own, { rules: catalog.filter(isInside) });
  const inside = { ...aloneIn, findings: withHeldRestarts(aloneIn.findings, holdRestarts) };
  const all = evaluate(chain.facts, { rules: catalog });
  return {
    verdictsOf: ruleId => {
      const rule = ruleById(ruleId);
      if (rule === undefined) return [];
      const [facts, subjects] = isInside(rule) ? [own, ownSubjects] : [chain.facts, allSubjects];
      return ids[rule.kind].flatMap(subject => {
        const verdict = verdictOn(rule, subject, subjects, facts);
        return verdict === undefined ? [] : [{ subject, verdict }];
      });
    },
    findingOf: (ruleId, subject) => findingOf(ruleId, subject, inside, all),
    findings: findingsOn(new Set(Object.values(ids).flat()), inside, all),
    holdRestarts,
  };
};

/** The facts with the target's pods and service account as the only ones of the cluster, beside the pods that serve them: those that
 *  enforce NetworkPolicies, without which no policy has an effect, and the agents of Pod Identity. */
const alone = ({ facts, clusterArn, target, snapshot, pods, serviceAccount }: Chain): Facts => {
  if (snapshot.kubernetes.status === 'unavailable') return facts;
  const { value } = snapshot.kubernetes;
  const serving = valueOr(value.pods, []).filter(pod => (pod.enforcesPolicies || isAgent(pod)) && !pods.includes(pod));
  const kept = pods.length === 0 ? pods : [...pods, ...serving];
  const narrowed: ClusterSnapshot = {
    ...snapshot,
    kubernetes: {
      ...snapshot.kubernetes,
      value: {
        ...value,
        serviceAccounts: only(value.serviceAccounts, serviceAccount === undefined ? [] : [serviceAccount]),
        pods: target.kind === 'Pod' && pods.length > 0 ? complete(kept) : only(value.pods, kept),
      },
    },
  };
  const regions = facts.snapshot.regions.map(region => ({
    ...region,
    clusters:
      region.clusters.status === 'unavailable'
        ? region.clusters
        : {
            ...region.clusters,
            value: region.clusters.value.map(one => (one.cluster.arn === clusterArn ? narrowed : one)),
          },
  }));
  return { ...facts, snapshot: { ...facts.snapshot, regions } };
};

/** Some of a section. Unread namespaces say nothing of these. */
const only = <T>(section: Collected<readonly T[]>, some: readonly T[]): Collected<readonly T[]> =>
  section.status === 'unavailable' || (some.length === 0 && firstUnread(section) !== undefined)
    ? section
    : withGaps(some, section.status === 'partial' ? section.gaps.filter(({ what }) => what !== otherNamespaces) : []);

type IdsByKind = Readonly<Record<AnyRule['kind'], readonly string[]>>;

const subjectIdsOf = (chain: Chain): IdsByKind => {
  const { clusterArn, target, pods, accountName, roleArn, issuer } = chain;
  const role = roleArn === undefined ? [] : [roleArn];
  const arn = roleArn === undefined ? undefined : parseArn(roleArn);
  return {
    cluster: [clusterArn],
    webhook: [webhookSubjectId(clusterArn)],
    pod: podSubjectIds(clusterArn, pods),
    'service-account':
      accountName === undefined ? [] : [serviceAccountSubjectId(clusterArn, target.namespace, accountName)],
    association: accountName === undefined ? [] : [associationSubjectId(clusterArn, target.namespace, accountName)],
    role,
    statement: role,
    runtime: role,
    issuer: issuer === undefined ? [] : [issuer],
    provider: issuer === undefined || arn === undefined ? [] : [providerArn(arn.partition, arn.accountId, issuer)],
  };
};

const findingOf = (ruleId: string, subject: string, inside: Evaluation, all: Evaluation): Finding | undefined => {
  const own = ({ findings }: Evaluation): Finding | undefined =>
    findings.find(finding => finding.ruleId === ruleId && finding.subject === subject);
  const root = ({ findings, outcomes }: Evaluation): Finding | undefined =>
    outcomes[outcomeKey(ruleId, subject)] === 'explained'
      ? findings.find(({ explains }) => explains.some(one => one.ruleId === ruleId && one.subject === subject))
      : undefined;
  return root(all) ?? own(inside) ?? root(inside) ?? own(all);
};

/** On the pod and its service account what was found with these alone, or the cause that explains it with everything; on
 *  all else what was found with everything. */
const findingsOn = (ids: ReadonlySet<string>, inside: Evaluation, all: Evaluation): readonly Finding[] => {
  const ofInside = new Set(catalog.filter(isInside).map(({ id }) => id));
  const found = [
    ...inside.findings.map(finding => findingOf(finding.ruleId, finding.subject, inside, all) ?? finding),
    ...all.findings.filter(({ ruleId, subject }) => !ofInside.has(ruleId) && ids.has(subject)),
  ];
  return [...new Map(found.map(finding => [finding.id, finding])).values()].toSorted(compareFindings);
};

import type { Facts } from '../../facts/facts.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { complete, valueOr } from '../../model/collected.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { countOf, podEvidence, realPods, verb } from './support/pod-view.ts';

/** The token of a pod cannot be renewed once its service account is gone. */
export const podServiceAccountGone = defineRule({
  id: 'pod-service-account-gone',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Pods with a role run as a service account that exists',
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'The kubelet renews a pod’s token in the name of its service account. Once the account is deleted the token ends within its lifetime, a day by default, and the pod loses its role while it runs.',
    fix: 'Create the account again with its annotation, then make the pods anew: a new account has a new identity.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens',
    ],
  },
  check: (subject, facts) => {
    if (subject.serviceAccount || subject.kubernetes.serviceAccounts.status !== 'complete') return notApplicable;
    const stranded = realPods(subject).filter(pod => isStranded(pod, subject, facts));
    const [first] = stranded;
    if (!first) return pass;
    const account = shellQuote(first.serviceAccount);
    const namespace = shellQuote(first.namespace);
    return fail({
      message: `${countOf(stranded, subject)} ${verb(stranded, 'runs', 'run')} as service account ${first.serviceAccount}, which no longer exists: the token cannot be renewed`,
      evidence: [
        {
          what: `service account ${first.namespace}/${first.serviceAccount}`,
          got: 'not found',
          wanted: 'present',
          readFrom: `serviceaccounts of cluster ${subject.cluster.name}`,
        },
        podEvidence(stranded, subject, 'pods'),
      ],
      podError: 'ExpiredTokenException: Token expired',
      fix: {
        summary: 'Create the account again, annotate it with its role, then make the pods anew.',
        commands: [`kubectl --namespace ${namespace} create serviceaccount ${account}`],
        choice: 'Whether the pods are still wanted, and which role the account is meant to have.',
      },
    });
  },
  examples: {
    pass: { title: 'the account exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'the account was deleted',
      facts: () =>
        someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([]), pods: complete([aPod()]) })]) }),
    },
  },
});

/** Accounts are listed before pods: a pod this young, or of unknown age, may have come with an account that the list does
 *  not have yet. */
const tooYoungMs = 10 * 60_000;

const isStranded = (pod: Pod, { kubernetes }: PodSubject, { snapshot }: Facts): boolean => {
  const age = Date.parse(snapshot.takenAt) - Date.parse(pod.createdAt ?? snapshot.takenAt);
  const namespace = valueOr(kubernetes.namespaces, []).find(({ name }) => name === pod.namespace);
  const wantsRole = pod.volumes.length > 0 || pod.containers.some(one => one.awsVariables.includes('AWS_ROLE_ARN'));
  return wantsRole && age > tooYoungMs && namespace?.terminating !== true;
};

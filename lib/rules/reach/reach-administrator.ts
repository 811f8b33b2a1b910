import { isAdministrative } from '../../model.ts';
import { nodeInWords } from '../../reach/graph/words.ts';
import type { ReachGraph } from '../../reach/node/reach-graph.ts';
import type { ReacherKind } from '../../reach/reachers.ts';
import { bestPractices, defineRule, failOrPass, failures } from '../prelude.ts';
import { byWho, levelWords, type ReachedRole, reachedIn, stepsOf, wayInWords } from './support/reach-findings.ts';

const fail = failures({
  everyone: [
    'everyone can become it',
    'everyone in {who} of cluster {cluster} can become role {role}, which {level}. The first of {steps} steps: {first}',
  ],
  editor: [
    'non-admins can become it',
    '{who} has rights in namespace {namespace} of cluster {cluster} and can become role {role}, which {level}. The first of {steps} steps: {first}',
  ],
  workload: [
    'a workload can become it',
    '{who} of cluster {cluster} can become role {role}, which {level}. The first of {steps} steps: {first}',
  ],
});

/** Rights in Kubernetes that lead to an administrator of the AWS account (docs/facts.md §L). */
export const reachAdministrator = defineRule({
  id: 'reach-administrator',
  kind: 'cluster',
  impact: 'exposes',
  severity: 'high',
  shownAt: 'role-trust-policy',
  title: 'Only administrators of a cluster can become administrator roles',
  fault: 'A namespace, a workload or everyone can become an administrator role',
  says: fail.says,
  needs: ['rbac', 'role-permissions', 'service-accounts', 'roles'],
  why: 'Whoever may create pods or tokens in a namespace has every role of its service accounts, whatever the trust policy says: it trusts the service account. A role that is an administrator of the account, or can become one, is then as safe as the weakest right in that namespace. Critical where everyone has such a right. Left out, and told by reach: administrators of the cluster, built-in controllers, and controllers that run pods everywhere by design. Admission policies are not read: they may forbid a step, so that a way is an upper bound.',
  fix: 'Move the service account to a namespace of its own in which nobody but administrators has rights, or take the right away that the first step names, or give the role fewer permissions.',
  references: [
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
    bestPractices,
    'docs/facts.md §L',
  ],
  check: (subject, facts) => {
    const { graph, reached, missing } = reachedIn(subject, facts, isAdministrative);
    return failOrPass(
      byWho(reached).map(([first, ...others]) =>
        [first, ...others]
          .slice(0, maxRoles)
          .reduce(
            (draft, one) => draft.pieces(...(one === first ? [] : [roleOf(one)]), ...stepsOf(graph, one)),
            started(graph, first, subject.cluster.name).discriminator(first.who.id).place({ roleArn: first.role.arn }),
          )
          .fix(
            `Take the right of step 1 away, move the service account with role ${first.role.name} to a namespace of its own, or give that role fewer permissions.`,
            'Decide which is too wide: the right, the namespace of the service account, or the permissions of the role. No command is given: each takes away what somebody may need.',
          ),
      ),
      missing,
    );
  },
});

/** Roles of one way that are shown. */
const maxRoles = 5;

const started = (graph: ReachGraph, reached: ReachedRole, cluster: string) => {
  const { kind, who, role, level, path } = reached;
  const common = {
    who: nodeInWords(who),
    cluster,
    role: role.name,
    level: levelWords[level.level],
    ...wayInWords(graph, reached),
  };
  const by: Readonly<Record<ReacherKind, () => ReturnType<typeof fail.workload>>> = {
    everyone: () => fail.everyone(common).severity('critical'),
    editor: () => fail.editor({ ...common, namespace: path.steps[0]?.namespace ?? who.name.split(':').at(-1) ?? '' }),
    workload: () => fail.workload(common),
  };
  return by[kind]();
};

const roleOf = ({ role, level }: ReachedRole) => ({
  what: `another role: ${role.name}`,
  readFrom: 'iam:GetAccountAuthorizationDetails',
  got: levelWords[level.level],
});

import type { Facts } from '../../facts.ts';
import { type Level, roleLevels } from '../../model.ts';
import { nodeInWords } from '../../reach/graph/words.ts';
import { levelOf } from '../../reach/level-of.ts';
import { accountNode } from '../../reach/node/ids.ts';
import type { ReachGraph } from '../../reach/node/reach-graph.ts';
import { defineRule, failOrPass } from '../prelude.ts';
import { byWho, levelWords, type ReachedRole, reachedIn, stepsOf, wayInWords } from './support/reach-findings.ts';

/** Levels that are worth another way: administrators have a rule of their own. */
const strong: ReadonlySet<Level> = new Set(['can-become-role', 'reads-secrets', 'changes-data']);

/** A service account that can become a stronger one (docs/facts.md §L). */
export const reachStrongerRole = defineRule({
  id: 'reach-stronger-role',
  kind: 'cluster',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'role-trust-policy',
  title: 'No workload can become a stronger one',
  fault: 'A workload can become another one with a stronger role',
  says: {
    stronger: [
      'weaker pods can become it',
      '{who} of cluster {cluster} {own} and can become role {role}, which {level}. The first of {steps} steps: {first}',
    ],
  },
  needs: ['rbac', 'role-permissions', 'service-accounts', 'roles'],
  why: 'A service account that may create pods or tokens, or run commands in pods, has the roles of those pods too: whoever breaks into the one workload has the other. Told where the other role changes data, reads secrets or keys, or assumes another role, and the own one does less. Administrators are told by reach-administrator. Left out: built-in controllers, and controllers that run pods everywhere by design.',
  fix: 'Take the right away that the first step names, bind it in a namespace without such roles, or move the stronger workload to a namespace of its own.',
  references: [
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
    'docs/facts.md §L',
  ],
  check: (subject, facts, fail) => {
    const { graph, reached, missing } = reachedIn(subject, facts, ({ level }) => strong.has(level));
    const stronger = reached.filter(one => one.kind === 'workload' && isStronger(one, graph, facts));
    return failOrPass(
      byWho(stronger).map(list => {
        const [first = list[0]] = list.toSorted((a, b) => rank(a.level.level) - rank(b.level.level));
        const { who, role, level } = first;
        const own = ownLevel(first, graph, facts);
        return fail
          .stronger({
            ...{ who: nodeInWords(who), cluster: subject.cluster.name, role: role.name },
            ...wayInWords(graph, first),
            own: own === undefined ? 'has no role' : `has a role that ${levelWords[own]}`,
            level: levelWords[level.level],
          })
          .discriminator(who.id)
          .place({ roleArn: role.arn })
          .pieces(...stepsOf(graph, first))
          .fix(
            'Take the right of step 1 away, bind it in a namespace without such roles, or move the stronger workload.',
            'Decide whether the workload needs the right. No command is given: without it the workload may fail.',
          );
      }),
      missing,
    );
  },
});

/** The weaker, the higher. */
const rank = (level: Level): number => roleLevels.indexOf(level);

/** The strongest level among the roles of the service account itself; undefined where it has none. */
const ownLevel = ({ who }: ReachedRole, { edges }: ReachGraph, { snapshot }: Facts): Level | undefined => {
  const [namespace = '', name = ''] = who.name.split('/');
  const own = accountNode(who.clusterArn ?? '', namespace, name).id;
  const all = edges.flatMap(({ from, to, way }) =>
    from === own && (way === 'assume' || way === 'pod-identity') ? [levelOf(snapshot, to).level] : [],
  );
  return all.toSorted((a, b) => rank(a) - rank(b))[0];
};

/** An own role of unknown permissions may be as strong: nothing is told then. */
const isStronger = (one: ReachedRole, graph: ReachGraph, facts: Facts): boolean => {
  const own = ownLevel(one, graph, facts);
  return own === undefined || (own !== 'unknown' && rank(one.level.level) < rank(own));
};

import type { ClusterSubject, Facts } from '../../facts.ts';
import { answersPods, complete, type NodeMetadata, readFailuresOf, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import { bestPractices, defineRule, notApplicable, pass, unknown, unknownKindOf } from '../prelude.ts';

/** Groups of nodes whose options are told. */
const maxTold = 10;

/** The metadata service of a node gives the credentials of the node's role to whoever reaches it (docs/facts.md §K.1). */
export const clusterNodeRoleReachable = defineRule({
  id: 'cluster-node-role-reachable',
  kind: 'cluster',
  impact: 'exposes',
  severity: 'low',
  shownAt: 'webhook-injection',
  title: 'Pods do not reach the role of their node',
  fault: 'Pods can reach the role of their node',
  says: {
    hops: [
      'hop limit above 1',
      '{nodes} of {all} nodes of cluster {cluster} answer metadata requests over {hops} hops: pods without a role of their own get that of the node',
    ],
    noToken: [
      'nodes answer IMDSv1',
      '{nodes} of {all} nodes of cluster {cluster} answer metadata requests without a token (IMDSv1): pods, and requests that a pod is tricked into, get the role of the node',
    ],
  },
  needs: ['nodes'],
  why: 'Every pod that reaches the metadata service of its node can call AWS with the role of the node: its own role limits nothing, and a service account without one is not without permissions. An SDK that does not find its web identity token takes that role silently. Medium where the service also answers without a token, since a forged request from inside a pod is then enough. The role of the node decides, too: where levels of roles are read, it is at least high for one that is or can become administrator. A network policy for 169.254.169.254 or a rule on the node can close the way: neither is read here.',
  fix: 'Require tokens and set the hop limit to 1 where the nodes are made: metadataOptions of the EC2NodeClass, or the launch template of the node group. Pods with hostNetwork keep their access.',
  references: [
    bestPractices,
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html',
    'docs/facts.md §K.1',
  ],
  check: (subject, facts, fail) => {
    const nodes = subject.snapshot.nodes ?? complete([]);
    const groups = valueOr(nodes, []);
    const open = groups.filter(answersPods);
    if (open.length === 0) {
      const [gap] = readFailuresOf(nodes);
      if (gap !== undefined)
        return unknown(unknownKindOf(gap), `some nodes of cluster ${subject.cluster.name}: ${gap.message}`);
      return groups.length === 0 ? notApplicable : pass;
    }
    const isWithoutToken = open.some(({ tokensRequired }) => !tokensRequired);
    const { name: cluster } = subject.cluster;
    const counts = { nodes: sumOf(open), all: sumOf(groups), cluster };
    const started = isWithoutToken
      ? fail.noToken(counts).severity('medium')
      : fail.hops({ ...counts, hops: Math.max(...open.map(({ hopLimit }) => hopLimit)) });
    return open
      .slice(0, maxTold)
      .reduce((failure, group) => failure.pieces(pieceOf(subject, group)), started)
      .opens({ roleArns: rolesOf(open, facts), how: 'doubtful' })
      .fix(
        'Require tokens and set the hop limit to 1 in the EC2NodeClass or the launch template; aws ec2 modify-instance-metadata-options does it for running nodes.',
        'Which pods use the role of the node today: they need a role of their own before.',
      );
  },
});

/** The roles of nodes; a profile whose role is not known stands for itself, and what it may do is unknown. */
const rolesOf = (groups: readonly NodeMetadata[], { snapshot: { rolePermissions } }: Facts): readonly string[] => {
  const roles = (rolePermissions && valueOr(rolePermissions, undefined)?.profiles) ?? {};
  return [...new Set(groups.flatMap(({ profiles = [] }) => profiles.map(profile => roles[profile] ?? profile)))];
};

const sumOf = (groups: readonly NodeMetadata[]): number => groups.reduce((sum, { nodes }) => sum + nodes, 0);

const pieceOf = ({ cluster }: ClusterSubject, { kind, hopLimit, tokensRequired, nodes }: NodeMetadata) => ({
  what: `metadata options of ${kind} (${nodes} nodes)`,
  readFrom: `ec2:DescribeInstances in ${cluster.region}`,
  got: phrase('HttpTokens {tokens}, HttpPutResponseHopLimit {hops}', {
    tokens: tokensRequired ? 'required' : 'optional',
    hops: hopLimit,
  }),
  wanted: phrase('HttpTokens required, HttpPutResponseHopLimit 1'),
});

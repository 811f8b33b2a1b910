import { complete } from '../../model/collected.ts';
import type { PodContainer } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { annotatedRole, containerNames, countOf, podEvidence, realPods } from './support/pod-view.ts';

/** SDKs look at keys and profiles before they look at a token file: the role is then never used. */
export const podStaticCredentials = defineRule({
  id: 'pod-static-credentials',
  kind: 'pod',
  group: 'pod',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'No other credentials stand beside the role',
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'Keys in the environment and a named profile come before web identity in the SDKs’ chain, a credentials file in some. The pod then uses long-lived keys, and the role that people review is not the one that acts. A profile of a configuration file that the pod brings may use the role’s token itself: there the answer is unknown.',
    fix: 'Take the keys, the profile or the file out of the pod’s template.',
    references: [
      'https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html',
      'docs/facts.md §C.3',
    ],
  },
  check: subject => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const found = realPods(subject).flatMap(pod =>
      pod.containers.flatMap(container => {
        const rivals = rivalsOf(container);
        return rivals.length > 0 ? [{ pod, container, rivals }] : [];
      }),
    );
    const open = found.length === 0 ? realPods(subject).find(pod => pod.containers.some(hasConfiguration)) : undefined;
    if (open)
      return unknown('unread', `what the profile in the AWS configuration file of pod ${open.name} makes of the token`);
    if (found.length === 0) return pass;
    const pods = [...new Set(found.map(one => one.pod))];
    const rivals = [...new Set(found.flatMap(one => one.rivals))].join(', ');
    const names = containerNames(found.map(one => one.container));
    return fail({
      message: `${countOf(pods, subject)}: container ${names} has ${rivals} beside ${role}, and SDKs use that first`,
      evidence: [
        {
          what: 'credentials beside the role',
          got: rivals,
          wanted: 'none',
          readFrom: `pods of cluster ${subject.cluster.name}`,
        },
        podEvidence(pods, subject, 'pods'),
      ],
      fix: {
        summary: `Take ${rivals} out of container ${names} in the template of ${subject.ownerKind} ${subject.ownerName}.`,
        commands: [],
        choice: 'Whether the application still needs them: then the role is not what it runs with.',
      },
    });
  },
  examples: {
    pass: { title: 'the role alone', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'an access key in the environment',
      facts: () => {
        const container = aContainer({ awsVariables: [...aContainer().awsVariables, 'AWS_ACCESS_KEY_ID'] });
        return someFacts({
          clusters: complete([aReadCluster({ pods: complete([aPod({ containers: [container] })]) })]),
        });
      },
    },
  },
});

const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const rivalVariables: ReadonlySet<string> = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SHARED_CREDENTIALS_FILE']);

const rivalsOf = (container: PodContainer): readonly string[] => [
  ...container.awsVariables.filter(
    name => rivalVariables.has(name) || (profileVariables.includes(name) && !hasConfiguration(container)),
  ),
  ...Object.values(container.mounts).filter(path => /(^|[/\\])\.aws([/\\]credentials)?[/\\]?$/.test(path)),
];

/** A configuration file is mounted or named. Its profile may take the role's own token: the EKS User Guide chains roles of
 *  several accounts so. Or it names another role, or keys, and some SDKs take those first, without AWS_PROFILE those of the
 *  profile `default`. What stands in it is not read. */
const hasConfiguration = ({ awsVariables, mounts }: PodContainer): boolean =>
  awsVariables.includes('AWS_CONFIG_FILE') ||
  Object.values(mounts).some(path => /(^|[/\\])\.aws[/\\]config$/.test(path));

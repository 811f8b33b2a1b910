import { complete } from '../../model/collected.ts';
import type { PodContainer } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
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
    why: 'Keys in the environment and a named profile come before web identity in the SDKs’ chain, a credentials file in some. The pod then uses long-lived keys, and the role that people review is not the one that acts.',
    fix: 'Take the keys, the profile or the file out of the pod’s template.',
    references: ['https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html', 'docs/facts.md §C.3'],
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

const rivalVariables: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
]);

const rivalsOf = ({ awsVariables, mounts }: PodContainer): readonly string[] => [
  ...awsVariables.filter(name => rivalVariables.has(name)),
  ...Object.values(mounts).filter(path => /(^|[/\\])\.aws([/\\](credentials|config))?[/\\]?$/.test(path)),
];

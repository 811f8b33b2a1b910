/** Kinds of CustomResourceDefinitions from which a controller makes pods with the service account that the object names. */

/** A kind, where its field for the service account is documented. */
interface CustomWorkload {
  readonly apiGroup: string;
  readonly resource: string;
  readonly source: string;
}

const kinds = (apiGroup: string, resources: readonly string[], source: string): readonly CustomWorkload[] =>
  resources.map(resource => ({ apiGroup, resource, source }));

/** The well-known ones. Kinds whose controller makes the service account itself, such as those of Strimzi, are left out. */
export const customWorkloads: readonly CustomWorkload[] = [
  ...kinds(
    'argoproj.io',
    ['workflows', 'cronworkflows'],
    'https://argo-workflows.readthedocs.io/en/latest/service-accounts/',
  ),
  ...kinds('argoproj.io', ['rollouts'], 'https://argo-rollouts.readthedocs.io/en/stable/features/specification/'),
  ...kinds('tekton.dev', ['taskruns', 'pipelineruns'], 'https://tekton.dev/docs/pipelines/taskruns/'),
  ...kinds('serving.knative.dev', ['services'], 'https://knative.dev/docs/serving/reference/serving-api/'),
  ...kinds('keda.sh', ['scaledjobs'], 'https://keda.sh/docs/latest/reference/scaledjob-spec/'),
  ...kinds(
    'sparkoperator.k8s.io',
    ['sparkapplications', 'scheduledsparkapplications'],
    'https://www.kubeflow.org/docs/components/spark-operator/',
  ),
  ...kinds('ray.io', ['rayclusters', 'rayjobs', 'rayservices'], 'https://docs.ray.io/en/latest/cluster/kubernetes/'),
  ...kinds(
    'flink.apache.org',
    ['flinkdeployments'],
    'https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-stable/docs/custom-resource/reference/',
  ),
  ...kinds('apps.kruise.io', ['clonesets', 'statefulsets', 'daemonsets'], 'https://openkruise.io/docs/'),
  ...kinds('batch.volcano.sh', ['jobs'], 'https://volcano.sh/en/docs/vcjob/'),
  ...kinds('jobset.x-k8s.io', ['jobsets'], 'https://jobset.sigs.k8s.io/docs/'),
];

/** Trouble with credentials that is not about the role of a pod on EKS, though a text has the same words. */

/** A place where the trouble of a text is. */
export interface Elsewhere {
  readonly id: string;
  /** The subject of the text, in words. */
  readonly says: string;
  /** The thing to look at. */
  readonly look: string;
}

/** How a place shows in a text. */
interface Place extends Elsewhere {
  readonly patterns: readonly RegExp[];
  /** Signs that the text is about a pod on EKS all the same. */
  readonly unless: RegExp;
  /** Its words are noise of many logs: it goes before unspecific messages alone. */
  readonly isNoise?: true;
}

/** A role for pods by its own words. The chain of an SDK names the variable of the token wherever it runs. */
const roleOfPod =
  /\birsa\b|\bpod[- ]identit|iam roles? for (k8s |kubernetes )?service ?accounts?|(?<!environment variable )\bAWS_WEB_IDENTITY_TOKEN_FILE\b|(?<!\.)\beks\.amazonaws\.com\/|AssumeRoleWithWebIdentity|WebIdentityErr|169\.254\.170\.23|oidc[.-]eks\.|service ?account'?s? (iam )?role|\bkube2iam\b|\bkiam\b/i;
/** A cluster at all. */
const cluster =
  /\beks(ctl)?\b|\bk8s\b|kubernetes|\bpods?\b|\bkubectl\b|\bhelm\b|karpenter|service ?accounts?\b|daemonset|statefulset|\bfargate profile/i;
const either = (...parts: readonly RegExp[]): RegExp => new RegExp(parts.map(({ source }) => source).join('|'), 'i');
const ofAws = /amazonaws\.com|\bAWS_ROLE_ARN\b|assumed-role\/|\bsts:/i;
/** Programs that run the tools of people in a cluster. */
const runsInCluster =
  /atlantis|\b(in|on|from|inside) (an? |the |my |our )?(eks |kubernetes |k8s )?(pod|cluster|container)\b|\brunners?\b|jenkins|\bargo\b|\bflux\b|tekton|tf-controller|terraform-operator/i;

const places: readonly Place[] = [
  {
    id: 'azure',
    says: 'This is a workload identity of Azure (Microsoft Entra ID), not a role of AWS.',
    look: 'Compare issuer, subject and audience of its federated credential with those of the token, and restart the pod: its webhook acts on new pods.',
    patterns: [
      /AADSTS\d{4,}|azure\.workload\.identity|login\.microsoftonline\.com|AzureADTokenExchange|prod-aks\.azure\.com|\bDefaultAzureCredential\b/i,
    ],
    unless: ofAws,
  },
  {
    id: 'google',
    says: 'This is a workload identity of Google Cloud, not a role of AWS.',
    look: 'The Kubernetes service account needs iam.gke.io/gcp-service-account, and roles/iam.workloadIdentityUser on the service account of Google.',
    patterns: [
      /\biam\.serviceAccounts\.getAccessToken\b|\.iam\.gserviceaccount\.com|\bcomputeMetadata\b|GKE Metadata Server|iam\.gke\.io\/|metadata\.google\.internal/i,
    ],
    unless: ofAws,
  },
  {
    id: 'roles-anywhere',
    says: 'This is IAM Roles Anywhere, which gives roles to machines by a certificate of their own.',
    look: 'Check the certificate against the trust anchor, and the command of credential_process: it stands on one line.',
    patterns: [/aws_signing_helper|\brolesanywhere\b|roles anywhere|untrusted signing certificate/i],
    unless: roleOfPod,
  },
  {
    id: 'image-pull',
    says: 'The kubelet or Docker pulls an image here: it logs in to Amazon ECR by itself, and not with the role of a pod.',
    look: 'The role of the node needs AmazonEC2ContainerRegistryPullOnly, and the policy of a repository of another account must allow it. A cluster outside of AWS needs an imagePullSecret; docker pull needs aws ecr get-login-password.',
    patterns: [
      /\b(ErrImagePull|ImagePullBackOff)\b|failed to pull image|\bback-off pulling image|\bpull image "|\bdocker pull\b|error response from daemon: (get|head) "?https:\/\/\d{12}\.dkr\.ecr/i,
    ],
    unless: either(
      roleOfPod,
      /kaniko|buildkit|buildx|\bdind\b|docker[ -]in[ -]docker|ImageRepository|HelmRepository|\bECRAuthorizationToken\b|assumed-role\//,
    ),
  },
  {
    id: 'pipeline',
    says: 'This is a step of a pipeline (GitHub Actions), which asks for its role with a token of the pipeline, not with one of a pod.',
    look: 'Check permissions (id-token: write) of the workflow, the subject (repo:<owner>/<repository>:…) in the trust policy of its role, and keys that the runner has beside it.',
    patterns: [/\b(configure-aws-credentials|amazon-ecr-login)@|\bcould not assume role with (oidc|web identity)\b/i],
    unless: either(/\birsa\b|\bpod[- ]identit|\beks pods?\b|service ?accounts?\b|No OpenIDConnect/, cluster),
  },
  {
    id: 'control-plane',
    says: 'The control plane of the cluster calls AWS here: it makes the load balancers of Services with the role of the cluster, not with one of a pod.',
    look: 'The role of the cluster (aws eks describe-cluster --query cluster.roleArn) needs AmazonEKSClusterPolicy. Without EKS it is the role of the control plane nodes.',
    patterns: [/\b(CreatingLoadBalancerFailed|SyncLoadBalancerFailed)\b|failed to ensure load balancer/i],
    unless: roleOfPod,
  },
  {
    id: 'cluster-access',
    says: 'A client of the Kubernetes API (kubectl, helm, Terraform) gets no access to the cluster here, with the identity of a person or a pipeline. The role of a pod is not asked.',
    look: 'aws sts get-caller-identity names the caller of the client; it needs an access entry of the cluster (aws eks create-access-entry) or a line of aws-auth. A time-out is a matter of the endpoint: private access, security group.',
    patterns: [
      /getting credentials: exec|executable aws\S* failed|kubernetes cluster unreachable|roles may not be assumed by root accounts|\bunable to connect to the server\b|added new context arn:aws/i,
    ],
    unless: either(roleOfPod, /iamserviceaccount|SSO/),
  },
  {
    id: 'kubernetes-api',
    says: 'The Kubernetes API refuses here, not AWS: a permission in IAM changes nothing about it.',
    look: '"is forbidden" is RBAC: bind a Role or ClusterRole to the account that is named. "Unauthorized" is the identity of the client: an access entry of the cluster (aws eks create-access-entry) or a line of aws-auth.',
    patterns: [
      /\bis forbidden: user "[^"]{0,120}" cannot \w+\b|\bforbidden: user \\"[^"]{0,120}\\" cannot \w+\b/i,
      /"message" ?: ?"unauthorized".{0,60}"reason" ?: ?"unauthorized"|must be logged in to the server|kubernetes\.client\.\w{1,20}\.ApiException: \(40[13]\)|re-listing nodes: unauthorized|\bunauthorized\b.{0,80}\bkube(config|\/config)\b|\bkube(config|\/config)\b.{0,160}\bunauthorized\b/i,
    ],
    unless: roleOfPod,
    isNoise: true,
  },
  {
    id: 'task-of-ecs',
    says: 'This is a task of Amazon ECS, which has its role by its task definition (taskRoleArn), not a pod of EKS.',
    look: 'The role is the task role, not the execution role; the container has AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. Amazon EKS on Fargate is something else.',
    patterns: [
      /\becs,? (fargate|tasks?|containers?|services?|clusters?)\b(?! metadata)|\b(ecs|fargate) (task|container|service)s?\b(?! metadata)|\btask (execution )?role\b|\btaskRoleArn\b|RELATIVE_URI=\/|CredentialsV2Request|\bin ecs\b(?! *\.)/i,
    ],
    unless: either(roleOfPod, cluster, /169\.254\.170\.23/),
  },
  {
    id: 'function',
    says: 'This is a function of AWS Lambda (or a step that calls one), which has its execution role, and not a pod.',
    look: 'The execution role needs the permission, and must trust lambda.amazonaws.com; a second role must trust the execution role.',
    patterns: [
      /\blambda_handler\b|\/var\/task\/|\bAWSLambda\b|\bSTART RequestId: |cannot be assumed by lambda|\b(the|a|my|our) lambda\b|assumed-role\/\S{0,60}lambda\S{0,60}\/\S/i,
    ],
    unless: either(roleOfPod, cluster),
  },
  {
    id: 'local-cluster',
    says: 'This is a cluster on a machine of a person, which has no metadata of an instance and no roles for pods of its own.',
    look: 'Give its pods keys, or make a provider in IAM for its issuer (the issuer must be reachable from the internet).',
    patterns: [
      /\blocal (kubernetes|k8s|cluster)\b|\bminikube\b|\bdocker[- ]desktop\b|\bk3d\b|\bkind cluster\b|\(kind\)/i,
    ],
    unless: either(roleOfPod, /\beks\b/),
  },
  {
    id: 'other-store',
    says: 'The store that is asked is not Amazon S3, but one with the same API: it has users and keys of its own, and knows no role of AWS.',
    look: 'Check its address, region and path style in the program, and the key that it gave out.',
    patterns: [
      /\bs3[_-]?endpoint(_?url)?\W{1,4}https?:\/\/(?!\S{0,80}amazonaws)|\burl=https?:\/\/\d|\breported\b.{0,20}\bsignature does not match\b|\bminioadmin\b|\bserver: minio\b|\.(wasabisys|backblazeb2|digitaloceanspaces|r2\.cloudflarestorage)\.com\b/i,
    ],
    unless: either(roleOfPod, /\beks\b|\.amazonaws\.com|\bAWS_ROLE_ARN\b/),
  },
  {
    id: 'person',
    says: 'A person or a tool on a machine calls AWS here, with keys or a session of its own (Terraform, an installer, a command line), and not a pod.',
    look: 'aws sts get-caller-identity on that machine names the caller: renew its session or keys, or give it the permission.',
    patterns: [
      /^(.{0,400}[$❯➜#] )?(terraform (apply|plan|init)|rosa \w+ |kops (create|update)|openshift-install|cdk (deploy|bootstrap)) ?/i,
      /(^| )([$❯➜] ?)(\S+ )?(terraform (apply|plan|init)|rosa \w+ |kops (create|update)|\.?\/?openshift-install|cdk (deploy|bootstrap))\b/i,
      /\bopenshift-install\b|failed to fetch terraform variables|failed to create aws client: (ExpiredToken|InvalidClientTokenId)/i,
      /\b(was )?running terraform (apply|plan|init)\b|\berror: (configuring terraform aws provider|validating provider credentials)/i,
      /assumed-role\/[^/\s]{1,64}\/[\w.+-]{1,64}@[\w-]+\./i,
      /\buser\/\S{1,64} is not authorized to perform:? (iam:PassRole|eks:|cloudformation:)/i,
      /\baws2? sso login\b.{0,200}\bkubectl\b|\bmcp[- ]server\b/i,
    ],
    unless: either(roleOfPod, runsInCluster, /service ?accounts?\b/),
  },
  {
    id: 'instance',
    says: 'This is a program on an EC2 instance, or in a container of Docker on one, and not a pod of EKS: it has the role of the instance.',
    look: 'The instance needs an instance profile, and a container on it a hop limit of 2 (aws ec2 modify-instance-metadata-options).',
    patterns: [
      /\b(on|in|from|to) (my |an? |the |our )?(aws )?ec2 instance\b(?! metadata)|\b(on|in|attached to) (an? |my )?ec2\b(?!:| instances| metadata| imds)|\bdocker run\b|\bdocker contain(er)?s\b/i,
    ],
    unless: either(roleOfPod, cluster, /\becr\b/),
  },
];

/** The place of a text, if it is another one than a pod with a role. `isGeneral`: its message is printed outside of pods as
 *  well. `isUnspecific`: no message of it names what failed. A message that only a pod has is explained wherever it stands. */
export const elsewhereIn = (
  plain: string,
  { isGeneral, isUnspecific }: { readonly isGeneral: boolean; readonly isUnspecific: boolean },
): Elsewhere | undefined => {
  if (!(isGeneral || isUnspecific)) return undefined;
  const place = places.find(
    ({ patterns, unless, isNoise }) =>
      (isUnspecific || isNoise !== true) && patterns.some(one => one.test(plain)) && !unless.test(plain),
  );
  return place && { id: place.id, says: place.says, look: place.look };
};

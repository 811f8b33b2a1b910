/** The signs in a text beside its error: the table by which causes are put in order. */
import { allEksRegions } from '../model/eks-regions.ts';
import { factsOfPartition, partitionOf } from '../model/partition.ts';
import { describedClues } from './described-clues.ts';
import type { Clue } from './network-clues.ts';
import { programClues } from './program-clues.ts';
import { providerClues } from './provider-clues.ts';

/** Controllers and add-ons of Kubernetes that have an SDK with web identity since long; a name, or a word of their logs. */
const controllers =
  /elasticloadbalancing:|\broute53:|\bautoscaling:|elasticfilesystem:|ec2:(Create|Attach|Delete)Volume|hosted ?zones?\b|\bebs[.-]csi|\befs[.-]csi|StorageClass|aws_manager\.go|aws_cloud_provider\.go|\bipamd\b|aws-?node\b|karpenter|load-?balancer-?controller|auto-discover subnets|FailedBuildModel|FailedDeployModel|deploy model|"controller":"(ingress|service|targetGroupBinding)"|external-dns|cert-manager|\bACK\.|services\.k8s\.aws|upbound|crossplane|elbv2\.k8s\.aws/i;

/** Engines and libraries that sign their requests themselves, or that have a list of providers of their own. */
const ownClients =
  /\bminio\b|\bs3aws: |duckdb|\brestic\b|rusoto|opendal|object_?store\b|obstore|\barrow\b|\bpolars\b|delta-?rs|deltalake|PermissionDenied \(permanent\)|PermissionDeniedError|HTTP (GET|HEAD|PUT|POST) error on|(iter bucket|unexpected error from \w{1,30} on \S{1,100}): Access Denied|\[aws_client\]|\bs3a:\/\/|\bgdal\b|logstash|fluentd?\b.{0,80}\bplugin|kinesis-?agent|docker registry|could not download module|go-getter/i;

/** STS of a region that is published, with the domain of its partition. */
const nameOfSts = new RegExp(
  allEksRegions
    .map(region => `sts.${region}.${factsOfPartition(partitionOf(region))?.dnsSuffix}`.replaceAll('.', String.raw`\.`))
    .map(name => String.raw`\b${name}(?!\.?[\w-])`)
    .join('|'),
  'i',
);

export const clues = {
  'java-v1': {
    says: 'the SDK for Java, version 1, which needs its module for STS',
    patterns: [/\bcom\.amazonaws\.(?!.{0,40}AmazonEKS)|\(Service: [^;()]{1,60}; Status Code: \d{3}; Error Code/],
  },
  'java-v2': {
    says: 'the SDK for Java, version 2, which needs its module for STS',
    patterns: [/software\.amazon\.awssdk|\(Service: [^;,()]{1,60}, Status Code: \d{3}/],
  },
  java: {
    says: 'an SDK for Java, which needs its module for STS',
    patterns: [
      /\bjava sdk\b|\bsdk for java\b|aws-sdk-java|unable to load (aws )?credentials from any (of the )?providers? in the chain/i,
    ],
  },
  'sdk-goes-on': {
    says: 'an SDK that goes on to the node where STS refuses or the token is not readable (JavaScript v2, PHP, Ruby, async-aws)',
    patterns: [
      /node_modules\/aws-sdk\/|Missing credentials in config|ChainableTemporaryCredentials|aws-sdk-php|AsyncAws|Exception \(client\): User|AccessDeniedException \(client\)|\bAws::[A-Z]\w+::Errors/,
    ],
  },
  'sdk-is-able': {
    says: 'an SDK that has web identity in each of its versions or since 2019 (Go v2, Python)',
    patterns: [
      /https response error StatusCode|get identity: get credentials|no EC2 IMDS role found|\bbotocore\b|when calling the \w{1,60} operation/,
    ],
  },
  'own-client': {
    says: 'a program with a client or a list of providers of its own',
    patterns: [ownClients],
  },
  controller: { says: 'a controller or an add-on of the cluster', patterns: [controllers] },
  'variables-set': {
    says: 'the variables of the role are set in the container',
    patterns: [
      /AWS_ROLE_ARN\W{1,20}(value\W{1,12})?(arn:aws|is set|are set)|AWS_WEB_IDENTITY_TOKEN_FILE\W{1,20}(value\W{1,12})?(\/var\/run|is set|are set)/i,
      /(env(ironment)?( variables?| vars?)?|AWS_ROLE_ARN|token( file)?) (is|are|were|looks?|has) (\w+ )?(set|good|fine|correct|present|injected|right|there|ok)\b/i,
      /get-caller-identity.{0,80}(works|correct|right role|expected role)/i,
    ],
  },
  'role-set-up': {
    says: 'the role is said to be set up, or other programs to use it',
    patterns: [
      /(has|have|with) the (right|correct|proper) (irsa|annotation|(iam )?role)|\birsa (setup |configuration )?(\w+ ){0,6}(is|was) (properly|correctly|already) |(do|does)(n.t| not) (seem to )?support (\w+ )?(irsa|pod identity|iam roles? for)|(service ?account|\bsa\b)s? (\w+ ){0,4}annotated with/i,
      /(other|another) (pods?|programs?|services?|apps?|containers?)\b.{0,60}\b(work|use|access|can)|(same|the) (service ?account|role) works (with|in|for)|(same|other|another) (pod|container)\b.{0,60}\b(work|able|can|succe|uses?)|aws.?cli\b.{0,60}\b(works|succeeds|able to)|(can|able to) (access|list|read)\b.{0,40}\b(by|with|using|from) (the )?aws.?cli/i,
    ],
  },
  'annotation-lost': {
    says: 'an annotation that was lost or not put',
    patterns: [
      /(annotations?|role-arn)\b.{0,80}\b(wip(ed|es|ing)|remov\w+|lost|los(es|ing)|overwr\w+|missing|not (updated|applied|set|included|there|found))|\b(wip(e|es|ed|ing)|remov(e|es|ed|ing)|los(t|es|ing)|overwr\w+) .{0,60}annotations?\b|n.t see .{0,80}annotations?\b|\bsee no annotations?\b|\bannotations? (is|are|was|were)?( being)? ?(not|n.t|never) (being )?(attached|rendered|passed|propagated|present|honou?red)\b|\b(lost|lose|losing) the `?eks\.amazonaws\.com|(\bnot|n.t) annotat(e|ed|ing)\b|\bmissing (the |an? )?\W{0,3}(eks\.amazonaws\.com\/role-arn|annotations?)\b|(not|n.t) include the annotations?/i,
    ],
  },
  imdsv2: {
    says: 'IMDSv2 was made the only one, or the hop limit is spoken of',
    patterns: [
      /\b(enabl|enforc|requir|switch|activat)\w* (to )?(the )?imdsv2|imdsv2 ((is|was|are|set to) )?(support|required|only|enforced|mandatory|by default)|\bhop.?limit\b|HttpTokens: ?required/i,
    ],
  },
  cron: {
    says: 'a program that cron, sudo or another wrapper starts',
    patterns: [/\bcron(tab|job)?\b(?!.{0,20}apiVersion)|\bsudo\b|\benvdir\b|clear_env/i],
  },
  'organization-policy': {
    says: 'a policy of the organization, or a list of allowed services, is spoken of',
    patterns: [/\bSCPs?\b|service control polic|denied by omission|\ballow-?list/i],
  },
  'trust-spoken-of': {
    says: 'a trust policy is spoken of',
    patterns: [
      /(?<!\b(?:correct|right|proper|valid|needed|required|appropriate|without a|matching) )\btrust(ed)? (relationship|polic|entit)\w*|StringEquals|StringLike/i,
      /assume[- _]?role[- _]?polic\w*|\b(irsa|iam role)\b.{0,60}\b(proper|wrong|right|correct|hard-?coded|other|different) namespaces?\b|\b(proper|wrong|right|correct|hard-?coded|other|different) namespaces?\b.{0,60}\b(irsa|iam role)\b/i,
      /\birsa\b.{0,20}\bnamespaces? .{0,20}\bservice ?accounts?\b/i,
    ],
  },
  ...describedClues,
  ...programClues,
  ...providerClues,
  'keys-spoken-of': {
    says: 'access keys are passed to the program',
    patterns: [
      /\b(pass(es|ed|ing)?|set(s|ting)?|giv(e|es|en|ing)|provid(e|es|ed|ing)|us(e|es|ed|ing)) (in )?(an? |the |my |our )?(aws )?(access ?key|static (access )?keys?|static credentials)/i,
    ],
  },
  'role-changed': {
    says: 'the role was renamed, deleted or made again',
    patterns: [
      /\b(renam|delet|recreat|re-creat|replac)\w* (the |our |an? |that |my )?(iam |existing |old )?role\b|\brole (\w+ ){0,3}(was|been|is) (renam|delet|recreat|re-creat)/i,
    ],
  },
  'pod-identity': {
    says: 'variables or addresses of EKS Pod Identity, or its name',
    patterns: [
      /169\.254\.170\.23|AWS_CONTAINER_CREDENTIALS_FULL_URI|eks-pod-identity(?!-webhook)|(?<![\w-])pod[ -]identit(y|ies)(?![ -]webhook)/i,
    ],
  },
  'pod-is-older': {
    says: 'pods that run since before their role, or that a restart helps',
    patterns: [
      /\b(existing|previous(ly)?|already|old(er)?|running) (running )?pods?\b.{0,80}\b(before|cannot|not|\w{2,6}n.t)\b|\bassociations?\b.{0,120}\bonly\b.{0,24}\b(later|after)\b|(before|after) the (pod identity )?association\b|\bin short succession\b|\b(associat|annotat)\w*.{0,120}\b(immediately|right after|at once)\b|\btime delay\b|\brace condition\b|\brace between\b.{0,80}(?:\b|_)(association|annotat\w+|webhook)|\buntil (I|we) restart\b|restart(ing|ed)? (the |of the )?(pods?|controller|deployment)\b.{0,40}\b(fix|help|solve|resolve)/i,
    ],
  },
  'other-partition': {
    says: 'a region of China or of GovCloud',
    patterns: [
      /\bcn-north(west)?-1\b|amazonaws\.com\.cn|\baws-cn\b|\bus-gov-(east|west)-1\b|\baws-us-gov\b|\bgov ?cloud\b/i,
    ],
  },
  'variables-unset': {
    says: 'the variables of the role are not set in the container',
    patterns: [
      /AWS_WEB_IDENTITY_TOKEN_FILE.{0,40}must be set|neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI/i,
      /AWS_(ROLE_ARN|WEB_IDENTITY_TOKEN_FILE)\W{0,20}(is|are|was|were)? ?((not|never) (being )?(set|there|present|injected|found|defined|available|mounted|added|populated|in )|un(set|defined|available)|missing|absent)/i,
      /(\bnot|n.t) have (the )?\W{0,2}AWS_(ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_FULL_URI)\b/i,
    ],
  },
  'after-update': {
    says: 'it worked before an update',
    patterns: [
      /\bwith version \d+\.\d|\b(after|since|when) (\w+ ){0,3}(upgrad|updat|bump|migrat|switch)\w*|\b(stopped working|used to work|worked (fine )?(before|in|until|with)|regression|no longer (work|use)|breaks? (something|our|my)|broke (in|with|after|since)|for years)/i,
    ],
  },
  'now-and-then': {
    says: 'it does not fail each time',
    patterns: [
      /\bintermittent|\bsometimes\b|\brandom(ly)?\b(?! (number|string|suffix|hash|id|name|end|character)s?\b)|\boccasional|from time to time|once in a while|flak(y|iness)|works? after (a )?re(start|try)/i,
    ],
  },
  'node-is-silent': {
    says: 'the metadata service of the node gave no answer',
    patterns: [
      /(ec2imds|169\.254\.169\.254|imds).{0,200}(deadline exceeded|time(d|-)? ?out|host is down|no route|cancell?ed|refused|unreachable|retry quota exceeded|StatusCode: (40[01]|5\d\d))/i,
      /failed to load credentials from imds/i,
    ],
  },
  'node-has-no-role': {
    says: 'the metadata service answered that the node has no role',
    patterns: [
      /(ec2imds|169\.254\.169\.254|ec2metadata request).{0,200}(Status ?Code: 404|404( -)? Not Found)|EmptyEC2RoleList/i,
    ],
  },
  'pod-identity-on-fargate': {
    says: 'EKS Pod Identity on Fargate',
    patterns: [/fargate.{0,400}pod[ -]identit|pod[ -]identit(?![ -]webhook).{0,400}fargate/i],
  },
  fargate: { says: 'pods on Fargate, which have no node', patterns: [/fargate/i] },
  'policy-named': {
    says: 'AWS names the kind of the policy that refuses',
    patterns: [
      /no (identity|resource|session|permissions boundary)[- ]?(based )?policy allows|with an explicit deny in/i,
    ],
  },
  'node-words': {
    says: 'a role that is named as roles of nodes are',
    patterns: [/assumed-role\/[\w+=,.@<>*-]{0,64}(node|worker|instance)[\w+=,.@<>*-]{0,64}\//i],
  },
  'other-broker': {
    says: 'kube2iam or kiam',
    patterns: [/\bkube2iam\b|\bkiam\b|iam\.amazonaws\.com\/role/i],
  },
  'broker-fails': {
    says: 'kube2iam or kiam, which fails',
    patterns: [
      /\b(kube2iam|kiam)\b.{0,80}\b(fail\w{0,6}|errors?|does ?n.t|does not|did not|cannot)\b/i,
      // it is how the pod gets its role, and not one that was replaced
      /(?<!\b(instead of|rather than|from|replac\w+|migrat\w+|moving|drop\w*) .{0,20})\b(using|uses?|with|via|through|by) `?(kube2iam|kiam)\b(?!.{0,60}\b(to|now) (irsa|pod identity))/i,
      /\b(kube2iam|kiam) (mechanism|authentication|auth)\b/i,
    ],
  },
  'sts-not-reached': {
    says: 'STS, or its name, was not reached',
    patterns: [/no such host|could not resolve host|dispatch failure|assume role request failed/i],
  },
  'not-root': {
    says: 'a program whose image does not run as root, with an SDK that does not say that it could not read the token',
    patterns: [/external-secrets-\w{8,10}-\w{5}.{0,400}assumed-role|CredentialsError.{0,400}external-secrets/i],
  },
  'sts-of-region': {
    says: 'a name of STS that exists',
    patterns: [nameOfSts],
  },
  'keda-trigger': { says: 'KEDA, whose triggers name roles of their own', patterns: [/keda-operator/i] },
  'account-not-found': {
    says: 'a service account that the API server does not find',
    patterns: [/serviceaccounts? \W{0,2}[\w.-]{1,253}\W{0,2} not found/i],
  },
  'token-request-unknown': {
    says: 'an API server that does not know the request for a token',
    patterns: [/failed to fetch token: the server could not find the requested resource/i],
  },
  'already-expired': {
    says: 'the credentials had ended when they were given out',
    patterns: [/the retrieved credentials have already expired/i],
  },
  'no-encryption': { says: 'a connection without TLS', patterns: [/\bssl off\b|no encryption/i] },
} as const satisfies Readonly<Record<string, Clue>>;

/** The name of a sign. */
export type ClueId = keyof typeof clues;

/** The signs in a text, in the order of the table. */
export const cluesIn = (text: string): ReadonlySet<ClueId> =>
  new Set((Object.keys(clues) as ClueId[]).filter(id => clues[id].patterns.some(pattern => pattern.test(text))));

import { looksAtFileAlone, notInjected, wasNotInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** Messages of programs that did not reach the metadata service of the node (docs/facts.md §C.3). */
export const metadataMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-imds-unreachable',
    from: 'sdk',
    sample: 'operation error ec2imds: GetMetadata, request canceled, context deadline exceeded',
    patterns: [
      /operation error ec2imds: \w+.{0,160}(deadline exceeded|timed? ?out|canceled|StatusCode: [45]|refused)/i,
      /169\.254\.169\.254\/latest\/(api\/token|meta-data\b).{0,120}(deadline exceeded|timed? ?out|refused|no route)/i,
      /169\.254\.169\.254:80\b.{0,60}(timed? ?out|refused|no route|unreachable)/i,
      /(etimedout|econnrefused|ehostunreach|enetunreach) 169\.254\.169\.254/i,
      /timeouterror.{0,160}credential-provider-imds/i,
      /error when retrieving credentials from iam-role\b/i,
      /error (performing|sending) .{0,60}169\.254\.169\.254/i,
      /ec2 metadata (rolename|token|credentials?) request returned error/i,
      /sdk_?client_?exception:? failed to connect to service endpoint/i,
      /ec2metadataclient\W.{0,80}http request to .{0,60}failed|http request to ec2metadataservice failed/i,
      /(timeout after \d+ seconds from|broken connection to):? (tcp:\/\/)?169\.254\.169\.254/i,
      /failed to load (region|token) from imds\b.{0,160}DispatchFailure/i,
      /can ?not retri?e?ve resource (from )?http:\/\/169\.254\.169\.254/i,
      /\bfail\w{0,6}\b.{0,200}\bimdsv2\b.{0,300}hop_?limit/i,
    ],
    says: 'The program asked the metadata service of the node (IMDS) and got no answer. With IRSA an SDK does not ask it for credentials; pods often cannot reach it (hop limit 1).',
    causes: [
      { ...wasNotInjected, rules: notInjected },
      {
        text: 'The program asks it for the region or the VPC, not for credentials: then IRSA is not the cause. Set AWS_REGION, or the option of the program.',
        rules: [],
        tell: 'AWS_ROLE_ARN is set in the container, or the path in the message is no security-credentials.',
      },
      {
        text: 'The role of the node is meant, and its metadata service was slow or throttled many programs of the node: more attempts and a longer time-out (AWS_METADATA_SERVICE_NUM_ATTEMPTS, AWS_METADATA_SERVICE_TIMEOUT).',
        rules: [],
        tell: 'It works most of the time.',
      },
    ],
    unless: ['sdk-no-credentials', 'imds-metadata'],
    isSymptom: true,
  },
  {
    id: 'imds-metadata',
    from: 'other-service',
    sample:
      'failed to introspect vpcID from EC2Metadata or Node name, specify --aws-vpc-id instead if EC2Metadata is unavailable',
    patterns: [
      /failed to (introspect|get|fetch) (vpc ?id|region)\b.{0,80}(ec2 ?metadata|instance metadata|imds)/i,
      /ec2imds: (GetInstanceIdentityDocument|GetRegion)/i,
      /(vpc id|mac|region|instance identity)( \w+)?( from| through|:).{0,60}ec2imds: GetMetadata/i,
      /retrieving IMDS metadata failed/i,
      /\[filter:aws:\S{1,40}\] failed to get (instance|vpc|region|az|availability)/i,
      /ec2 ?(instance )?metadata is (not|un) ?available/i,
      /could not get (ec2 )?(instance )?metadata from aws/i,
      /could not determine region from any metadata service/i,
      // a path of another thing than credentials
      /169\.254\.169\.254\/latest\/(meta-data\/(?!iam\b)[\w-]+|dynamic\/instance-identity)\S{0,80}.{0,60}(deadline exceeded|timed? ?out|refused|no route)/i,
    ],
    says: 'The program asked the metadata service of the node (IMDS) for a region, a VPC or an instance, and pods cannot reach it (hop limit 1). These are not credentials: IRSA is not the cause.',
    causes: [
      {
        text: 'Give the value to the program: --aws-region, --aws-vpc-id, AWS_REGION, or its Helm values.',
        rules: [],
        tell: 'The program has such an option; the pod has a role of its own.',
      },
      {
        text: 'Fargate has no metadata service: give the value by an option or by AWS_REGION, which the webhook sets where the service account has a role. A program without such an option, or one that looks for its own instance, runs on nodes alone.',
        rules: ['service-account-role-unannotated'],
        tell: 'The pod runs on Fargate (its node is called fargate-…).',
        likelier: ['fargate'],
      },
      looksAtFileAlone,
      {
        text: 'Raise the hop limit of the nodes to 2, or to 3 where the network plugin adds a hop of its own (an overlay, eBPF); this lets every pod use the role of the node.',
        rules: [],
        tell: 'The program has no such option.',
        decisive: ['hop-limit-wanted'],
      },
    ],
  },
];

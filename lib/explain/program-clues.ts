import type { Clue } from './network-clues.ts';

/** Signs of a program, or of a setting of it, that keeps the role of its pod from being used as meant. */

/** Part of the table of signs (clues.ts). */
export const programClues = {
  's3a-list': {
    says: 'the providers of the S3A connector of Hadoop',
    patterns: [
      /\bSimpleAWSCredentialsProvider\b|\bfs\.s3a\.aws\.credentials\.provider\b.{0,40}\b(default|unset|not set)/i,
    ],
  },
  'setting-ignored': {
    says: 'a setting for the endpoint of STS that has no effect',
    patterns: [
      /\b(I|we)( have|.ve)?( also| already)? (set|added|tried|exported)\b.{0,24}\b((above|this|that) env\w* var\w*|AWS_STS_REGIONAL_ENDPOINTS)\b.{0,160}(\b(but|still|yet|however|not)\b|n.t\b)/i,
      /AWS_STS_REGIONAL_ENDPOINTS.{0,80}\b(no effect|ignor\w+|(n.t|not) (seem to |appear to )?(work|use|help|honou?r|take)\w*|still (calls?|uses?|goes?|connects?))\b/i,
    ],
  },
  'own-sts-client': {
    says: 'a client for STS that the program makes itself',
    patterns: [
      /\bsts client\b.{0,160}\b(default )?session\b|\bSecurityTokenServiceClient\b|\bsts\.New(FromConfig)?\(/i,
    ],
  },
  'region-of-bucket': {
    says: 'the region of a bucket, which STS is called in too',
    patterns: [/\bbucket('s)? region\b.{0,80}\bsts\b|\bsts\b.{0,40}\b(same )?region (as|of) the bucket\b/i],
  },
  'never-answers': {
    says: 'a call that never ends',
    patterns: [/\bdead ?-?locks?\b|\bhangs? (forever|indefinitely)|\bnever (returns?|completes?|ends?)\b/i],
  },
  'mesh-not-ready': {
    says: 'a proxy of a service mesh that is not ready when the program starts',
    patterns: [
      /\b(envoy|istio(-proxy)?|linkerd(-proxy)?|sidecar)\b.{0,40}(n.t|\bnot) (\w+ )?(up|ready|started|running|initiali[sz]ed)\b/i,
      /\b(before|until|wait\w* (for|until))\b.{0,24}\b(envoy|istio(-proxy)?|linkerd(-proxy)?|the sidecar)\b.{0,24}\b(up|ready|start(s|ed)?|running)\b/i,
    ],
  },
  'path-built-in': {
    says: 'a path of the token that is part of the program',
    patterns: [
      /\btoken (file )?(location|path)\b.{0,20}\b(is |was )?hard-?coded|\bhard-?cod\w+ (the )?(token |file )?(path|location)\b.{0,40}\btoken/i,
    ],
  },
  'hop-limit-wanted': {
    says: 'a hop limit that is to be higher',
    patterns: [
      /\bhop.?limit\b.{0,40}\b(of|to|is|be|least|minimum)\W{1,3}(at least )?[23]\b/i,
      /\b(rais\w+|increas\w+|minimum|at least|higher)\b.{0,60}\bhop.?limit\b/i,
      /Limit\W{1,4}[23]\W{1,3}(is )?(required|needed)/i,
    ],
  },
  'metadata-not-by-role': {
    says: 'metadata of an instance, which no role gives',
    patterns: [
      /\b(instance )?metadata\b.{0,24}\b(does|do|did)? ?(n.t|not) work\w* (with|by|through|via) (irsa|iam roles?|web ?identity)|\[filter:aws\b|\baws (metadata )?filter\b/i,
    ],
  },
  'metadata-reader': {
    says: 'a driver or an agent that reads the metadata of its node',
    patterns: [
      /\b(ebs|efs|fsx)[ .-]csi\b|\bnode[- ]termination[- ]handler\b|\bcloudwatch[- ]agent\b|\bawscontainerinsight\w*/i,
    ],
  },
  'cloudwatch-agent-role': {
    says: 'the agent of CloudWatch and a role of its pod',
    patterns: [
      /(\bcloud ?watch[- ]agent\b|whether I.m running in ECS).{0,600}(\birsa\b|\bservice ?account|\bRUN_WITH_IRSA\b)/i,
    ],
  },
  'file-alone': {
    says: 'a credentials file, and no other place of credentials',
    patterns: [
      /^(?!.*(EC2Role|EnvAccessKey|WebIdentity|EC2Metadata|assumed-role)).*?SharedCredsLoad: failed to load shared credentials file\b.{0,120}\/root\/\.aws\/credentials/i,
    ],
  },
  'metadata-by-host': {
    says: 'the network of the host, and no word of credentials',
    patterns: [/^(?!.*\bcredentials?\b).*?\bhost ?network\b/i],
  },
  'policy-allows': {
    says: 'a policy that allows the call which is dropped',
    patterns: [
      /\b(despite|although|even though|though)\b.{0,80}\b(rules?|polic(y|ies)|allow\w*)\b.{0,160}\b(deny|denied|dropped|blocked)\b/i,
    ],
  },
  'answer-kept': {
    says: 'an answer of the agent that the program keeps although it is an error',
    patterns: [/\b(non-?200|errors?( body)?)\b.{0,60}\b(cached|stored|kept|parsed) as\b/i],
  },
  'shared-endpoint': {
    says: 'VPC endpoints of another VPC, or without private DNS',
    patterns: [
      /\bhub[- ]and[- ]spoke\b|\bprivate dns\b.{0,24}\b(disabled|off|not enabled)|\b(disabled?|without|no) private dns\b|\bcentrali[sz]ed\b.{0,24}\bendpoints?\b/i,
    ],
  },
  'support-asked': {
    says: 'a title that asks for support of roles of pods',
    patterns: [
      /^\W{0,3}(feature( request)?:? )?(please )?(add |adds )?(support|allow|enable|implement)\b(?! for).{0,40}\b(irsa|web ?identity|iam roles? for service|AWS_WEB_IDENTITY_TOKEN_FILE)/i,
    ],
  },
  'sessions-many': {
    says: 'requests to the agent at each call',
    patterns: [
      /\b(requests? per second|throttl\w+)\b.{0,300}\bcached credentials\b|\bevery ?time\b.{0,60}\brequests? credentials\b/i,
    ],
  },
  'environment-cleared': {
    says: 'an environment that does not reach the program',
    patterns: [
      /\b(php-?fpm|sudo|su-exec|gosu|cron|supervisord?|systemd|wrapper|entry ?point)\b.{0,60}\b(filter|clear|dropp?|stripp?|remov|reset|hid)(s|es|ed|ing)?\b.{0,40}\benv(ironment)?\b/i,
      /\benv(ironment)?[ _]var\w*\b.{0,40}\b(filtered out|cleared|stripped|not (being )?(passed|exposed|inherited|forwarded|visible))\b/i,
    ],
  },
  'credentials-stale': {
    says: 'credentials that the program keeps until it is started again',
    patterns: [/\bstale\b.{0,24}\bcredentials\b|(n.t|\bnot) recover\b.{0,80}\b(restart\w*|re-?creat\w+)\b/i],
  },
  'credentials-once': {
    says: 'credentials that the program takes once, at its start',
    patterns: [
      /\b(cred(ential)?s?|tokens?|sessions?)\b.{0,80}\b(only|just)\b.{0,24}\bonce\b.{0,16}\b(start\w*|boot\w*|init\w*|launch\w*)\b/i,
      /\b(only|just)\b.{0,24}\bonce\b.{0,16}\b(start\w*|boot\w*|init\w*|launch\w*)\b.{0,80}\b(cred(ential)?s?|tokens?|sessions?)\b/i,
      /\bsame (aws |iam )?(tokens?|cred(ential)?s|session) (is|are|gets?|will be) (re-?used|kept|used again)\b/i,
      /\b(cred(ential)?s|tokens?|session)\b.{0,24}(\bnot|n.t|\bnever)\b (be |being |been )?(pulled|fetched|loaded|obtained|retrieved|requested|taken) again\b/i,
    ],
  },
} as const satisfies Readonly<Record<string, Clue>>;

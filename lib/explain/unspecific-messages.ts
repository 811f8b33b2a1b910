import { clues } from './clues.ts';
import {
  asksForItself,
  byBroker,
  cannotReadToken,
  configuredRoleRefuses,
  hasKeys,
  hasNoRegion,
  hasNoRole,
  isNotCovered,
  metadataIsClosed,
  roleLacksPermission,
  sdkIsOld,
  trustRefuses,
  wasNotInjected,
  wentOnToNode,
} from './common-causes.ts';
import { kedaOperatorMessage, podIdentityDescribed } from './described-identity-messages.ts';
import { wantsMetadata } from './described-metadata-messages.ts';
import type { Cause, KnownMessage } from './known-message.ts';
import { meshInBetween } from './network-messages.ts';
import { namesNoProvider } from './sdk-module-messages.ts';
import { otherSts } from './sts-provider-messages.ts';
import { webhookDescribed } from './webhook-messages.ts';

/** A role that refuses is a cause of its own in these messages. */
const wentOn: Cause = { ...wentOnToNode, rules: ['cluster-provider-missing', 'runtime-assume-failing'] };

/** AWS in a text, by a service, an SDK, a name or a host of it. */
const aws =
  '(\\baws\\b|amazonaws|\\bs3\\b|s3a?:\\/\\/|\\bsqs\\b|\\bsns\\b|\\bkms\\b|dynamo ?db|kinesis|cloudwatch|bedrock|athena|secrets ?manager|parameter store|route ?53|\\becr\\b|\\bmsk\\b|\\brds\\b|\\beks\\b|\\birsa\\b|\\bsts\\b|\\bimds(?:v\\d)?\\b|169\\.254\\.169\\.254|boto|botocore)';
const refused =
  '(access[ _]?denied|(?<!open \\S{1,80} ?)permission ?denied|\\b403\\b|forbidden|unauthori[sz]ed|not authori[sz]ed|authentication[ _]failed|fail\\w{0,6} (to|on) authori[sz]\\w+|auth(entication)? error)';
const lacking =
  '((could ?n.t|could not|can ?not|can.t|unable|fail\\w{0,6}|error|issues?|no|missing|invalid|without|empty|not able|do ?n.t have|do not have)\\b.{0,60}\\bcredentials?\\b|\\bcredentials?\\b.{0,40}\\b(not|fail\\w{0,6}|errors?|missing|invalid|expired|denied|empty)\\b)';
/** Other clouds and systems, whose refusals have the same words; logins of people and of kubelets. */
const others =
  '(google|\\bgcs\\b|gcloud|azure|keyvault|\\bvault\\b|docker ?hub|github|gitlab\\.com|jwt expired|no basic auth|mapping username|getting credentials: exec|exec: .aws|executable aws|must be logged in to the server)';
/** A program that prints how it looks for credentials, with success or not. */
const printsChain = '("?level"?\\W{1,3}DEBUG|\\bDEBUG [\\w.:]*credentials)';
/** `first` and `second` near each other, in any order, and nothing of `no` in the text. */
const both = (first: string, second: string, no = `(${others}|${printsChain})`): readonly RegExp[] => [
  new RegExp(`^(?!.*${no}).{0,4000}?${first}.{0,300}?${second}`, 'i'),
  new RegExp(`^(?!.*${no}).{0,4000}?${second}.{0,300}?${first}`, 'i'),
];

/** The role of a pod, in words of people: a role of IAM is one only where the text is about a cluster. */
const role =
  "(\\birsa\\b|iam[ -](?:roles?[ -])?for[ -]service[ -]?accounts?|iam service ?accounts?|web ?identity|service ?account(?:'s)? (?:iam )?role|role of (?:the|its) service ?account|assum\\w+ (?:the|an?|its|this|that) (?:\\S+ ){0,3}role|\\baws roles?\\b|use the role\\b|arn of the role|(?:correct|right|proper) annotation|credentials? (?:provider )?chain|AWS_ROLE_ARN|\\bpod(?:'s)? (?:iam )?role|role[- ]arn\\b|(?<=\\b(?:eks|pods?|kubernetes|k8s|helm|service ?accounts?|kubectl)\\b.{0,600})iam roles?\\b|\\biam roles?\\b(?=.{0,600}\\b(?:eks|pods?|kubernetes|k8s|helm|service ?accounts?|kubectl)\\b))";
const fails =
  "(\\bnot\\b|n't\\b|\\bno longer\\b|\\bfail\\w{0,6}|\\bbroken\\b|\\berrors?\\b|\\bunable\\b|\\bignor\\w+|\\bcannot\\b|\\binstead\\b|\\bno avail\\b|\\bstruggl\\w+|\\bstill\\b|\\bproblems?\\b|\\bissues?\\b|\\bmissing\\b|\\bimpossible\\b|\\bwip(?:e|es|ed|ing)\\b|\\blos(?:t|es|ing)\\b|\\btrouble\\b|\\bdenied\\b|\\bany ?way (?:for|to)\\b|\\bwithout\\b|\\bstop(?:s|ped)? working|\\bwrong (?:iam )?role\\b)";

/** A trust policy of a role for pods, and words for its fault. */
const trust =
  '(?:oidc_fully_qualified_subjects|\\b(?:trust|assume[- _]?role)[- _]?(?:polic\\w+|relationships?|statements?|conditions?)|\\boidc subjects?)(?=.{0,400}(?:service ?accounts?|irsa|oidc|system:serviceaccount)|(?<=(?:service ?accounts?|irsa|oidc|system:serviceaccount).{0,400}))';
const wrong =
  "(?:\\bnot\\b|n't\\b|\\bwrong|\\bincorrect\\w*|\\bunable|\\bcannot|\\bfail\\w{0,6}|\\bonly\\b|\\blast one\\b|\\bmismatch\\w*|\\bmissing|\\bremove\\b|\\blacks\\b|\\bfix\\w*|\\bduplicat\\w+)";

const otherRoleDescribed: KnownMessage = {
  id: 'second-role-described',
  from: 'sdk',
  sample: 'unable to chain the role of the pod to a role of another account',
  patterns: [
    /\b(unable|cannot|can.t|not able|no way|not possible|does ?n.t|do ?n.t|does not) (to )?(\w+ )?chain\w* (the |a |of )?(\w+ )?roles?\b/i,
    // a step that a person describes: the pod has its role, and the next one is refused
    /\b(?:exception|errors?|inability|unable|fails?|failed|failing)\b(?: \w+){0,2} to \W?assume\W?role\b(?<=\b(?:irsa|web ?identity)\b.{0,600})/i,
  ],
  says: 'The program is to go on from the role of its pod to a second one, of another account most often.',
  causes: [
    {
      text: 'The program has no setting for it: mount a configuration file with a profile of role_arn (the second role) and source_profile (one of role_arn and web_identity_token_file, that of the pod), and name it by AWS_CONFIG_FILE and AWS_PROFILE; or let the other account trust the issuer of the cluster, and annotate its role.',
      rules: [],
      tell: 'The documents of the program name no second role, and CloudTrail has no AssumeRole of the role of the pod.',
    },
    {
      text: 'The trust policy of the second role does not allow sts:AssumeRole (and sts:TagSession with EKS Pod Identity) to the first, or the first has no permission for it.',
      rules: ['service-account-second-role', 'pod-identity-chain-refuses-tags'],
      tell: 'CloudTrail has a refused AssumeRole of the role of the pod.',
      decisive: ['assume-refused'],
    },
    sdkIsOld,
  ],
};

/** A program that looks for the token in one place alone. */
const pathIsBuiltIn: Cause = {
  text: 'The program has the path of the token built in, and does not read AWS_WEB_IDENTITY_TOKEN_FILE: update it, or mount a token at that path.',
  rules: [],
  tell: 'AWS_WEB_IDENTITY_TOKEN_FILE names another path than /var/run/secrets/eks.amazonaws.com/serviceaccount/token.',
  decisive: ['path-built-in'],
};

/** Texts about AWS that show a failure and not whose: the first that matches is told where no other message is known. */
export const unspecificMessages: readonly KnownMessage[] = [
  webhookDescribed,
  {
    id: 'second-role-refused',
    from: 'other-service',
    sample: 'unable to assume role: AccessDenied',
    patterns: [
      /(unable|fail\w{0,6}|could not|couldn't|cannot|can't|error) (to )?assum(e|ing) (the |iam |a )?(\w+ )?role\b.{0,200}(access ?denied|not authorized|forbidden|status ?code:? 403)/i,
      /\(AccessDenied\) when calling the AssumeRole operation/i,
      /operation error STS: AssumeRole,.{0,200}(AccessDenied|StatusCode: 403)/i,
      /\baccess denied \(service: AWSSecurityTokenService\b/i,
      /(not authorized|not allowed|denied|unable|fail\w{0,6}) to assume (the |a |an )?[\w-]{1,40}([ -]specific)? role\b(?!.{0,40}web ?identity)/i,
    ],
    says: 'The program was to assume a role by its configuration, beside the one of its service account, and was refused. The text does not name the caller.',
    causes: [
      asksForItself,
      configuredRoleRefuses,
      {
        text: 'The pod has no role of its own, and asked with the one of its node: annotate its service account, restart the pod.',
        rules: [...hasNoRole.rules, ...wasNotInjected.rules],
        tell: 'kubectl exec <pod> -- env shows no AWS_ROLE_ARN.',
      },
      cannotReadToken,
    ],
  },
  otherRoleDescribed,
  {
    id: 'sts-global-described',
    from: 'sdk',
    sample: 'the SDK calls sts.amazonaws.com and not the regional endpoint',
    patterns: [
      /(sts\.amazonaws\.com|global (sts )?endpoint)\b(?!["'`]?\]?[,}]).{0,120}\b(instead of|rather than|and not|though|despite|ignor\w+)\b.{0,120}\b(region\w*|vpc endpoint|endpoint_url)/i,
      /\b(instead of|rather than|not|ignor\w+|never|\w{2,6}n.t)\b.{0,80}\bregional (sts )?endpoints?\b.{0,160}\b(sts\.amazonaws\.com|global|us-east-1)\b/i,
      /\b(no|lack\w*|missing|without|add\w*) (support )?(for |of |to )?(the |aws )?(sts )?regional (sts )?endpoints?\b/i,
      /\b(no )?support (for|of) (the |aws )?(regional sts|sts regional) endpoints?\b/i,
      /AWS_STS_REGIONAL_ENDPOINTS\b.{0,200}\b(no effect|ignor\w+|not applied|\w{2,6}n.t applied|not passed|\w{2,6}n.t passed|\w{2,6}n.t work|not work|not supported|unsupported)\b/i,
      /\b(not|\w{2,6}n.t|never|omit\w*|fail\w{0,3}|forgot\w*|lacks?|missing|respect\w*|take into account|honou?r)\b.{0,60}\bAWS_STS_REGIONAL_ENDPOINTS\b/i,
      /\b(can ?not|can.?t|could not|unable to|not able to|no access to|fail\w* to) (reach|access|connect to|use)?\b.{0,24}\bglobal (aws |sts |service )*endpoints?\b/i,
      /\bglobal (aws |sts |service )*endpoints?\b.{0,60}\b(fail\w*|outage|unreachable|blocked|timed? out|down|deprecat\w+)\b/i,
      /\bREGIONAL_ENDPOINTS\b.{0,300}\balways\b.{0,30}\bus-east-1\b/i,
      /\b(sts|web ?identity\w*|fromTokenFile|fromWebToken)\b.{0,160}\b(uses?|using|picks?|takes?|hits?)\b.{0,12}\bus-east-1\b.{0,40}\b(instead of|rather than|regardless|although|even though)\b/i,
      // a call that goes to us-east-1 where another region is meant
      /\b(sts|AssumeRoleWithWebIdentity\w*|assume-role-with-web-identity|web ?identity)\b.{0,500}\b(calls?|calling|sen[dt]s?|going|goes|went|directed|fall(s|ing)? back|defaults?|always|events?)\b.{0,30}\b(to|at|in|under|on|with|the)\b \W{0,2}(https:\/\/)?(sts\.)?us-east-1\b/i,
      /\b(calls?|calling|sen[dt]s?|going|goes|went|directed|fall(s|ing)? back|defaults?|always)\b.{0,30}\b(to|at|in|under|on|with|the)\b \W{0,2}(https:\/\/)?(sts\.)?us-east-1\b.{0,500}\b(sts|AssumeRoleWithWebIdentity\w*|web ?identity)\b/i,
      /\bsts\.amazonaws\.com\W{0,3} ?((which|that) )?(is|was|being) (\w+ )?(blocked|denied|forbidden|filtered|unreachable|not (reachable|allowed|access[ai]ble))/i,
      /\bregion(al)?\b.{0,80}\bendpoints?\b.{0,12}\b(instead of|rather than) (the )?(sts )?global\b/i,
      /\b(use|using|enable|support|allow|prefer)\w*\b.{0,24}\bregional (aws )?(sts )?endpoints?\b.{0,40}\b(sts|AssumeRole)/i,
      ...clues['region-of-bucket'].patterns,
      /\bregion\b.{0,40}\bignored\b.{0,60}\bsts\.amazonaws\.com\b|\bsts\.amazonaws\.com\b.{0,60}(n.t|\bnot) work (inside|in|from|within) (a |the |private )*(vpc|subnets?)\b/i,
      /\b(uses?|using|calls?|calling)\b.{0,12}\bglobal sts endpoint\b|\bsts client (uses|using) (the )?global endpoint\b/i,
      /\bsts\b.{0,12}\bvpc endpoints?\b.{0,60}(n.t\b|\bnot\b|\bfail\w{0,6}|\bignor\w+)|\b(unable|not able|cannot|can.t|does ?n.t|does not|ignor\w+)\b.{0,24}\b(regional )?sts\b.{0,12}\bvpc endpoints?\b/i,
    ],
    says: 'The program exchanges its token at the global endpoint of STS, in us-east-1 or in the region of its bucket, although another region is meant.',
    causes: [
      {
        text: 'The SDK takes the global endpoint by default (before July 2025; Go v1, Python, Java v1, PHP): set AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION in the container, which the webhook does by eks.amazonaws.com/sts-regional-endpoints: "true". A region or endpoint that the program gives to its own client is not used for the exchange of the token.',
        rules: ['service-account-option-ignored', 'runtime-sts-region'],
        sign: 'sts-by-endpoint-alone',
        tell: 'kubectl exec <pod> -- env shows no AWS_STS_REGIONAL_ENDPOINTS=regional.',
      },
      {
        text: 'The variables are set, and the SDK is older than them, or the program makes its own client for STS and gives it no region, or that of its bucket: update it, or give the region to that client.',
        rules: ['runtime-sts-region', 'runtime-sdk-unsupported'],
        tell: 'The variables are in the container, and CloudTrail shows the call in us-east-1.',
        decisive: ['region-is-set', 'setting-ignored', 'own-sts-client', 'region-of-bucket'],
      },
    ],
  },
  {
    id: 'session-kept',
    from: 'sdk',
    sample: 'after an hour each call to AWS is denied',
    patterns: [
      /after (exactly |about |around |roughly |~ ?)?(an?|one|1|some|several|few|a few|\d+( ?[-–] ?\d+)?) ?(h|hrs?|hours?)\b.{0,200}(fail|denied|error|refused|expired|unauthori[sz]ed|forbidden|403|stop)/i,
      /\b(credentials?|sessions?|tokens?)\b.{0,60}\b(expir\w+|time(s|d)? ?out|limited to|broken|invalid)\b.{0,24}\b(an?|one|\d+) ?(h|hrs?|hours?)\b/i,
      /after .{0,80}\b(a (long )?while|some time|a long time|days)\b.{0,200}\b(fail|denied|error|can.?t|cannot|unable|expired|stop)/i,
      /^(?!.*(azure|google)).*?\b(fail\w{0,6}|unable|not able|does not|doesn.t|cannot|can.t) (to )?(refresh|renew)\b.{0,60}\b(credentials?|tokens?|session)\b/i,
      /\b(always |again )?(reload|re-?read)s?\b.{0,60}\btokens?\b|\btoken (file )?is (\w+ )?(updated|rotated|refreshed|renewed)\b/i,
      /(irsa|iam role|web ?identity|sts|session|aws) (\w+ )?(token|credentials?|session)s? (\w+ ){0,3}(not|never|isn't|aren't) (\w+ )?(renew|refresh|rotat)/i,
      ...clues['credentials-stale'].patterns,
      ...clues['credentials-once'].patterns,
      /\btoken( file)?\b.{0,40}\bnever (re-?read|re-?load|refresh|renew)\w*|\bonly reads?\b.{0,120}\btoken\b.{0,120}\bonce\b/i,
      /token(s|[_ ]file)?\b.{0,24}\b(is|are|was|were|gets?) (only )?(read|loaded|fetched) (only )?(one time|once)\b/i,
      /(n.t|\bnot|\bnever) (re-?)?(load|read)s? (the )?(latest|rotated|renewed|refreshed)\b.{0,40}token/i,
    ],
    says: 'Credentials of a role end after an hour, tokens of a service account after a day at most. A program that fails from then on has kept its first ones.',
    causes: [
      {
        text: 'The program fetched credentials, a token or a signed login once at its start and keeps them, or its SDK does not renew them: update it, and restart the pod until then.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The error begins an hour (a day) after the start of the pod, and a restart ends it.',
        likelier: ['credentials-stale'],
        decisive: ['credentials-once'],
      },
      {
        text: 'The role was deleted and made again: AWS refuses the sessions of the old one, which the program keeps until they end. Restart the pods.',
        rules: [],
        tell: 'CreateDate of aws iam get-role is later than the start of the pod.',
        decisive: ['role-changed'],
      },
      {
        text: 'A session token was put into the container by hand.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl exec <pod> -- env shows AWS_SESSION_TOKEN.',
      },
    ],
  },
  kedaOperatorMessage,
  podIdentityDescribed,
  {
    id: 'trust-policy-described',
    from: 'cluster',
    sample: 'the trust policy of the role does not allow the service account',
    patterns: [
      new RegExp(`${trust}.{0,300}${wrong}`, 'i'),
      new RegExp(`${wrong}.{0,300}${trust}`, 'i'),
      /\bStringEquals\b.{0,200}\b(break\w*|fail\w{0,6}|exact match|hard-?coded|static)\b(?<=\bservice[ _]?account.{0,600})/i,
      /\b(correct|right|wrong|incorrect|proper)\b.{0,12}\bnamespaces?\b.{0,80}\bservice ?accounts?\b.{0,60}\b(assum\w+|sts|irsa|trust)\b/i,
      /\bservice[ _]?account(?:[ _]name)?\b.{0,160}\bchanges?\b.{0,200}\b(break\w*|permissions|denied|StringEquals)\b/i,
      // a name that the account of an add-on does not have
      /\biam\b.{0,200}\bservice ?accounts?\b.{0,200}\bwrong name\b|\bwrong (service ?account )?name\b.{0,200}\bservice ?account\b.{0,300}\b(iam|irsa|role)\b/i,
      /\bnot the (sa|service ?account)\b.{0,20}\b(created|used|of)\b.{0,40}\b(aws|eks|add-?on|chart|pods?)\b/i,
      /\bStringEquals?\b.{0,80}\b(\w{2,6}n.t|not) (work|match)\w*\b.{0,24}\bwildcards?\b/i,
    ],
    says: 'The text is about the trust policy of a role for pods. irsa-auditor lint <file> says whether the policy is right, scan whether it fits the service accounts.',
    causes: [
      {
        text: 'The subject in the trust policy is not this namespace and service account: another name or namespace, one of several that a module or template left out, or a wildcard under StringEquals, which never matches (StringLike does).',
        rules: ['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'trust-subject-malformed'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument shows the subjects that are trusted.',
      },
      {
        text: 'The policy trusts another provider or cluster, tests another key or audience, or allows another action.',
        rules: [
          'trust-provider-missing',
          'trust-key-issuer-mismatch',
          'trust-audience-impossible',
          'trust-action-wrong',
        ],
        tell: 'irsa-auditor lint of the policy names the fault.',
        decisive: ['subject-as-audience', 'other-action', 'provider-host-wrong'],
      },
    ],
  },
  {
    id: 'pods-run-as-default',
    from: 'cluster',
    sample: 'the pods use the default service account and do not get the role',
    patterns: [
      ...clues['other-account'].patterns.map(
        ({ source }) =>
          new RegExp(`(?:${source}).{0,300}\\b(?:permissions?|access|roles?|credentials?|aws|irsa|iam)\\b`, 'i'),
      ),
      /\b(not|\w{2,6}n.t) (using|use|set|have) (the |a )?[`'"]?serviceAccountName\b/,
    ],
    says: 'The text says that pods run as another service account than the one with the role.',
    causes: [hasNoRole, sdkIsOld],
  },
  {
    id: 'aws-refused',
    from: 'other-service',
    sample: 'Access denied (a service of AWS)',
    patterns: both(aws, refused),
    says: 'A service of AWS, or a program in front of it, refuses; the text shows neither the caller nor the error of AWS. aws sts get-caller-identity in the pod shows which of the causes it is: the role of the annotation, the node, or keys.',
    causes: [
      ...[
        { ...sdkIsOld, decisive: ['own-client', 'node-first', 'support-asked'] as const },
        roleLacksPermission,
        hasNoRole,
        wasNotInjected,
      ],
      ...[wentOn, cannotReadToken, hasKeys, trustRefuses, isNotCovered, metadataIsClosed, byBroker],
      { ...configuredRoleRefuses, decisive: ['other-role-set'] },
    ],
  },
  {
    id: 'aws-credentials-missing',
    from: 'sdk',
    sample: 'AWS: could not load credentials',
    patterns: both(aws, lacking),
    says: 'The program did not get credentials of AWS; the text does not say which of its ways failed. kubectl exec <pod> -- env shows the next step: without AWS_ROLE_ARN the pod has no role, with it the program does not use it.',
    causes: [
      ...[sdkIsOld, hasNoRole, wasNotInjected, metadataIsClosed, cannotReadToken],
      ...[wentOn, isNotCovered, byBroker, hasKeys, trustRefuses, hasNoRegion],
      { ...meshInBetween, decisive: ['mesh-not-ready'] },
    ],
  },
  {
    id: 'role-described',
    from: 'sdk',
    sample: 'IRSA does not work',
    patterns: [...both(role, fails, printsChain), ...clues['keys-first'].patterns],
    says: 'A program does not use the role of its service account. The text does not say where it fails: kubectl exec <pod> -- env shows the next step. Without AWS_ROLE_ARN the pod has no role, with it the program does not use it.',
    causes: [
      ...[sdkIsOld, hasNoRole, wasNotInjected, wentOn, cannotReadToken],
      ...[hasKeys, trustRefuses, isNotCovered],
      ...[wantsMetadata, metadataIsClosed, roleLacksPermission, asksForItself],
      { ...byBroker, decisive: ['broker-fails'] },
      { ...configuredRoleRefuses, decisive: ['other-role-set'] },
      { ...otherSts, decisive: ['other-partition'] },
      { ...meshInBetween, decisive: ['mesh-not-ready'] },
      pathIsBuiltIn,
      namesNoProvider,
    ],
  },
];

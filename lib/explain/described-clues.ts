import { type Clue, networkClues } from './network-clues.ts';

/** Signs that people write about a trust policy, a cluster or a service account, beside their error. */

/** Part of the table of signs (clues.ts). */
export const describedClues = {
  ...networkClues,
  'literal-wildcard': {
    says: 'a trust policy with a wildcard under StringEquals',
    patterns: [/StringEquals"?\W{1,6}(?:(?!\}).){0,600}:sub"?\W{1,8}system:serviceaccount:[\w.:<>-]{0,120}[*?]/i],
  },
  'provider-without-arn': {
    says: 'a trust policy whose Federated principal is a host name, not the ARN of a provider',
    patterns: [/"Federated"\W{1,8}(https:\/\/)?oidc[.-]/i],
  },
  'subject-as-audience': {
    says: 'a trust policy that tests the subject under the key of the audience',
    patterns: [/:aud"?\W{1,8}system:serviceaccount:/i],
  },
  'other-action': {
    says: 'a trust policy that allows sts:AssumeRole to an OIDC provider',
    patterns: [/"Federated"(?:(?!"Effect"|"AWS"|"Service").){0,300}"Action"\W{1,8}sts:AssumeRole"/i],
  },
  'trusts-service': {
    says: 'a trust policy of a service of AWS, as roles of nodes have',
    patterns: [
      /^(?!.*"Federated").*"Service"\W{1,8}ec2\.amazonaws\.com|\b(created|made|chose|selected) (the role |it |an? (iam )?role )?(as|for|of|with) (the )?(type )?(ec2|aws service)\b/i,
    ],
  },
  'other-cluster': {
    says: 'a cluster that was made again, or another one',
    patterns: [
      /\b(new|another|second|other|different|recreat\w+|re-creat\w+|rebuil\w+|migrat\w+ (to )?(an?|the)) (new |eks |kubernetes |k8s )*clusters?\b|\bclusters? (was|were|is|got|has been) (recreat|re-creat|rebuil|replac|destroy|delet)\w+|blue[/ -]green/i,
    ],
  },
  'other-account': {
    says: 'pods that run as another service account than the one with the role, or an account that was renamed',
    patterns: [
      /\b(us(e|es|ed|ing)|assigned|runs?|running|with|under|as|to|inherit\w*) (the |a )?[`'"]?default[`'"]? service ?accounts?\b(?! names?\b)/i,
      /\b(use|uses|using|with|set|have|has|is) (to )?[`'"]?serviceAccountName: ?[`'"]?default\b/i,
      /\b(rename of|renamed|renaming) (the |its |our |a )?(name of )?(\w+ )?service ?accounts?\b|\bservice ?accounts? (name )?(was|is|got|has been|were) (renamed|changed)\b/i,
      /\b(does ?n.t|do ?n.t|does not|do not|not|never) (\w+\/){0,4}(\w+ )?(use|used|using|inherit|retain|reference|run (as|with)|set) (it |the |a |an |its |any |my |custom |right |correct ){0,3}(custom )?service ?account(Name)?\b(?!.{0,24}\broles?\b)/i,
      /\bmandates?\W{1,4}the default service ?account|\bservice ?account(Name)?\b.{0,200}\b(always|still) (being )?(set to|used?) [`'"]?default\b/i,
      /\b(use|uses|using|run as|running as) [`'"]default[`'"] (sa|service ?account)\b|\bset the service ?account name that the pods?\b/i,
      /\b(pre-?created|pre-?existing|existing|already provisioned|external)\b.{0,24}\bservice ?accounts?\b.{0,400}\b(its own|own|always|skip|create: false)\b/i,
      /\b(ability|able|way|allow\w*|option|possib\w+) (to|for|of) (set|specify|choos|configur|nam)\w* (the |a |an |custom )*service ?account(Name)?\b.{0,16}\b(on|for|of|in) (the |a |each |its )?([\w-]+ ){0,4}pods?\b/i,
      /\bre-?us(e|es|ing) (an? |the )?(pre-?)?existing service ?accounts?\b/i,
      /\bremov(es?|ed|ing) the service ?account (from|of)\b|\b(support|add|allow|expose)\w* .{0,20}\bserviceAccountName\b/i,
    ],
  },
  'account-not-created': {
    says: 'a service account that is not there',
    patterns: [
      /\bservice ?accounts?\b.{0,80}\b((is|are|was|were) not (being )?created|not found|(does ?n.t|does not|do not|don.t) exist)\b/i,
    ],
  },
  'namespace-forbids': {
    says: 'a namespace that does not permit the role',
    patterns: [/namespace policy expression|on namespace:? ?\S{1,80} not found|\ballowed-roles\b/i],
  },
  'module-is-there': {
    says: 'the module for STS is there',
    patterns: [
      /\b(SecurityToken(\.dll)?|sts (module|jar|package|dependency))\b.{0,24}\b(is|was|are) (already |also )?(present|there|included|installed|on the class ?path|in the (container|image|output))/i,
      /\b(updat|upgrad|bump)\w* AWSSDK\.SecurityToken/i,
    ],
  },
  'method-missing': {
    says: 'a class of the SDK that is there, in another version than the one that was called',
    patterns: [/\b(NoSuchMethod|NoSuchField|IncompatibleClassChange|AbstractMethod)Error\b/i],
  },
  'php-file': { says: 'PHP, which keeps resolved paths', patterns: [/\bfile_get_contents\(/i] },
  'metadata-wanted': {
    says: 'the metadata of an instance, not credentials',
    patterns: [/\b(instance|vpc|region|availability zone|node)[ -](id|identity|metadata|information)\b/i],
  },
  'keys-first': {
    says: 'access keys or a profile that stand before the role',
    patterns: [
      /(AWS_(ACCESS_KEY_ID|PROFILE)|access[- ]?keys?|static credentials|credentials file|\bprofile)\b.{0,200}\b(prevent(s|ed|ing)?|overrid(e|es|ing)|tak(e|es|ing|en) (precedence|priority)|(is|are|was|were|being) used instead|shadow(s|ed|ing)?)\b.{0,120}\b(irsa|web ?identity|service ?account|pod\W{0,2}s? (iam )?role|iam role)/i,
      /\b(default|access|secret|static) (access )?keys?\b.{0,24}\binstead of\b.{0,24}\b(irsa|web ?identity|service ?account|iam role|role of)\b/i,
    ],
  },
  'node-first': {
    says: 'a program that takes the role of the node before that of its pod',
    patterns: [
      /\b(ec2|instance|node)( role)?( credentials?)? (is|are|was|were|gets?) (being )?(retrieved|used|taken|tried|picked|fetched|preferred)( up)? (first|before|over)\b/i,
      /\b(ec2|instance|node) (role|profile|metadata)( credentials?)? (takes? (precedence|priority)|(is|are) preferred)\b/i,
    ],
  },
  'annotations-without-role': {
    says: 'a service account with annotations of the webhook and none of a role',
    patterns: [/^(?!.*role-arn).*eks\.amazonaws\.com\/(audience|token-expiration|sts-regional-endpoints)\b/i],
  },
  'no-role-set-up': {
    says: 'the setup of a role is missing',
    patterns: [
      /\b(missing|without|lacks?|no) \S{0,40}serviceAccount\.annotations\b|\b(need|have) to (pass|set|give) (your|the|a|an) role arn\b/i,
      /\b(miss(es|ing|ed)|lacks?|lacking|forgot\w*|without|no|absent) (the |an? |any |our )?(irsa|role-?arn|iam role|pod identity association) ?(setup|configuration|annotations?|roles?|arn)?\b/i,
    ],
  },
  'same-role': {
    says: 'one name for the caller and for the role that it asks for',
    patterns: [
      /assumed-role\/([\w+=,.@-]{1,64})\/\S{1,80} is not authorized to perform:? sts:AssumeRole on resource:? \S{0,60}:role\/([\w+=,.@-]{1,64}\/){0,9}\1(?![\w+=,.@-])/i,
    ],
  },
  'asks-for-itself': {
    says: 'a role that is to assume itself',
    patterns: [
      /\bassum\w+ (itself|its own role|the same role)\b|\bremov\w* (the )?\W{0,3}(aws-)?assume-?role(-?arn)?\b|\b(instead|but) (\w+ )?(needs?|has|tries) to assume the (same )?role\b/i,
    ],
  },
  'login-kept': {
    says: 'a login that ends after minutes',
    patterns: [
      /\b(after|every|each)\b.{0,12}\b(15|fifteen) ?min|\b(15|fifteen) minutes\b.{0,60}\bexpire|\bexpire\w*\b.{0,40}\b(15|fifteen) minutes/i,
    ],
  },
  'node-is-able': {
    says: 'a role of the node that has the permission, which an SDK would use if the node answered',
    patterns: [
      /\b(instance profile|(worker )?nodes?('s)?|node ?group|ec2)( iam)?( instance)?( profile)? ?(roles?)?\b.{0,20}(?<!\bnot |n.t )\b(has|have|had|with|given|got)\b.{0,40}\b(permissions?|access|polic(y|ies))\b/i,
      /\b(give|gave|given|attach\w*|add\w*|grant\w*)\b.{0,60}\b(permissions?|polic(y|ies)|access)\b.{0,20}\bto (the |my |our |eks )*(worker )?(node|instance|ec2)\b/i,
    ],
  },
  'partly-works': {
    says: 'other calls of the program that succeed',
    patterns: [/\b(works?|worked|working|ok|okay|restored|fine)\b.{0,30}\bexcept\b/i],
  },
  'other-machine': {
    says: 'a program that runs on another machine, or in a container of its own, than the pod that started it',
    patterns: [
      /\bterraform(-k8s| cloud| enterprise)\b|\bremote (run|execution|docker)|docker[ -]?(build|in[ -]docker|socket|run)|\bdind\b|buildkit|\bssh\b|\b(from|on) my (own )?(machine|laptop)\b/i,
    ],
  },
  'build-container': {
    says: 'a build in a container of its own',
    patterns: [
      /docker[ -]?(build|in[ -]docker)|building (the |a |my |our )?(docker |container )?images?\b|\bdind\b|buildkit|buildx/i,
      /\buses: docker:\/\/|\bcontainer steps?\b|\bsteps? (which|that) runs? (in|on) a (docker )?container\b/i,
    ],
  },
  'security-manager': {
    says: 'the security manager of Java refuses the file, not the file system',
    patterns: [/java\.io\.FilePermission|AccessControlException/],
  },
  'value-asked-for': {
    says: 'a value for annotations is asked for',
    patterns: [
      /\b(allow|enable|add|support|need|ability|able|option|possib\w+)\b.{0,80}\bannotat|\bservice ?account[`'"]? (config\w*|options?|values?)\b/i,
    ],
  },
  'eksctl-left': {
    says: 'eksctl, which did not change a service account that is there',
    patterns: [
      /iamserviceaccount.{0,200}\b(not|\w{2,6}n.t)\b.{0,30}\b(annotat\w+|updat\w+)|existing service ?account.{0,80}iamserviceaccount|annotation .{0,60}not (be )?updated/i,
    ],
  },
  'some-nodes': {
    says: 'nodes of Karpenter or of one group, where others answer',
    patterns: [
      /\bnodes? (is |are )?(managed|created|provisioned|launched|made) by karpenter\b|\bkarpenter('s)? nodes?\b/i,
    ],
  },
  'agent-spoken-of': {
    says: 'the agent of Pod Identity, which is missing',
    patterns: [
      /\b(missing|without|no|absent|lacks?|installing|(had|needs?|needed|forgot) to (install|deploy|add))\b.{0,40}\bpod[- ]identity[- ]agent|pod[- ]identity[- ]agent\b.{0,30}(\b(missing|absent|not)|n.t) ?(installed|running|deployed)?\b/i,
      /\bbefore\b.{0,60}\bpod[- ]identity[- ]agent\b.{0,60}\b(ready|available|running|started|up)\b/i,
    ],
  },
  'account-name-corrected': {
    says: 'the name of a service account that was corrected',
    patterns: [/\b(updat|fix|correct|chang|renam)\w* (the )?(sa|service ?account) name/i],
  },
  'account-name-generated': {
    says: 'a name of a service account with an end by chance',
    patterns: [
      /\bservice ?account(?:s'?|'s)?\b.{0,80}\b(?:random\w*|generated|hashed?)\b.{0,24}\b(?:suffix\w*|number|names?|hash|ids?|string|end)\b/i,
    ],
  },
  'account-name-wanted': {
    says: 'the name of a service account, which the role needs to know',
    patterns: [
      /\b(?:name of (?:the|your|a) service ?account|service ?account(?:'s)? name)\b.{0,60}\b(?:needs?|has|must|should)\b.{0,30}\b(?:known|fixed|predictable|static)\b.{0,60}\b(?:IRSA|IAM|roles?|trust)\b/i,
    ],
  },
  windows: { says: 'a node or a container of Windows', patterns: [/\bwindows\b(?!\/(amd64|arm64|386))/i] },
  'token-mode-spoken-of': {
    says: 'a user that may not read the token, or fsGroup that is missing',
    patterns: [
      /\b(non-?root|not (run(ning)? )?as root)\b.{0,160}\btokens?\b|\btoken\b.{0,160}\b(file permissions?|non-?root)\b/i,
      /\b(set(ting)?|configur\w*|add(ing|ed)?|need\w*|missing|without|requires?|allow\w*|helps?)\b.{0,40}\bfsGroup\b|\bfsGroup\b.{0,40}\b(helps?|fix\w*|solve[sd]?|missing|not set|needed)\b/i,
      /\b(add(ed|ing)?|need(s|ed)?|set(ting)?)\b.{0,12}`?runAsUser\b/i,
      /\bmake\b.{0,60}\btoken( file)? readable\b/i,
      // the listing of a file that its owner alone may read, which is root
      /(?:^|\s)-r[w-]-{7}\s.{0,40}\broot\b.{0,160}\btoken\b/i,
      /\bonly root\b.{0,24}\b(read|access|open)\b.{0,60}\btokens?\b/i,
      /\btokens?\b.{0,40}\b(cannot|can ?not|can.t|not)( be)? (read|referenced|accessed|opened)\b.{0,12}\b(by|from|as)\b.{0,24}\buser\b/i,
      /(n.t|\bnot|\bwithout|\black(s|ing)?) (have )?read permissions?\b(?!.{0,60}\b(s3|buckets?|secrets?|queues?|tables?|parameters?|objects?)\b)/i,
    ],
  },
  'association-missing': {
    says: 'an association that was not made, or that is for another service account',
    patterns: [
      /\b(same|match\w*|other|another|different|wrong)\b.{0,24}\bservice ?account\b.{0,120}\b(pod[ -]identity )associations?\b/i,
      /\b(not|\w{2,6}n.t|without|missing|no|lacks?|lacking|forgot\w*)( (to|the|an?|any|actual|its|eks|create|add|have))* (pod[ -]identity )?associations?\b|\bassociations?\b.{0,20}\b(missing|not (created|made|there)|absent)/i,
    ],
  },
  'deploy-model': {
    says: 'a load balancer controller that reads AWS and may not change it',
    patterns: [/failed ?deploy ?model|failed deploy model due to/i],
  },
  'credentials-file': {
    says: 'a program whose chart mounts a file of credentials',
    patterns: [/\bvelero\b|BackupStorageLocation|\/credentials\/cloud|AWS_SHARED_CREDENTIALS_FILE|\buseSecret\b/i],
  },
  'webhook-not-found': {
    says: 'a webhook configuration that is not there',
    patterns: [
      /mutatingwebhookconfigurations?\S{0,60} \W{0,3}pod-identity-webhook\W{0,3} not found/i,
      /\bpod[ -]?identity[ -]webhook\b.{0,60}\b(is|was|are|been) (missing|deleted|removed|gone|not (installed|there|present))\b/i,
      /\b(must|have to|needs? to)( still)? (install|deploy)\b.{0,20}\b(mutating ?webhook|pod[ -]?identity[ -]webhook)/i,
      /\b(missing|absent|no longer installs?|not include|\w{2,6}n.t include|without)\b.{0,40}\b(the )?(mutating ?webhook|pod[ -]?identity[ -]webhook)/i,
    ],
  },
  'webhook-not-running': {
    says: 'a webhook whose pods do not run when others are made',
    patterns: [
      /\bwebhook\b.{0,300}\b(tolerat\w+|(re)?schedul\w+|evict\w+|crash\w*|not (ready|running|available|started)|never (started|runs?|became ready)|scaled? (down|to (0|zero))|no (ready )?replicas?|start\w* (\w+ ){0,2}(after|later than) (the )?(other|some|all))\b/i,
      /\b(single|one) (pod|replica)\b.{0,40}\bwebhook\b/i,
    ],
  },
  'nodes-are-open': {
    says: 'nodes whose role every pod has',
    patterns: [
      /\bsecure by default\b|\bdeny all\b.{0,40}\b(pods?|default)\b|\bhop_?limit\b|\ball pods\b.{0,60}\b(imds|metadata|node role|role of (the|their) node)\b/i,
    ],
  },
  'webhook-scraped': {
    says: 'a monitoring system that scrapes the webhook',
    patterns: [/\bprometheus\b|\bscrap(e|es|ed|er|ing)\b/i],
  },
  'thumbprint-spoken-of': { says: 'a thumbprint', patterns: [/\bthumb_?prints?\b/i] },
  'account-by-eksctl': {
    says: 'eksctl, which was to make the service account',
    patterns: [/\beksctl create iamserviceaccount\b|\biamserviceaccount\b/i],
  },
  'many-subjects': {
    says: 'many service accounts of one role',
    patterns: [
      /\bmore than \d{2,} .{0,24}\b(profiles?|namespaces?|users?|service ?accounts?|subjects?|tenants?)\b|\b(all of them|each|every \w+)\b.{0,12}\b(the )?same (aws |iam )?role\b/i,
    ],
  },
  'assume-refused': {
    says: 'a step from one role to the next that failed',
    patterns: [/\b(?:exception|errors?|inability|unable|fails?|failed|failing)\b(?: \w+){0,2} to \W?assume\W?role\b/i],
  },
  'annotated-then-restarted': {
    says: 'an annotation that shows after a restart alone',
    patterns: [/\bannotat\w*\b.{0,240}\b(until|unless) (I|we|you|they|it is) (manually )?(are )?restart/i],
  },
  'webhook-timed-out': {
    says: 'a call of the webhook that got no answer in time',
    patterns: [/\bwebhook\b.{0,300}\b(deadline exceeded|i\/o timeout|timed? ?out(?!=)|no route to host)\b/i],
  },
  'region-is-set': {
    says: 'a region, or AWS_STS_REGIONAL_ENDPOINTS, that is set',
    patterns: [
      /AWS_STS_REGIONAL_ENDPOINTS\W{1,12}(is |to |set |as |=|environment |env |variable )*\W{0,4}"?regional\b/i,
      // a program that does not read it
      /AWS_STS_REGIONAL_ENDPOINTS\b.{0,160}\b(no effect|ignor\w+|not applied|to control)\b|\b(not|\w{2,6}n.t|never) (take into account|read|respect|honou?r|consider|use|support)\b.{0,80}\b(AWS_STS_REGIONAL_ENDPOINTS|sts endpoint (configuration|settings?))\b/i,
      /\brespect\w*\b.{0,24}AWS_STS_REGIONAL_ENDPOINTS/i,
      /\b(pass(es|ed|ing)?|set(s|ting)?|giv(e|es|en|ing)|provid(e|es|ed|ing)|configur(e|es|ed|ing)) (in )?(an? |the |our |my )?(aws )?region\b/i,
    ],
  },
  'trusts-role': {
    says: 'a trust policy that names a role and no provider',
    patterns: [/"Principal": ?\{ ?"AWS": ?\[?"?(?!.{0,400}"Federated": ?"[^"]{0,80}githubusercontent)/],
  },
  'other-role-set': {
    says: 'a setting for a role, beside the role of the service account',
    patterns: [
      /\b(iam[-_]?role|assume[-_]?role(-?arn)?)\b["']? ?[:=] ?["']?arn:aws.{0,1500}eks\.amazonaws\.com\/role-arn/i,
      /eks\.amazonaws\.com\/role-arn.{0,1500}\b(iam[-_]?role|assume[-_]?role(-?arn)?)\b["']? ?[:=] ?["']?arn:aws/i,
    ],
  },
  'user-of-client': {
    says: 'a client of a cluster, a pipeline, or a call that sets up an account',
    patterns: [
      /getting credentials: exec|\bsts:AssumeRole on resource\b|perform:? (iam|eks|cloudformation):|\bkubectl\b|\bhelm (upgrade|install)\b/i,
    ],
  },
} as const satisfies Readonly<Record<string, Clue>>;

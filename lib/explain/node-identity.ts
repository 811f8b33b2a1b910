/** A session named after an instance, also if a person redacted the id or a terminal cut the name. */
const instanceSession =
  /assumed-role\/[^/]{1,80}\/i-([0-9a-f]{8}\b|[0-9a-f]{17}\b|[0-9x*][0-9a-z*.]{3,18}|[{<][\w -]{1,20}[}>]).{0,80}is not authorized to perform/i;

/** The role is called as roles of nodes are, and the session does not show: a person redacted it, or a service leaves it out. */
const nodeName =
  '[\\w+=,.@<>*-]{0,64}(NodeInstanceRole|NodeRole|node-?group|worker-?node|-worker|[Ee][Cc]2-?[Rr][Oo][Ll][Ee]|[Ii]nstance-?[Rr]ole)[\\w+=,.@<>*-]{0,64}';
const redactedSession = '([A-Z][A-Z0-9_-]{3,24}|[xX*#.]{3,40}|[<{\\[][^>}\\]]{1,30}[>}\\]])';
const namedAsNode: readonly RegExp[] = [
  new RegExp(`assumed-role\\/${nodeName}\\/${redactedSession} is not authorized to perform`),
  new RegExp(`no permissions for .{1,120}user \\[name=arn:aws[a-z-]*:iam::\\S{1,20}:role\\/${nodeName},`, 'i'),
];

/** GetCallerIdentity, run in a pod, answers with the session of an instance. */
const instanceIdentity =
  /\bArn(>|"?: ?"?)arn:aws[a-z-]*:sts::[\w<>]{1,20}:assumed-role\/[^/\s]{1,80}\/i-[0-9a-z]{8,17}\b/i;

/** Programs of HashiCorp tell which provider of the SDK gave the credentials. */
const providerOfNode = /auth provider used: \W{0,2}EC2RoleProvider/i;

/** People who describe it: the role of the node in place of the one of the service account. */
const ofNode =
  "(?:(?:roles?|identity|credentials|creds|permissions) (?:from|of) (?:the |my |our |each |an? )?(?:\\w+ )?(?:node|instance|worker)s?|(?:node(?:'?s)?|nodegroup|instance|worker|ec2)\\b(?:\\W{1,4}\\w+){0,3}?\\W{0,4}(?:roles?|profiles?|permissions|credentials|creds|metadata))";
const ofPod = '(service ?accounts?|irsa|pod(?: identity)?|web ?identity|annotat\\w+)';
const inPlaceOf =
  '(instead|rather|and not|but not|in place|not the|ignor\\w+|not us\\w+|still|despite|though|falls? back|fell back|defaults? to|overrid\\w+|not able|unable)';
/** One sentence, or one entry of a list. */
const near = '(?:(?![.!?] ).)';
const described: readonly RegExp[] = [
  new RegExp(`\\b${ofNode}\\b.{0,80}\\b${inPlaceOf}\\b.{0,120}\\b${ofPod}\\b`, 'i'),
  new RegExp(`\\b${ofPod}\\b.{0,120}\\b${inPlaceOf}\\b${near}{0,120}\\b${ofNode}\\b`, 'i'),
  new RegExp(`\\b${inPlaceOf}\\b${near}{0,60}\\b${ofPod}\\b${near}{0,160}\\b${ofNode}\\b`, 'i'),
  new RegExp(
    `\\bfalls? back to (the )?${ofNode}|\\bfalls? back to (the )?(ec2 |instance )?(node|instance)\\b.{0,60}\\b${ofPod}\\b`,
    'i',
  ),
  /(not able|unable|could not|couldn't|fail\w{0,6}).{0,120}\b(via|from|through) (the )?(ec2|instance) metadata\b/i,
];

/** Texts that show the role of a node as the caller: by its session, or by its name where the session does not show. */
export const byNode: readonly RegExp[] = [
  instanceSession,
  instanceIdentity,
  providerOfNode,
  ...namedAsNode,
  ...described,
];

/** A session named after an instance, also if a person redacted the id or a terminal cut the name. */
const instanceSession =
  /assumed-role\/[^/]{1,80}\/i-([0-9a-f]{8}\b|[0-9a-f]{17}\b|[0-9x][0-9a-z]{7,18}\b|[{<][\w -]{1,20}[}>]).{0,80}is not authorized to perform/i;

/** The role is called as roles of nodes are, and the session does not show: a person redacted it, or a service leaves it out. */
const nodeName = '[\\w+=,.@*-]{0,64}(NodeInstanceRole|NodeRole|node-?group|worker-?node|-worker)[\\w+=,.@*-]{0,64}';
const redactedSession = '([A-Z_]{4,20}|[xX*#.]{3,40}|[<{\\[][^>}\\]]{1,30}[>}\\]])';
const namedAsNode: readonly RegExp[] = [
  new RegExp(`assumed-role\\/${nodeName}\\/${redactedSession} is not authorized to perform`),
  new RegExp(`no permissions for .{1,120}user \\[name=arn:aws[a-z-]*:iam::\\S{1,20}:role\\/${nodeName},`, 'i'),
];

/** GetCallerIdentity, run in a pod, answers with the session of an instance. */
const instanceIdentity =
  /\bArn(>|"?: ?"?)arn:aws[a-z-]*:sts::[\w<>]{1,20}:assumed-role\/[^/\s]{1,80}\/i-[0-9a-z]{8,17}\b/i;

/** Programs of HashiCorp tell which provider of the SDK gave the credentials. */
const providerOfNode = /auth provider used: \W{0,2}EC2RoleProvider/i;

/** Texts that show the role of a node as the caller: by its session, or by its name where the session does not show. */
export const byNode: readonly RegExp[] = [instanceSession, instanceIdentity, providerOfNode, ...namedAsNode];

/** A role of its own for the second cluster, where the trust policy of the first one's has no room: the commands that a person types.
 *  No step makes it: policies of buckets, keys and clusters that name the first role are not read, and give the second one nothing. */

import type { Facts } from '../../facts.ts';
import { iam } from '../../fixes/changes/iam-commands.ts';
import { posixCommand } from '../../fixes/render-step.ts';
import { parseArn, type Role, type RolePermissions, valueOr } from '../../model.ts';
import { trustPolicyOf } from '../../policy.ts';
import { given, type JsonObject, safeJson } from '../../text.ts';
import type { ClusterMove } from './clusters.ts';
import { copiedPolicy } from './mirrored-policy.ts';
import { secondRoleFault } from './same-subjects.ts';

/** The lines for a person, and the trust policy; without a policy where no such role can be given. */
interface SecondRolePlan {
  readonly lines: readonly string[];
  readonly policy?: JsonObject;
}

/** The second role for a role whose trust policy may have `quota` characters. */
export const secondRole = (role: Role, facts: Facts, move: ClusterMove, quota: number): SecondRolePlan => {
  const { to } = move;
  const before = trustPolicyOf(role);
  const policy = copiedPolicy(role.trustPolicy, role.arn, move);
  const after = policy && trustPolicyOf({ trustPolicy: JSON.stringify(policy) });
  if (policy === undefined || !before.ok || !after?.ok)
    return { lines: [`A second role for ${to.name} is not given: none of its statements is for one cluster alone.`] };
  if (after.policy.length > quota)
    return {
      lines: [
        `A second role for ${to.name} has no room either: its trust policy alone would have ${after.policy.length} characters. Split its service accounts over several roles, or test fewer names by a pattern.`,
      ],
    };
  const fault = secondRoleFault({ role, before: before.policy, after: after.policy, facts }, move);
  if (fault !== undefined) return { lines: [`A second role for ${to.name} is not given: ${fault}.`] };
  return { policy, lines: linesFor(role, policy, facts, move) };
};

const linesFor = (role: Role, policy: JsonObject, facts: Facts, { to }: ClusterMove): readonly string[] => {
  const name = freeName(role, to.name, facts);
  const { rolePermissions } = facts.snapshot;
  const permissions = rolePermissions?.status === 'complete' ? rolePermissions.value.roles[role.arn] : undefined;
  return [
    `Another way: a second role for ${to.name}, with the same rights. It is typed by hand, and taken back by deleting it:`,
    ...commandsFor(role, name, policy, permissions).map(line => `$ ${line}`),
    permissions === undefined
      ? '--role-permissions also prints the commands that give it the same policies, boundary and tags.'
      : `Compare MaxSessionDuration and Description of both: aws iam get-role. Tags that begin with aws: cannot be copied.`,
    `Then its ARN stands in the annotations of ${to.name}. Not read, and to be looked for by the ARN of ${role.name}: policies of buckets, queues, secrets and keys, grants of KMS, trust policies of second roles, access entries and aws-auth, and policies that test aws:PrincipalArn.`,
  ];
};

const commandsFor = (
  { arn, path }: Role,
  name: string,
  policy: JsonObject,
  permissions: RolePermissions | undefined,
): readonly string[] => {
  const { inline = [], attached = [], boundary, tags = {} } = permissions ?? {};
  const own = Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith('aws:'));
  const commands = [
    iam('create-role', arn, {
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: safeJson(policy),
      ...given({ PermissionsBoundary: boundary }),
    }),
    ...attached.map(one => iam('attach-role-policy', arn, { RoleName: name, PolicyArn: one })),
    ...inline.map(one =>
      iam('put-role-policy', arn, { RoleName: name, PolicyName: one.name, PolicyDocument: oneLine(one.document) }),
    ),
    ...(own.length === 0
      ? []
      : [iam('tag-role', arn, { RoleName: name, Tags: safeJson(own.map(([Key, Value]) => ({ Key, Value }))) })]),
  ];
  return commands.map(command => posixCommand(command, parseArn(arn)?.accountId));
};

/** A policy as one line: a note has no here-document. */
const oneLine = (text: string): string => safeJson(JSON.parse(text));

/** The longest name of a role (IAM, "IAM and AWS STS quotas"). */
const maxName = 64;

/** A name that no role of the account has: IAM compares names without case. */
const freeName = ({ name }: Role, cluster: string, { snapshot }: Facts): string => {
  const taken = new Set(valueOr(snapshot.roles, []).map(one => one.name.toLowerCase()));
  const suffix = `-${cluster.replaceAll(/[^\w+=,.@-]+/g, '-')}`.slice(-maxName / 2);
  const free = (number: number): string => {
    const end = number === 1 ? suffix : `${suffix}-${number}`;
    const one = `${name.slice(0, maxName - end.length)}${end}`;
    return taken.has(one.toLowerCase()) ? free(number + 1) : one;
  };
  return free(1);
};

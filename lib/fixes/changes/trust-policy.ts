/** The change of a role's trust policy. */
import * as z from 'zod';
import { homeRegion, mapSection, roleNameOf } from '../../model.ts';
import { jsonOf } from '../../text.ts';
import { optionWords } from '../command.ts';
import { iamLook, iamOfDocument, iamRead } from './iam-commands.ts';
import { awsGuard, type FieldsOf, isValue, jmesValue, type KindOfChange, roleArn, targetOfArn, text } from './kind.ts';

const policyText = text.max(200_000).refine(value => jsonOf(value) !== undefined, 'a policy as JSON');

export const trustPolicy: KindOfChange<'trust-policy'> = {
  shape: z.object({
    kind: z.literal('trust-policy'),
    roleArn,
    before: policyText,
    after: policyText,
  } satisfies FieldsOf<'trust-policy'>),
  target: ({ roleArn: arn }) => targetOfArn(arn, homeRegion(arn)),
  commands: ({ roleArn: arn, after }) => [
    iamOfDocument('update-assume-role-policy', arn, { RoleName: roleNameOf(arn) }, ['PolicyDocument', after]),
  ],
  read: ({ roleArn: arn }) =>
    iamRead(
      arn,
      'get-role',
      ...optionWords('--role-name', roleNameOf(arn)),
      '--query',
      'Role.AssumeRolePolicyDocument',
    ),
  guard: ({ roleArn: arn, before, after }) => {
    const is = (text: string): string => `Role.AssumeRolePolicyDocument == ${jmesValue(jsonOf(text))}`;
    const command = iamLook(arn, 'get-role', ...optionWords('--role-name', roleNameOf(arn)));
    return awsGuard(command, { audited: is(before), written: is(after) });
  },
  partOf: (_, answer) => (typeof answer === 'string' ? JSON.parse(answer) : answer),
  isAsAudited: ({ before }, state) => isValue(state, jsonOf(before)),
  isAsWritten: ({ after }, state) => isValue(state, jsonOf(after)),
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: 'can be undone: the policy before is in the plan and in the journal',
  phase: () => 2,
  gains: () => 'by-policy',
  after: (snapshot, change) => ({
    ...snapshot,
    roles: mapSection(snapshot.roles, roles =>
      roles.map(role => (role.arn === change.roleArn ? { ...role, trustPolicy: change.after } : role)),
    ),
  }),
  isForeseen: true,
  slot: ({ roleArn: arn }) => [arn],
  document: ({ roleArn: arn }) => ({ kind: 'trust-policy', roleArn: arn }),
  managed: ({ roleArn: arn }) => ({ kind: 'role', arn }),
};

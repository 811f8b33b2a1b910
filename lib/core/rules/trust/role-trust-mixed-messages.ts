import { defineMessages } from '../../text/message.ts';

/** What the rule says, by message id. */
export const message = defineMessages({
  instances: 'role {role} trusts service accounts and EC2 instances',
  service: 'role {role} trusts service accounts and the AWS service {principal}',
  account: 'role {role} trusts service accounts and every principal of account {account} that has the permission there',
  'instance-role': 'role {role} trusts service accounts and role {other}, which EC2 instances have',
});

import { defineMessages } from '../../text/message.ts';

/** What the rule says, by message id. */
export const message = defineMessages({
  several: 'role {role} does not test the audience of tokens; its provider accepts {audiences}',
  one: 'role {role} does not test the audience of tokens; its provider accepts only {audiences} today',
  none: 'role {role} does not test the audience of tokens; its provider accepts no audience today',
  unread: 'role {role} does not test the audience of tokens; which ones its provider accepts was not read',
  'without-provider': 'role {role} does not test the audience of tokens; its provider does not exist',
});

/** What limits the audience, as long as the trust policy does not. */
export const boundOf = (audiences: readonly string[] | undefined): 'unread' | 'none' | 'one' | 'several' => {
  if (audiences === undefined) return 'unread';
  if (audiences.length === 0) return 'none';
  return audiences.length > 1 ? 'several' : 'one';
};

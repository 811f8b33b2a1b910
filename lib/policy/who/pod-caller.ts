/** Whoever can create a pod: a caller with the token of a service account, whose subject is what is left open. */
import { webIdentityAction } from '../decide/action.ts';
import { matchWebIdentity } from '../decide/evaluate-statement.ts';
import { maybe } from '../decide/formula.ts';
import type { Caller } from './choose-request.ts';
import { requestChoice } from './request-choices.ts';

/** The caller of every service account of the environment's issuer. */
export const podCaller: Caller = {
  action: webIdentityAction,
  principal: matchWebIdentity,
  everyone: maybe,
  choice: (name, env) => (name.startsWith(env.keyPrefix) ? undefined : requestChoice(name, env, 'shared')),
};

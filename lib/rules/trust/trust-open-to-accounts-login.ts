import type { RoleSubject } from '../../facts/subjects.ts';
import { providerHostPath } from '../../model/arn.ts';
import { phrase } from '../../text/message.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import type { PublicLogin } from './statement/public-login.ts';

/** The messages of trust-open-to-accounts. */
export const openMessage = failures({
  tested: [
    'open to every AWS account',
    'any AWS account can assume role {role}, which is for service accounts: {tests} do not restrict the caller',
  ],
  public: [
    'open to anybody at a login',
    'anybody who signs in at {principal} can assume role {role}, which is for service accounts: no condition limits {key}',
  ],
});

/** The failure of a statement for a provider at which anybody can have an account. */
export const loginFailure = ({ role }: RoleSubject, { principal, key, at }: PublicLogin): Failure => {
  const name = providerHostPath(principal) ?? principal;
  return {
    discriminator: principal,
    at,
    ...openMessage.public({ principal: name, role: role.name, key }).message,
    evidence: [
      {
        what: 'Principal',
        got: principal,
        wanted: phrase('a condition on {key}', { key }),
        readFrom: `trust policy of ${role.arn}`,
        at,
      },
    ],
    fix: {
      summary: `Add a condition on ${key} to the statement for ${name}, or remove the statement.`,
      steps: [],
      choice: 'Who is meant to sign in there: name them in the condition.',
    },
  };
};

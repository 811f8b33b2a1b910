/**
 * Turns what an AWS call threw into the reason of a gap. Whatever comes is mapped: an error that nobody foresaw is
 * `invalid` or `unreachable` with its own words, never a silent success.
 */

import * as z from 'zod';
import { credentialFault, type ErrorParts, errorParts, kindOfError } from '../kit/classify-error.ts';
import type { ReadFailure } from '../model.ts';
import { given, oneLine } from '../text.ts';
import { CredentialsInvalid } from './errors.ts';

/** The reason of a gap. `operation` is what was called (`iam:ListRoles`); it is also the permission, unless AWS names
 *  another one. */
export const readFailureFromError = (error: unknown, operation: string): ReadFailure => {
  const parts = partsOf(error);
  const { name, message, status } = parts;
  const kind = kindOfError(parts);
  const text = oneLine(message === '' ? name || 'no message' : message);
  const grantable = kind === 'denied' && credentialFault(name) === undefined;
  const permission = grantable ? (permissionIn(text) ?? operation) : undefined;
  return { kind, operation, ...given({ permission }), message: explain(name, status, text) };
};

/** The words of the SDK where every source of credentials is empty: our own say the same. */
const noneAtAll = /^Could not load credentials from any providers$/;
const signIn = 'sign in (aws sso login), or name a profile (--profile)';

/** The typed error for credentials that cannot work at all; undefined for any other failure. */
export const credentialsProblem = (error: unknown): Error | undefined => {
  const { name, message } = partsOf(error);
  const options = { cause: error };
  switch (credentialFault(name)) {
    case 'expired':
      return new CredentialsInvalid(`the AWS credentials have expired (${name}): sign in again`, options);
    case 'missing':
      return new CredentialsInvalid(
        `no AWS credentials could be loaded: ${noneAtAll.test(message) ? '' : `${oneLine(message)}; `}${signIn}`,
        options,
      );
    case 'unknown-key':
      return new CredentialsInvalid(`AWS does not accept the credentials (${name}): ${oneLine(message)}`, options);
    default:
      return undefined;
  }
};

/** True for what AWS answers in a region that is not enabled for the account, though the credentials are good. */
export const isRegionRefusal = (error: unknown): boolean => {
  const { name } = partsOf(error);
  return ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired', 'RegionDisabledException'].includes(
    name,
  );
};

/** An answer of AWS that has not the shape that AWS documents. */
export const invalidAnswer = (operation: string, message: string): ReadFailure => ({
  kind: 'invalid',
  operation,
  message: oneLine(message),
});

/** The first fault of what has not the wanted form, with its key. The value is not said: it may be a secret. */
export const formFault = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 1)
    .map(({ path, message }) => [...path, message].join(': '))
    .join('');

const partsOf = (error: unknown): ErrorParts => {
  if (!(error instanceof z.ZodError)) return errorParts(error);
  const message = `the answer has not the documented form: ${formFault(error)}`;
  return { name: '', code: undefined, message, status: undefined };
};

const permissionIn = (message: string): string | undefined =>
  /not authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)/.exec(message)?.[1];

const explain = (name: string, status: number | undefined, text: string): string => {
  const head = name === '' || name === 'Error' || text.startsWith(name) ? '' : `${name}: `;
  return oneLine(status !== undefined && status >= 500 ? `${head}${text} (HTTP ${status})` : `${head}${text}`);
};

/** The likeliest intention of the writer of a test, where that can be told. */
import { stripScheme } from '../../model.ts';
import { nearest, withoutTrailingSlashes } from '../../text.ts';
import type { StatementResult, TestResult } from '../decide/decision.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import { quote } from '../parse/json-members.ts';
import { accountOfSubject } from '../who/service-account-subject.ts';

/** A hint for a test that is in the way, as one sentence without full stop; undefined where nothing is near. */
export const suggestCorrection = (
  { test, actual, result }: TestResult,
  request: WebIdentityRequest,
): string | undefined => {
  if (result !== 'false') return undefined;
  const host = stripScheme(request.issuer);
  if (actual === undefined) return keySlip(test.key.text, host);
  const values = test.values.map(value => value.text);
  if (/^(?:For\w+:)?StringEquals/.test(test.operator)) {
    const pattern = values.find(value => /[*?]/.test(value));
    if (pattern !== undefined) return `${quote(pattern)} has a wildcard: only StringLike reads it as one`;
  }
  const folded = values.find(value => value !== actual && value.toLowerCase() === actual.toLowerCase());
  if (folded !== undefined) return `${quote(folded)} differs from ${quote(actual)} only in case`;
  const padded = values.find(value => value !== actual && value.trim() === actual);
  if (padded !== undefined) return `${quote(padded)} has white space around it`;
  if (/:aud$/i.test(test.key.text) && values.some(value => value.startsWith('system:serviceaccount:')))
    return 'a subject stands under :aud';
  if (/:sub$/i.test(test.key.text)) return subjectSlip(actual, values);
  const near = nearest(actual, values);
  return near === undefined ? undefined : `${quote(near)} is close to ${quote(actual)}: is one of them mistyped?`;
};

const keySlip = (key: string, host: string): string | undefined => {
  if (/^https?:\/\//i.test(key)) return `the key begins with a scheme: write ${host}${key.slice(key.lastIndexOf(':'))}`;
  if (/^arn:/i.test(key))
    return `the key begins with the provider’s ARN: write ${host}${key.slice(key.lastIndexOf(':'))}`;
  const claim = key.slice(key.lastIndexOf(':') + 1);
  const issuer = key.slice(0, Math.max(key.lastIndexOf(':'), 0));
  if (!/[./]/.test(issuer)) return undefined;
  if (issuer.toLowerCase() === host.toLowerCase()) return undefined;
  if (withoutTrailingSlashes(issuer).toLowerCase() === host.toLowerCase()) return 'the key’s issuer ends with a slash';
  const isNear = nearest(issuer, [host], 8) !== undefined;
  return `the key names another issuer${isNear ? ', by a few characters' : ''}: write ${host}:${claim} for this one`;
};

const subjectSlip = (actual: string, values: readonly string[]): string | undefined => {
  const wanted = accountOfSubject(actual);
  const named = values.flatMap(value => accountOfSubject(value) ?? []);
  const elsewhere = wanted && named.find(each => each.name === wanted.name && each.namespace !== wanted.namespace);
  if (elsewhere)
    return `the policy has the account ${wanted.name} in namespace ${elsewhere.namespace}, not ${wanted.namespace}`;
  const near = nearest(actual, values);
  return near === undefined ? undefined : `${quote(near)} is close to ${quote(actual)}: is one of them mistyped?`;
};

/** A hint for a principal that is not the token's provider. */
export const principalSlip = (result: StatementResult, provider: string): string | undefined => {
  if (result.principal.result !== 'false' || result.statement.principal?.kind !== 'typed') return undefined;
  const federated = result.statement.principal.entries.filter(entry => entry.type === 'Federated');
  const texts = federated.map(entry => entry.value.text);
  if (texts.some(text => /oidc-provider\/https?:\/\//.test(text))) return 'a provider’s ARN has no https:// in it';
  if (texts.some(text => withoutTrailingSlashes(text) === provider)) return 'the provider’s ARN ends with a slash';
  if (texts.some(text => text.toLowerCase() === provider.toLowerCase()))
    return 'the provider’s ARN differs only in case: it is case-sensitive';
  const other = texts.find(text => text.split(':').slice(5).join(':') === provider.split(':').slice(5).join(':'));
  if (other) return `the provider is of account ${other.split(':')[4]}: it must be in the role’s own account`;
  const near = nearest(provider, texts, 8);
  return near === undefined ? undefined : `${near} is close: is one of them mistyped?`;
};

import type { ConditionTest } from '../parse/policy.ts';

/** A condition key in its parts: what stands before the last colon and the claim after it, both as written. */
interface KeyParts {
  readonly issuer: string;
  readonly claim: string;
}

/** Splits a key at its last colon; a key without colon has no claim. */
export const splitKey = (key: string): KeyParts => {
  const colon = key.lastIndexOf(':');
  return colon < 0 ? { issuer: key, claim: '' } : { issuer: key.slice(0, colon), claim: key.slice(colon + 1) };
};

/** The claim (lower case) that a key names of one of these issuers (without scheme); undefined for any other key. Names
 *  of keys have no case (§A.2). */
export const claimOf = (key: string, hostPaths: readonly string[]): string | undefined => {
  const { issuer, claim } = splitKey(key);
  return hostPaths.some(hostPath => hostPath.toLowerCase() === issuer.toLowerCase()) ? claim.toLowerCase() : undefined;
};

/** The tests on one claim of one of these issuers. */
export const testsOnClaim = (
  tests: readonly ConditionTest[],
  claim: 'sub' | 'aud',
  hostPaths: readonly string[],
): readonly ConditionTest[] => tests.filter(test => claimOf(test.key.text, hostPaths) === claim);

/** True if the value has a policy variable, which only counts with Version 2012-10-17 (§A.5). A variable is a condition
 *  key, with or without a default, or stands for a plain `*`, `?` or `$`. */
export const hasVariable = (value: string, version: string | undefined): boolean =>
  version === '2012-10-17' && inBraces(value).some(isVariable);

/** True if the value contains what a template engine should have replaced: `${name}`, `{{ name }}`, `$(name)`, `<name>`. */
export const isPlaceholder = (value: string): boolean => {
  const braces = inBraces(value);
  if (braces.some(isVariable)) return false;
  return braces.length > 0 || hasBetween(value, '{{', '}}') || hasBetween(value, '$(', ')') || /<[^<>]+>/.test(value);
};

/** The text between `${` and the next `}`: from the first `${` on where there are several. Each character is looked at
 *  once, since a policy may have thousands of `${`. */
const inBraces = (value: string): readonly string[] =>
  value
    .split('}')
    .slice(0, -1)
    .flatMap(text => {
      const start = text.indexOf('${');
      return start < 0 ? [] : [text.slice(start + 2)];
    });

const isVariable = (text: string): boolean => {
  const inner = text.lastIndexOf('${');
  const last = inner < 0 ? text : text.slice(inner + 2);
  return /[:,]/.test(text) || ['*', '?', '$'].includes(last.trimStart());
};

const hasBetween = (value: string, open: string, close: string): boolean => {
  const start = value.indexOf(open);
  return start >= 0 && value.includes(close, start + open.length);
};

import { cleanIssuer } from '../../../model.ts';
import { type ConditionTest, claimOf, splitKey, truthWhenAbsent } from '../../../policy.ts';
import type { StatementView } from './statement-view.ts';

/** The fault of a condition key. */
type Slip = keyof typeof slipInWords;

/** The fault of a key, to follow "a key that". */
export const slipInWords = {
  'provider-arn': 'begins with the ARN of the provider',
  scheme: 'begins with a scheme',
  url: 'contains a whole URL',
  'white-space': 'contains white space',
  port: 'contains a port',
  slash: 'has a slash before the claim',
  'no-claim': 'names no claim',
  'no-issuer': 'names no issuer',
  'other-issuer': 'names another issuer',
  'subject-as-audience': 'names the audience, but is compared with a subject',
  'audience-as-subject': 'names the subject, but is compared with an audience',
} as const;

/** A test whose key no token of the statement's issuer has, or that tests the wrong claim. */
export interface KeyMismatch {
  readonly test: ConditionTest;
  /** The key that is meant; absent where the statement names several issuers and none is plainly meant. */
  readonly wanted?: string;
  readonly slip: Slip;
  /** The key names an issuer of its own, which no principal of the statement is. */
  readonly otherIssuer?: string;
}

/**
 * The tests of a statement whose key cannot be of its issuers, or whose value belongs under the other claim. Only keys
 * that mean an OIDC claim count: global keys are left out.
 */
export const keyMismatches = (view: StatementView): readonly KeyMismatch[] =>
  view.statement.conditions
    .filter(({ key }) => claimOf(key.text, view.otherIssuers) === undefined)
    .flatMap(test => mismatchOf(test, view.hostPaths) ?? []);

/** The keys of the tests that never match for their key: what a finding on the whole statement explains. */
export const mismatchedKeys = (view: StatementView): readonly string[] =>
  keyMismatches(view).map(({ test }) => test.key.text);

const mismatchOf = (test: ConditionTest, hostPaths: readonly string[]): KeyMismatch | undefined => {
  const key = test.key.text;
  const claim = claimOf(key, hostPaths);
  if (claim !== undefined && claim !== '') return swapped(test, claim);
  const parts = splitKey(key);
  const cleaned = cleanIssuer(key);
  const bare = hostPaths.find(hostPath => same(hostPath, cleaned) || same(hostPath, cleanIssuer(parts.issuer)));
  const isClaimAlone = !key.includes(':');
  const named = (isClaimAlone ? key : parts.claim).trim().toLowerCase();
  if (bare !== undefined) return { test, wanted: `${bare}:${claimFor(test, named)}`, slip: slipOf(key) };
  if (!['sub', 'aud'].includes(named)) return undefined;
  const [only] = hostPaths;
  const isPlain = only !== undefined && new Set(hostPaths).size === 1;
  const issuer = isClaimAlone ? '' : cleanIssuer(parts.issuer);
  return {
    test,
    ...(isPlain ? { wanted: `${only}:${claimFor(test, named)}` } : {}),
    slip: issuer === '' ? 'no-issuer' : 'other-issuer',
    ...(issuer === '' ? {} : { otherIssuer: issuer }),
  };
};

/** True where the operator is true on a key that the token does not have: then the test exposes, and
 *  trust-condition-vacuous says so. */
export const isVacuous = (test: ConditionTest): boolean => truthWhenAbsent(test) === 'true';

/** True where the operator is false on such a key: then the test breaks, and trust-key-issuer-mismatch says
 *  so. Any other key is decided elsewhere, or undocumented. */
export const isDead = (test: ConditionTest): boolean => truthWhenAbsent(test) === 'false';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The claim that the values of a test belong under: what they look like decides, then what the key names. */
const claimFor = (test: ConditionTest, named: string): 'sub' | 'aud' => {
  if (areSubjects(test)) return 'sub';
  if (areAudiences(test)) return 'aud';
  return named === 'sub' ? 'sub' : 'aud';
};

const areSubjects = ({ values }: ConditionTest): boolean =>
  values.length > 0 && values.every(({ text }) => text.startsWith('system:serviceaccount:'));

const areAudiences = ({ values }: ConditionTest): boolean =>
  values.length > 0 && values.every(({ text }) => /^sts\.[a-z.]*amazon/i.test(text));

/** A subject under `:aud`, or an audience under `:sub`: the key is of the right issuer and tests the wrong claim. */
const swapped = (test: ConditionTest, claim: string): KeyMismatch | undefined => {
  const { issuer } = splitKey(test.key.text);
  if (claim === 'aud' && areSubjects(test)) return { test, wanted: `${issuer}:sub`, slip: 'subject-as-audience' };
  if (claim === 'sub' && areAudiences(test)) return { test, wanted: `${issuer}:aud`, slip: 'audience-as-subject' };
  return undefined;
};

const slipOf = (key: string): Slip => {
  if (key.startsWith('arn:')) return 'provider-arn';
  if (/^https?:/i.test(key)) return 'scheme';
  if (/https?:\/\//i.test(key)) return 'url';
  if (key !== key.trim() || /\s/.test(key)) return 'white-space';
  if (/:\d+(?:\/|:|$)/.test(key)) return 'port';
  if (/\/:[^:]*$/.test(key)) return 'slash';
  return 'no-claim';
};

import { type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import { cleanIssuer, type FixDraft } from '../../model.ts';
import { compareText, given, type JsonObject, listed } from '../../text.ts';
import { clustersLike, isDisputed } from '../oidc/issuer-likeness.ts';
import {
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
  pass,
} from '../prelude.ts';
import { conditionOf, editForProviders, withCondition } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { isDead, type KeyMismatch, keyMismatches, slipInWords } from './statement/key-mismatch.ts';
import { arnsOf, explains, readAt, type StatementView, viewOf } from './statement/statement-view.ts';

const fail = failures({
  'wrong-key': [
    'condition key not in token',
    'tokens of the trusted cluster lack the condition key {key} of role {role}',
  ],
  'no-issuer': [
    'key without an issuer',
    'condition key {key} of role {role} names no issuer: no token has it, the key is {wanted}',
  ],
  'wrong-claim': [
    'value under another key',
    'condition key {key} of role {role} is compared with {value}, which belongs under {wanted}',
  ],
});

/** Condition keys are named after the token's issuer: a key of any other issuer is absent from every token. */
export const trustKeyIssuerMismatch = defineRule({
  id: 'trust-key-issuer-mismatch',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Condition keys name the issuer of the trusted provider',
  fault: 'Tokens of the trusted provider lack a condition key',
  says: fail.says,
  needs: ['roles'],
  why: 'STS names the keys of a token after its issuer, without https://. A key that names another cluster, or that contains a scheme, an ARN, a port or a trailing slash, is in no token: the test is false for every pod.',
  fix: 'Write the key as <issuer without https://>:sub or :aud, with the issuer that the Federated ARN ends with.',
  references: [iamGuide('reference_policies_iam-condition-keys'), 'docs/facts.md §A.6'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const wrong = keyMismatches(view).filter(
      mismatch => isDead(mismatch.test) && !principalIsWrong(mismatch, view, facts),
    );
    // One cause, however many keys: the first by name stands for all, and its fix corrects all.
    const sorted = [...wrong].sort((a, b) => compareText(a.test.key.text, b.test.key.text));
    const [first] = sorted;
    if (first === undefined) return pass;
    const fix = keyFix(subject, view, first, sorted, facts);
    return failOrPass(
      sorted.map((mismatch, index) => failureOf(subject, view, mismatch, { fix, together: index === 0 ? sorted : [] })),
    );
  },
});

/** The key names a cluster, and the principal another name of it: role-trusts-dead-cluster says so. */
const principalIsWrong = ({ otherIssuer }: KeyMismatch, { hostPaths }: StatementView, facts: Facts): boolean =>
  otherIssuer !== undefined &&
  hostPaths.some(hostPath =>
    clustersLike(hostPath, facts).some(one => cleanIssuer(one.issuer) === otherIssuer && !isDisputed(one, facts)),
  );

const saidOf = (role: string, { test, wanted, slip }: KeyMismatch): FailureDraft => {
  const key = test.key.text;
  if (wanted !== undefined && (slip === 'subject-as-audience' || slip === 'audience-as-subject'))
    return fail['wrong-claim']({ key, role, wanted, value: test.values.map(value => value.text) });
  return slip === 'no-issuer'
    ? fail['no-issuer']({ key, role, wanted: wanted ?? '<issuer>:sub' })
    : fail['wrong-key']({ key, role });
};

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  mismatch: KeyMismatch,
  { fix, together }: { readonly fix: FixDraft; readonly together: readonly KeyMismatch[] },
): Failure => {
  const { test, wanted, slip } = mismatch;
  const others = together.map(each => each.test.key.text).filter(key => key !== test.key.text);
  return saidOf(subject.role.name, mismatch)
    .discriminator(test.key.text)
    .at(test.key.at)
    .evidence(
      `condition key under ${test.operator} that ${slipInWords[slip]}`,
      readAt(subject, test.key.at),
      test.key.text,
      wanted,
    )
    .podError(notAuthorized)
    .explains([
      ...explains(subject, others, ['trust-key-issuer-mismatch']),
      ...explains(
        subject,
        [...view.principals.map(principal => principal.arn), ...test.values.map(value => value.text)],
        [
          'trust-never-matches',
          'trust-audience-impossible',
          'trust-subject-malformed',
          'trust-subject-literal-wildcard',
          'trust-audience-unchecked',
          'trust-undecidable',
        ],
      ),
    ])
    .fix(fix);
};

/** The fix of condition keys of the wrong issuer or claim: renamed where it is plain to what, all of the statement
 *  together, since the command replaces the whole policy. */
const keyFix = (
  subject: StatementSubject,
  view: StatementView,
  { test, wanted, otherIssuer }: KeyMismatch,
  all: readonly KeyMismatch[],
  facts: Facts,
): FixDraft => {
  const policy = editForProviders(subject.role.trustPolicy, subject.statement.index, arnsOf(view), statement =>
    renameAll(statement, all),
  );
  const values = test.values.map(value => value.text);
  const renames = new Map(all.map(mismatch => [mismatch.test.key.text, mismatch.wanted]));
  const keys = [...renames.keys()];
  const noun = keys.length === 1 ? 'the condition key' : 'the condition keys';
  const isPlain = [...renames.values()].every(one => one !== undefined);
  const otherCluster =
    otherIssuer === undefined
      ? undefined
      : `If the role is for the cluster of ${otherIssuer}, change the Federated ARN instead.`;
  const instead = isPlain
    ? 'Name the service accounts that use the role exactly, under StringEquals with the right key.'
    : 'Which issuer the test is for: give each issuer a statement of its own.';
  return trustPolicyFix(subject, facts, policy, {
    summary: isPlain
      ? `Rename ${noun} ${listed([...renames].map(([from, to]) => `${from} to ${to}`))}.`
      : `Rename ${noun} ${listed(keys)} after one of the trusted issuers.`,
    ...given({ choice: otherCluster }),
    instead: otherCluster === undefined ? instead : `${instead} ${otherCluster}`,
    ...(wanted === undefined
      ? {}
      : {
          terraform: terraformCondition(test.operator, wanted, values),
          cdk: `${JSON.stringify(wanted)}: ${JSON.stringify(values.length === 1 ? values[0] : values)}`,
        }),
  });
};

const renameAll = (statement: JsonObject, all: readonly KeyMismatch[]): JsonObject | undefined => {
  let renamed: JsonObject | undefined = statement;
  const wantedByKey = new Map(all.map(({ test, wanted }) => [test.key.text, wanted]));
  for (const [key, wanted] of wantedByKey)
    renamed = renamed === undefined || wanted === undefined ? undefined : rename(renamed, key, wanted);
  return renamed;
};

/** Undefined where the right key stands there already: two issuers in one statement need a person. */
const rename = (statement: JsonObject, from: string, to: string): JsonObject | undefined => {
  const taken = Object.values(conditionOf(statement)).some(block =>
    Object.keys(block).some(key => key !== from && key.toLowerCase() === to.toLowerCase()),
  );
  if (taken) return undefined;
  return withCondition(statement, condition =>
    Object.fromEntries(
      Object.entries(condition).map(([operator, block]) => [
        operator,
        Object.fromEntries(Object.entries(block).map(([key, values]) => [key === from ? to : key, values])),
      ]),
    ),
  );
};

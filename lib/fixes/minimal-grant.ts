/** For a denied account: the smallest change of the policy that allows exactly this service account and nobody else. */

import { type Step, stripScheme } from '../model.ts';
import {
  addedTo,
  audiencesNamed,
  type ConditionTest,
  compilePolicy,
  decide,
  decodePolicyText,
  type Environment,
  environmentOf,
  type Formula,
  hasSubject,
  hintBudget,
  isAccountSubject,
  isAudienceKey,
  literalGlob,
  type Policy,
  parseOperator,
  parsePolicy,
  type StatementResult,
  statementLabel,
  unnamedAudience,
  type WebIdentityRequest,
} from '../policy.ts';
import { isObject, type JsonObject, safeJson } from '../text.ts';
import { setTrustPolicy } from './aws-steps.ts';
import { posixCommands } from './render-step.ts';

/** A change that was proven: the new policy allows the request, and no other subject that the old one did not. */
export interface SmallestChange {
  readonly kind: 'add-subject' | 'add-statement';
  /** One sentence, imperative. */
  readonly summary: string;
  /** The whole new policy, indented JSON. */
  readonly policyDocument: string;
  readonly step: Step;
  /** The step as a command: `aws iam update-assume-role-policy …`, complete. */
  readonly command: string;
}

/**
 * The change for one denied request; `policyText` is what the policy was parsed from. Undefined where the request is not
 * denied, where a Deny forbids it (adding cannot help), or where no change could be proven to allow this service account alone.
 */
export const minimalGrant = (
  policy: Policy,
  policyText: string,
  request: WebIdentityRequest,
): SmallestChange | undefined => {
  const json = decodePolicyText(policyText);
  if (typeof json !== 'string' || !isAccountSubject(request.subject)) return undefined;
  const decision = decide(policy, request);
  if (decision.decision !== 'deny') return undefined;
  const env = environmentOf(request, policy);
  for (const result of decision.statements) {
    const added = addSubject(json, result, request.subject, env);
    if (added && isExactly(policy, added, request)) {
      const summary = `add the subject to the ${env.host}:sub test of ${statementLabel(result.statement)}`;
      return changeOf('add-subject', summary, { json, added }, request);
    }
  }
  const appended = addStatement(json, request, env);
  if (!appended || !isExactly(policy, appended, request)) return undefined;
  return changeOf(
    'add-statement',
    'add a statement for this service account alone',
    { json, added: appended },
    request,
  );
};

const changeOf = (
  kind: SmallestChange['kind'],
  summary: string,
  { json, added }: { readonly json: string; readonly added: string },
  { roleArn, subject, issuer, audience }: WebIdentityRequest,
): SmallestChange => {
  const gains = [{ issuer: stripScheme(issuer), audience, subjects: [subject], patterns: [], except: [] }];
  const step = setTrustPolicy(roleArn, json, JSON.parse(added), [{ roleArn, gains, loses: [] }]);
  const [command = ''] = posixCommands([step]);
  return { kind, summary, policyDocument: added, step, command };
};

/** The proof: the new policy allows it, and whoever else it may allow, with whatever audience, the old one did. */
const isExactly = (before: Policy, document: string, request: WebIdentityRequest): boolean => {
  const after = parsePolicy(document);
  if (!after.ok || decide(after.policy, request).decision !== 'allow') return false;
  const budget = hintBudget();
  const asked: Formula = { kind: 'matches', glob: literalGlob(request.subject) };
  const samples = audiencesNamed([after.policy]).map(({ sample }) => sample);
  return [...new Set([request.audience, ...samples, unnamedAudience])].every(audience => {
    const context = { ...request, audience };
    const added = addedTo(compilePolicy(before, context), compilePolicy(after.policy, context));
    const others: Formula = { kind: 'and', parts: [added, { kind: 'not', part: asked }] };
    return hasSubject(audience === request.audience ? others : added, budget) === false;
  });
};

/** Adds the subject to the test of subjects that is in the way. Whether that is enough, and not too much, the proof decides. */
const addSubject = (json: string, result: StatementResult, subject: string, env: Environment): string | undefined => {
  const failed = result.tests.find(test => test.result !== 'true' && isSubjectKey(test.test.key.text, env));
  if (!failed || !result.tests.some(({ test }) => namesAudiences(test))) return undefined;
  const { operator, key } = failed.test;
  return edited(json, policy => {
    const block = field(field(statementAt(policy, result.statement.index), 'Condition'), operator);
    if (block) block[key.text] = [block[key.text], subject].flat();
    return block !== undefined;
  });
};

const isSubjectKey = (key: string, { keyPrefix }: Environment): boolean => key.toLowerCase() === `${keyPrefix}sub`;

/** True for a test that passes the audiences it names and no other: of these the proof asks about each. */
const namesAudiences = ({ key, operator, values }: ConditionTest): boolean => {
  const { comparison, negated, ignoreCase } = parseOperator(operator) ?? {};
  const isExact = comparison?.startsWith('string') && !negated && !ignoreCase;
  return isAudienceKey(key.text) && isExact === true && values.every(({ text }) => !/[*?$]/.test(text));
};

const addStatement = (json: string, request: WebIdentityRequest, env: Environment): string | undefined =>
  edited(json, policy => {
    const list: unknown = policy.Statement;
    policy.Statement = [
      ...(Array.isArray(list) ? list : [list]),
      {
        Effect: 'Allow',
        Principal: { Federated: env.provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${env.host}:aud`]: request.audience, [`${env.host}:sub`]: request.subject } },
      },
    ];
    return true;
  });

const field = (value: JsonObject | undefined, name: string): JsonObject | undefined => {
  const found = value && Object.hasOwn(value, name) ? value[name] : undefined;
  return isObject(found) ? found : undefined;
};

const statementAt = (policy: JsonObject, index: number): JsonObject | undefined => {
  const list = policy.Statement;
  const found: unknown = Array.isArray(list) ? list[index] : list;
  return isObject(found) ? found : undefined;
};

/** Changes a copy of the policy. The text was parsed before: it is JSON, duplicate keys read as IAM reads them. */
const edited = (json: string, change: (policy: JsonObject) => boolean): string | undefined => {
  const policy: unknown = JSON.parse(json);
  return isObject(policy) && change(policy) ? safeJson(policy, 2) : undefined;
};

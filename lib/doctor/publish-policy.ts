import {
  actionTruth,
  all,
  any,
  globMatches,
  known,
  matchesArn,
  maybe,
  no,
  type Operator,
  parseOperator,
  type ThreeValued,
  wildcardGlob,
  yes,
} from '../policy.ts';

/** Answers of a policy to one question. `unknown`: it has conditions or denials that are not judged here. */
export type PolicyAnswer = 'allowed' | 'not-allowed' | 'unknown';

/** The request of CloudWatch for the alarms of one account and region. */
interface AlarmsAct {
  readonly action: string;
  /** ARN of the topic or the key. */
  readonly resourceArn: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Names of the alarms. */
  readonly alarms: readonly string[];
}

/** One request: that of one alarm. */
interface Request extends Pick<AlarmsAct, 'action' | 'resourceArn'> {
  readonly keys: ReadonlyMap<string, string>;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

const cloudWatch = 'cloudwatch.amazonaws.com';

/**
 * Whether a resource policy allows CloudWatch an action on its resource, for each of the alarms. Judged is what
 * CloudWatch needs: who is named, the action, the resource, and conditions on the account and the alarm. A statement
 * with other conditions, a `Not…` element or a malformed one may hold or not: an Allow of that kind allows nothing for
 * certain, and a Deny of that kind leaves nothing allowed for certain. Source: SNS Developer Guide, "Example cases for
 * Amazon SNS access control".
 */
export const cloudWatchMay = (policy: string, act: AlarmsAct): PolicyAnswer => {
  const statements = statementsOf(policy);
  if (statements === undefined) return 'unknown';
  return worstAnswer(act.alarms.map(alarm => answerOf(statements, requestOf(act, alarm))));
};

/** The worst of some answers; unknown where there is none. */
export const worstAnswer = (answers: readonly PolicyAnswer[]): PolicyAnswer =>
  (['not-allowed', 'unknown', 'allowed'] as const).find(answer => answers.includes(answer)) ?? 'unknown';

const requestOf = ({ action, resourceArn, partition, region, accountId }: AlarmsAct, alarm: string): Request => ({
  ...{ action, resourceArn },
  keys: new Map([
    [sourceAccount, accountId],
    [sourceArn, `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${alarm}`],
  ]),
});
/** Keys of conditions have no case. */
const sourceAccount = 'aws:sourceaccount';
const sourceArn = 'aws:sourcearn';

const answerOf = (statements: readonly Statement[], request: Request): PolicyAnswer => {
  const truthOf = (effect: Statement['Effect']): ThreeValued =>
    any(statements.filter(({ Effect }) => Effect === effect).map(each => statementTruth(each, request)));
  const [allow, deny] = [truthOf('Allow'), truthOf('Deny')];
  if (allow === no || deny === yes) return 'not-allowed';
  return allow === yes && deny === no ? 'allowed' : 'unknown';
};

const statementsOf = (policy: string): readonly Statement[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(policy);
    if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed)) return undefined;
    const each: readonly unknown[] = [parsed.Statement].flat();
    return each.every(isStatement) ? each : undefined;
  } catch {
    return undefined;
  }
};

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' &&
  value !== null &&
  'Effect' in value &&
  (value.Effect === 'Allow' || value.Effect === 'Deny');

const statementTruth = (statement: Statement, request: Request): ThreeValued =>
  all([
    principalTruth(statement),
    coversAction(statement, request),
    resourceTruth(statement, request),
    conditionTruth(statement.Condition, request),
  ]);

/** The texts of an element that has one or a list of them; undefined for anything else, and for none. */
const textsOf = (value: unknown): readonly string[] | undefined => {
  const each: readonly unknown[] = [value].flat();
  return each.length > 0 && each.every(text => typeof text === 'string') ? each : undefined;
};

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;

const principalTruth = ({ Principal, NotPrincipal }: Statement): ThreeValued => {
  if (NotPrincipal !== undefined) return maybe;
  if (Principal === '*') return yes;
  const kinds = entriesOf(Principal) ?? [];
  if (kinds.length === 0) return maybe;
  return any(kinds.map(([kind, value]) => namesCloudWatch(kind, textsOf(value))));
};

/** A name that is neither plain nor that of somebody else may stand for CloudWatch. */
const namesCloudWatch = (kind: string, names: readonly string[] | undefined): ThreeValued => {
  if (names === undefined) return maybe;
  const plain = kind === 'Service' ? cloudWatch : kind === 'AWS' ? '*' : undefined;
  return any(names.map(name => (name === plain ? yes : /[*?]|^cloudwatch\./i.test(name) ? maybe : no)));
};

const coversAction = ({ Action, NotAction }: Statement, { action }: Request): ThreeValued => {
  const texts = textsOf(Action);
  if (NotAction !== undefined || texts === undefined) return maybe;
  return actionTruth({ actions: texts.map(text => ({ text })) }, action);
};

const resourceTruth = ({ Resource, NotResource }: Statement, { resourceArn }: Request): ThreeValued => {
  const patterns = textsOf(Resource);
  if (NotResource !== undefined || patterns === undefined) return maybe;
  return any(patterns.map(pattern => matchesArn(pattern, resourceArn, true)));
};

const conditionTruth = (condition: unknown, request: Request): ThreeValued => {
  if (condition === undefined) return yes;
  const operators = entriesOf(condition);
  if (operators === undefined) return maybe;
  const tests = operators.map(([operator, keys]) =>
    all(entriesOf(keys)?.map(([key, value]) => testTruth(operator, key.toLowerCase(), value, request)) ?? [maybe]),
  );
  return all(tests);
};

const testTruth = (name: string, key: string, value: unknown, { keys }: Request): ThreeValued => {
  // CloudWatch calls with TLS.
  if (name === 'Bool' && key === 'aws:securetransport') return isFalse(value) ? no : maybe;
  const [operator, actual, wanted] = [parseOperator(name), keys.get(key), textsOf(value)];
  if (operator === undefined || actual === undefined || wanted === undefined) return maybe;
  if (operator.negated || operator.ifExists || operator.qualifier !== undefined) return maybe;
  return any(wanted.map(text => valueTruth(operator, key, text, actual)));
};

const isFalse = (value: unknown): boolean => {
  const each: readonly unknown[] = [value].flat();
  return each.length > 0 && each.every(one => one === false || (typeof one === 'string' && /^false$/i.test(one)));
};

const valueTruth = ({ comparison, ignoreCase }: Operator, key: string, text: string, actual: string): ThreeValued => {
  if (text.includes('${')) return maybe;
  switch (comparison) {
    case 'string':
      return known(ignoreCase ? text.toLowerCase() === actual.toLowerCase() : text === actual);
    case 'string-like':
      return known(globMatches(wildcardGlob(text), actual));
    case 'arn':
      return key === sourceArn ? matchesArn(text, actual, true) : maybe;
    default:
      return maybe;
  }
};

/**
 * A second opinion on trust policies, for tests only: reads the JSON straight from the IAM User Guide's tables, one
 * request at a time, with regular expressions and no sets. It shares no code with lib/policy, on purpose, and is
 * slow and plain, on purpose. Answers are 1 (true), 0 (false) and null (not documented or not knowable).
 */

type Answer = 1 | 0 | null;
type Json = Record<string, unknown>;

/** The request, in the words of a token. */
export interface NaiveRequest {
  readonly roleArn: string;
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const every = (answers: readonly Answer[]): Answer => (answers.includes(0) ? 0 : answers.includes(null) ? null : 1);
const some = (answers: readonly Answer[]): Answer => (answers.includes(1) ? 1 : answers.includes(null) ? null : 0);
const opposite = (answer: Answer): Answer => (answer === null ? null : answer === 1 ? 0 : 1);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});

/** Decides one request by a policy that is well-formed but for its operators, effects and values. */
export const naiveDecide = (policy: Json, request: NaiveRequest): 'allow' | 'deny' | 'unknown' => {
  const allows: Answer[] = [];
  const denies: Answer[] = [];
  const version = policy.Version === undefined ? '2008-10-17' : policy.Version;
  for (const item of list(policy.Statement)) {
    const statement = record(item);
    const parts: Answer[] = [principal(statement, request), action(statement), condition(statement, version, request)];
    if ('Resource' in statement || 'NotResource' in statement) parts.push(null);
    (statement.Effect === 'Deny' ? denies : allows).push(every(parts));
  }
  if (denies.includes(1) || !(allows.includes(1) || allows.includes(null))) return 'deny';
  return allows.includes(1) && !denies.includes(null) ? 'allow' : 'unknown';
};

const principal = (statement: Json, { roleArn, iss }: NaiveRequest): Answer => {
  if ('NotPrincipal' in statement) return null;
  const isDeny = statement.Effect === 'Deny';
  if (statement.Principal === '*') return isDeny ? 1 : null;
  const [, partition, , , account] = roleArn.split(':');
  const mine = `arn:${partition}:iam::${account}:oidc-provider/${iss.replace('https://', '')}`;
  const answers: Answer[] = [];
  for (const [type, values] of Object.entries(record(statement.Principal)))
    for (const value of list(values))
      if (value === '*' && type === 'AWS' && isDeny) answers.push(1);
      else if (value === '*' && (type === 'AWS' || type === 'Federated')) answers.push(null);
      else answers.push(type === 'Federated' && value === mine ? 1 : 0);
  return some(answers);
};

const action = (statement: Json): Answer => {
  const covers = (value: unknown): Answer =>
    wild(String(value).toLowerCase()).test('sts:assumerolewithwebidentity') ? 1 : 0;
  if ('NotAction' in statement) return opposite(some(list(statement.NotAction).map(covers)));
  return some(list(statement.Action).map(covers));
};

/** `*` and `?` as a regular expression; U+E000 and U+E001 stand for literal ones. */
const wild = (text: string): RegExp => {
  const escaped = text
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]');
  return new RegExp(`^${escaped.replaceAll('\ue000', '\\*').replaceAll('\ue001', '\\?')}$`);
};

const condition = (statement: Json, version: unknown, request: NaiveRequest): Answer =>
  every(
    Object.entries(record(statement.Condition)).flatMap(([operator, block]) =>
      Object.entries(record(block)).map(([key, values]) =>
        oneTest(operator, key, list(values).map(String), version, request),
      ),
    ),
  );

/** A key's value; `undefined` is absent, `null` cannot be known (present or not). */
const look = (key: string, { iss, sub, aud, tags, roleArn }: NaiveRequest): string | undefined | null => {
  const name = key.toLowerCase();
  const mine = iss.replace('https://', '').toLowerCase();
  if (name === `${mine}:sub`) return sub;
  if (name === `${mine}:aud`) return aud;
  if (name === `${mine}:oaud`) return null;
  if (name === 'aws:securetransport') return 'true';
  if (name === 'aws:resourceaccount') return roleArn.split(':')[4];
  if (name === 'aws:sourcevpc') return null;
  if (name.startsWith('aws:resourcetag/')) {
    if (!tags) return null;
    return Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.slice(16))?.[1];
  }
  return undefined;
};

const positives: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotLike: 'ArnLike',
  ArnNotEquals: 'ArnLike',
};
const positiveNames = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnLike', 'ArnEquals', 'Bool']);

const oneTest = (
  operator: string,
  key: string,
  values: readonly string[],
  version: unknown,
  request: NaiveRequest,
): Answer => {
  const actual = look(key, request);
  const quantifier = /^(ForAllValues|ForAnyValue):/.exec(operator)?.[1];
  let name = operator.replace(/^(ForAllValues|ForAnyValue):/, '');
  if (name === 'Null') {
    if (quantifier) return quantifier === 'ForAllValues' ? 1 : 0;
    if (values.length === 0 || actual === null || actual === '') return null;
    return some(
      values.map(value =>
        value === 'true' || value === 'false' ? ((value === 'true') === (actual === undefined) ? 1 : 0) : null,
      ),
    );
  }
  const optional = name.endsWith('IfExists');
  name = name.replace(/IfExists$/, '');
  const inverted = name in positives;
  const positive = positives[name] ?? name;
  if (!positiveNames.has(positive)) return null;
  const missing = (): Answer => {
    if (quantifier === 'ForAllValues') return 1;
    if (quantifier === 'ForAnyValue') return optional ? null : 0;
    if (optional) return 1;
    return values.length === 0 ? null : inverted ? 1 : 0;
  };
  const there = (value: string | null): Answer => {
    if (quantifier && value === '') return quantifier === 'ForAllValues' ? 1 : 0;
    if (values.length === 0) return quantifier || optional ? 0 : null;
    const hit = some(values.map(wanted => compare(positive, value, wanted, version, request)));
    return inverted ? opposite(hit) : hit;
  };
  if (actual === undefined) return missing();
  if (actual !== null) return there(actual);
  const both = key.toLowerCase().endsWith(':oaud') ? [missing(), there(request.aud)] : [missing(), there(null)];
  return both[0] === both[1] ? (both[0] ?? null) : null;
};

const compare = (
  name: string,
  actual: string | null,
  wanted: string,
  version: unknown,
  request: NaiveRequest,
): Answer => {
  if (name === 'Bool') {
    if (version === '2012-10-17' && wanted.includes('${')) return null;
    if (!/^(true|false)$/i.test(wanted)) return null;
    return actual === null ? null : actual.toLowerCase() === wanted.toLowerCase() ? 1 : 0;
  }
  const like = name === 'StringLike' || name === 'ArnLike';
  let text = wanted;
  let unset = false;
  let unclear = false;
  if (version === '2012-10-17')
    text = text.replace(/\$\{([^}]*)\}/g, (_, body: string) => {
      if (body === '*') return '\ue000';
      if (body === '?') return '\ue001';
      if (body === '$') return '$';
      const [variable = '', fallback] = body.split(/, '([^']*)'$/);
      if (variable === '' || /[${}'",]/.test(variable)) unclear = true;
      const value = look(variable, request);
      if (value === null) unclear = true;
      const found = value === undefined ? fallback : value;
      if (found === undefined && !unclear) unset = true;
      if (found === undefined && value === undefined && !/[${}'",]/.test(variable) && variable !== '') unset = true;
      if (like && found && /[*?]/.test(found)) unclear = true;
      return (found ?? '').replaceAll('*', '\ue000').replaceAll('?', '\ue001');
    });
  if (unset) return 0;
  if (unclear) return null;
  if (name === 'ArnLike') return null;
  if (like && /^\*+$/.test(text)) return 1;
  if (actual === null) return null;
  if (like) return wild(text).test(actual) ? 1 : 0;
  const plain = text.replaceAll('\ue000', '*').replaceAll('\ue001', '?');
  return (name === 'StringEquals' ? plain === actual : plain.toLowerCase() === actual.toLowerCase()) ? 1 : 0;
};

/**
 * A second answer to "who may assume this role", for tests only: every caller of a small universe, with every request that it
 * can choose, one at a time, straight from the IAM User Guide's tables. It shares no code with lib/policy, on purpose.
 */

type Json = Readonly<Record<string, unknown>>;

/** A value of a key; undefined where the request lacks it. */
export type Value = string | undefined;

/** A caller, with all values that it can give to each key; a key that is not here is absent. */
export interface OracleCaller {
  readonly action: string;
  readonly isPrincipal: (type: string, text: string) => boolean;
  readonly domains: Readonly<Record<string, readonly Value[]>>;
  /** By key: the action that a request needs beside its own if it carries the key. */
  readonly needs?: Readonly<Record<string, string>>;
}

interface Test {
  /** Its own in the policy. */
  readonly id: string;
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});

let made = 0;
const nextId = (): string => {
  made += 1;
  return String(made);
};

const testsOf = (statement: Json): readonly Test[] =>
  Object.entries(record(statement.Condition)).flatMap(([operator, keys]) =>
    Object.entries(record(keys)).map(([key, values]) => ({
      ...{ id: nextId(), operator, key: key.toLowerCase() },
      values: list(values).map(String),
    })),
  );

const concerns = (statement: Json, { action, isPrincipal }: OracleCaller): boolean =>
  list(statement.Action).some(one => wild(String(one).toLowerCase()).test(action.toLowerCase())) &&
  (statement.Principal === '*'
    ? isPrincipal('AWS', '*')
    : Object.entries(record(statement.Principal)).some(([type, texts]) =>
        list(texts).some(text => isPrincipal(type, String(text))),
      ));

interface Asked {
  readonly statement: Json;
  readonly isDeny: boolean;
  readonly tests: readonly Test[];
}

/** Whether some request of one of the callers passes: an Allow holds, and no Deny. So it must be for each action that the request needs
 *  beside its own (IAM User Guide, "Pass session tags in AWS STS"). */
export const passes = (policy: Json, callers: readonly OracleCaller[]): boolean => {
  const statements = list(policy.Statement)
    .map(record)
    .map((statement): Asked => ({ statement, isDeny: statement.Effect === 'Deny', tests: testsOf(statement) }));
  const known: Known = new Map();
  return callers.some(caller => {
    const needed = Object.entries(caller.needs ?? {}).filter(([key]) =>
      statements.some(({ tests }) => tests.some(test => test.key === key || variablesOf(test).includes(key))),
    );
    return waysOf(needed).some(way => {
      const sent = way.map(([key]) => key);
      const actions = [caller.action, ...new Set(way.map(([, action]) => action))];
      const unsent = Object.keys(caller.needs ?? {}).filter(key => !sent.includes(key));
      const domains = { ...caller.domains, ...Object.fromEntries(unsent.map(key => [key, [undefined]])) };
      return mayDo(actions, statements, { ...caller, domains }, known);
    });
  });
};

/** Every choice of some of the keys: those are sent, the others not. */
const waysOf = <T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] =>
  first === undefined ? [[]] : waysOf(rest).flatMap(way => [way, [first, ...way]]);

/** Whether one request passes for each of the actions. */
const mayDo = (
  actions: readonly string[],
  statements: readonly Asked[],
  caller: OracleCaller,
  known: Known,
): boolean => {
  const asked = actions.map(action => statements.filter(({ statement }) => concerns(statement, { ...caller, action })));
  const denials = [...new Set(asked.flatMap(some => some.filter(({ isDeny }) => isDeny)))].map(({ tests }) => tests);
  let chosen: readonly (readonly Asked[])[] = [[]];
  for (const some of asked)
    chosen = chosen.flatMap(before => some.filter(({ isDeny }) => !isDeny).map(one => [...before, one]));
  return chosen.some(allows => {
    const tests = [...new Set(allows)].flatMap(one => one.tests);
    return requestsOf([...tests, ...denials.flat()], caller, known).some(
      request =>
        tests.every(test => holds(test, request)) && !denials.some(deny => deny.every(test => holds(test, request))),
    );
  });
};

/** The values of a domain that tests tell apart, for callers that share the domain. */
type Known = Map<readonly Value[], Map<string, readonly Value[]>>;

type Request = ReadonlyMap<string, Value>;

const variable = /\$\{([^${}]+)\}/g;

const variablesOf = ({ values }: Test): readonly string[] =>
  values.flatMap(text => [...text.matchAll(variable)].map(([, key = '']) => key.toLowerCase()));

/** Values of a key that a variable ties to another are tried at most: the shortest. */
const maxTied = 24;

/** Every combination of values. Of a key that no variable ties to another, one value for each way in which its tests come
 *  out. */
const requestsOf = (tests: readonly Test[], { domains }: OracleCaller, known: Known): readonly Request[] => {
  const variables = tests.flatMap(variablesOf);
  const keys = [...new Set([...tests.map(({ key }) => key), ...variables])];
  let requests: readonly Request[] = [new Map()];
  for (const key of keys) {
    const domain = domains[key] ?? [undefined];
    const own = tests.filter(test => test.key === key);
    const isTied = variables.includes(key) || own.some(test => variablesOf(test).length > 0);
    const kept = isTied ? tiedOf(domain) : apart(domain, key, own, known);
    requests = requests.flatMap(request => kept.map(value => new Map([...request, [key, value]])));
  }
  return requests;
};

const tiedOf = (domain: readonly Value[]): readonly Value[] => [
  ...domain.filter(value => value !== undefined).slice(0, maxTied),
  ...(domain.includes(undefined) ? [undefined] : []),
];

const apart = (domain: readonly Value[], key: string, tests: readonly Test[], known: Known): readonly Value[] => {
  const id = `${key} ${tests.map(test => test.id).join()}`;
  const ofDomain = known.get(domain) ?? new Map<string, readonly Value[]>();
  known.set(domain, ofDomain);
  const before = ofDomain.get(id);
  if (before) return before;
  const byOutcome = new Map<string, Value>();
  for (const value of domain) {
    const outcome = tests.map(test => Number(holds(test, new Map([[key, value]])))).join('');
    if (!byOutcome.has(outcome)) byOutcome.set(outcome, value);
  }
  const values = [...byOutcome.values()];
  ofDomain.set(id, values);
  return values;
};

/** The condition operators (IAM User Guide), for keys with one value. */
const holds = ({ operator, key, values }: Test, request: Request): boolean => {
  const qualified = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator);
  const [, qualifier, base = '', ifExists] = qualified ?? [];
  const value = request.get(key);
  if (base === 'Null') return values.some(text => (text === 'true') === (value === undefined));
  const isNegated = base.includes('Not');
  if (value === undefined) {
    if (qualifier !== undefined) return qualifier === 'ForAllValues:';
    return ifExists !== undefined || isNegated;
  }
  return values.some(text => compares(base.replace('Not', ''), value, text, request)) !== isNegated;
};

const compares = (base: string, value: string, text: string, request: Request): boolean => {
  const pattern = filled(text, request);
  if (pattern === undefined) return false;
  switch (base) {
    case 'StringEquals':
      return pattern.plain === value;
    case 'StringEqualsIgnoreCase':
      return pattern.plain.toLowerCase() === value.toLowerCase();
    case 'StringLike':
      return pattern.like.test(value);
    case 'ArnLike':
      return arnLike(text, value);
    case 'Bool':
      return text.toLowerCase() === value.toLowerCase();
    case 'NumericLessThan':
      return Number(value) < Number(text);
    case 'IpAddress':
      return inRange(value, text);
    case 'DateGreaterThan':
      return Date.parse(value) > Date.parse(text);
    default:
      throw new Error(`the oracle knows no ${base}`);
  }
};

const bitsOf = (address: string): string =>
  address
    .split('.')
    .map(part => Number(part).toString(2).padStart(8, '0'))
    .join('');

/** Whether an address of version 4 has the leading bits of a range (RFC 4632). */
export const inRange = (address: string, range: string): boolean => {
  const [first = '', size = '32'] = range.split('/');
  return bitsOf(address).startsWith(bitsOf(first).slice(0, Number(size)));
};

/** Each of the six parts by itself: a wildcard stops at a colon, but in the last part. */
const arnLike = (pattern: string, value: string): boolean => {
  const parts = (text: string): readonly string[] => [
    ...text.split(':').slice(0, 5),
    text.split(':').slice(5).join(':'),
  ];
  const wanted = parts(pattern);
  return wanted.length === 6 && parts(value).every((part, at) => wild(wanted[at] ?? '').test(part));
};

/** A value with its variables filled in: as a text, and as a pattern in which what a variable stands for is literal. Undefined
 *  where the request lacks one. */
const filled = (text: string, request: Request): { readonly plain: string; readonly like: RegExp } | undefined => {
  if (!text.includes('${')) return { plain: text, like: wild(text) };
  let plain = '';
  let like = '';
  let from = 0;
  for (const match of text.matchAll(variable)) {
    const value = request.get((match[1] ?? '').toLowerCase());
    if (value === undefined) return undefined;
    const before = text.slice(from, match.index);
    plain += before + value;
    like += sourceOf(before) + escaped(value);
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  return { plain: plain + rest, like: new RegExp(`^${like}${sourceOf(rest)}$`) };
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const sourceOf = (text: string): string => escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');
const patterns = new Map<string, RegExp>();
const wild = (text: string): RegExp => {
  const known = patterns.get(text) ?? new RegExp(`^${sourceOf(text)}$`);
  patterns.set(text, known);
  return known;
};

/**
 * A trust policy as a simulator can be asked about it, where the simulator differs from the IAM User Guide, or the guide says nothing. A
 * variable without a value matches nothing, so that a negated operator holds ("IAM policy elements: Variables and tags"), and there are
 * none before version 2012-10-17 ("IAM JSON policy elements: Version"). A form that
 * no page decides (docs/facts.md §U) is read twice, for the caller and against: where both readings decide alike, it does not matter.
 */
import type { Json } from '../../door/stack.ts';

/** One reading for the caller and one against, and the names of the forms by which they differ. */
export interface Readings {
  readonly generous: Json;
  readonly strict: Json;
  readonly undocumented: readonly string[];
}

/** The request, as far as a policy may ask for it. */
export interface Asking {
  /** Values by key, in lower case. */
  readonly values: ReadonlyMap<string, string>;
  readonly isWebIdentity: boolean;
  readonly provider: string;
}

/** The reading of a test or a principal: its truth, the test as it is to be asked, or that no page tells it. */
type Read = boolean | { readonly test: Json } | { readonly form: string; readonly ifSo?: Json; readonly ifNot?: Json };

/** A text that no value of a request is. */
const nothing = '\u0000';

/** Keys that a token's request may or may not have, or whose values no page tells. */
const unknownKeys =
  /:oaud$|^aws:(?:principalaccount|principaltype|userid|federatedprovider|sourcevpc|sourcevpce|sourcevpcarn|vpcsourceip|sourceip)$|^sts:roleauthorizedbyidp$/;

const operatorParts =
  /^(ForAllValues:|ForAnyValue:)?((?:String|Arn)(Not)?(?:Equals|Like)|String(Not)?EqualsIgnoreCase|Bool|Null|Date\w+|Numeric\w+|BinaryEquals|(?:Not)?IpAddress)(IfExists)?$/;

/** Reads a policy. */
export const readingsOf = (policy: Json, asking: Asking): Readings => {
  const undocumented: string[] = [];
  const reading = (isGenerous: boolean): Json => ({
    ...policy,
    Statement: [policy.Statement].flat().flatMap(statement => {
      const read = Object(statement) as Json;
      return statementOf(read, policy.Version === '2012-10-17', asking, isGenerous !== (read.Effect === 'Deny'), form =>
        undocumented.push(form),
      );
    }),
  });
  return { generous: reading(true), strict: reading(false), undocumented: [...new Set(undocumented)] };
};

/** A statement that applies wherever it may (`applies`), or only where it must; none where it does not. */
const statementOf = (
  statement: Json,
  hasVariables: boolean,
  asking: Asking,
  applies: boolean,
  tell: (form: string) => void,
): readonly Json[] => {
  const { Condition = {}, Principal, Resource, NotResource, NotPrincipal, ...rest } = statement;
  const odd = Resource !== undefined || NotResource !== undefined || NotPrincipal !== undefined;
  if (odd) tell('Resource, NotResource or NotPrincipal');
  const principal = principalOf(Principal, statement.Effect === 'Deny', asking, applies, tell);
  if ((odd && !applies) || principal === undefined) return [];
  const tests: Record<string, Json> = {};
  for (const [operator, block] of Object.entries(Object(Condition) as Json))
    for (const [key, value] of Object.entries(Object(block) as Json)) {
      const values = [value].flat().map(String);
      const read = testOf(operator, key, values, hasVariables, asking);
      if (typeof read === 'object' && 'form' in read) tell(read.form);
      const test =
        typeof read !== 'object' ? read : 'test' in read ? read.test : ((applies ? read.ifSo : read.ifNot) ?? applies);
      if (test === false) return [];
      if (test !== true) tests[operator] = { ...tests[operator], ...test };
    }
  return [{ ...rest, Principal: principal, ...(Object.keys(tests).length === 0 ? {} : { Condition: tests }) }];
};

/** The principal to ask about; undefined for a statement that is about nobody. */
const principalOf = (
  principal: unknown,
  isDeny: boolean,
  { isWebIdentity, provider }: Asking,
  applies: boolean,
  tell: (form: string) => void,
): unknown => {
  const types = typeof principal === 'object' && principal !== null ? Object.entries(principal) : [['AWS', principal]];
  const open = types.filter(([, names]) => [names].flat().includes('*')).map(([type]) => String(type));
  const unclear = open.filter(type => !(isDeny && type === 'AWS'));
  if (!isWebIdentity || open.length === 0) return principal;
  for (const type of unclear) tell(`the principal {"${type}": "*"} of a token`);
  if (unclear.length === 0 || applies) return { Federated: provider };
  const others = types
    .map(([type, names]) => [String(type), [names].flat().filter(name => name !== '*')] as const)
    .filter(([, names]) => names.length > 0);
  return others.length === 0 ? undefined : Object.fromEntries(others);
};

const testOf = (
  operator: string,
  key: string,
  values: readonly string[],
  hasVariables: boolean,
  { values: known, isWebIdentity }: Asking,
): Read => {
  const [, set, name = '', notEquals, notIgnoring, optional] = operatorParts.exec(operator) ?? [];
  const isNegated = (notEquals ?? notIgnoring) !== undefined;
  const actual = known.get(key.toLowerCase());
  if (name === '') return { form: `the operator ${operator}` };
  if (name === 'Null') return nullTest(operator, key, values, actual === undefined, optional !== undefined);
  if (isWebIdentity && unknownKeys.test(key.toLowerCase())) return { form: `the key ${key}` };
  if (actual === undefined) {
    if (set === 'ForAllValues:') return true;
    if (set === 'ForAnyValue:')
      return optional === undefined ? false : { form: `${operator} without a value of its key` };
    if (optional !== undefined) return true;
    return values.length === 0 ? { form: `${operator} without values` } : { test: { [key]: values } };
  }
  if (values.length === 0)
    return set === undefined && optional === undefined ? { form: `${operator} without values` } : false;
  if (name === 'Bool') {
    const plain = values.filter(value => /^(?:true|false)$/i.test(value));
    const odd = values.find(value => !plain.includes(value));
    if (odd === undefined) return { test: { [key]: values } };
    // One value that holds is enough, whatever AWS makes of the other.
    return plain.some(value => value.toLowerCase() === actual.toLowerCase()) || { form: `Bool with ${odd}` };
  }
  if (!/^(?:String|Arn)/.test(name)) return { test: { [key]: values } };
  const isArn = name.startsWith('Arn') && !actual.startsWith('arn:');
  const read = values.map(value => askedValue(value, hasVariables, known, isWebIdentity, name.endsWith('Like')));
  const whether = (isHit: boolean): Json => ({
    [key]: read.map(each => (each === undefined || (isArn && each !== nothing) ? (isHit ? actual : nothing) : each)),
  });
  if (!isArn && !read.includes(undefined)) return { test: whether(false) };
  if (isArn)
    return hasVariables && read.every(each => each === nothing)
      ? isNegated
      : { form: `${name} with a value that is no ARN` };
  return {
    form: `the variable in ${values.find((_, index) => read[index] === undefined)}`,
    ifSo: whether(!isNegated),
    ifNot: whether(isNegated),
  };
};

/** `Null` holds where one of its values does: true for a key that is absent, false for one that is there. */
const nullTest = (
  operator: string,
  key: string,
  values: readonly string[],
  isAbsent: boolean,
  isOptional: boolean,
): Read => {
  if (operator.includes(':')) return operator.startsWith('ForAllValues:');
  if (isOptional || unknownKeys.test(key.toLowerCase())) return { form: `${operator} of ${key}` };
  if (values.includes(String(isAbsent))) return true;
  const odd = values.find(value => !/^(?:true|false)$/.test(value));
  return odd === undefined && values.length > 0 ? false : { form: `Null with ${odd ?? 'no value'}` };
};

/** A value as the simulator is asked for it: `nothing` where a variable has no value, undefined where no page tells what it is. */
const askedValue = (
  value: string,
  hasVariables: boolean,
  known: ReadonlyMap<string, string>,
  isWebIdentity: boolean,
  isPattern: boolean,
): string | undefined => {
  if (!value.includes('${')) return value;
  // Text that stands for itself, in a policy without the version that knows variables: no value of a request has it.
  if (!hasVariables) return nothing;
  if (/\$\{(?![^}]*\})/.test(value)) return undefined;
  let isUnset = false;
  let isUnclear = false;
  for (const [, body = ''] of value.matchAll(/\$\{([^}]*)\}/g)) {
    if (/^[*?$]$/.test(body)) continue;
    const [, variable = '', fallback] = /^([^\s,'"${}]+)(?:, '([^']*)')?$/.exec(body) ?? [];
    const name = variable.toLowerCase();
    const found = known.get(name) ?? fallback;
    if (variable === '' || (isWebIdentity && unknownKeys.test(name))) isUnclear = true;
    else if (found === undefined) isUnset = true;
    else if (isPattern && /[*?]/.test(found)) isUnclear = true;
  }
  if (isUnset) return nothing;
  // The simulator fills these in for patterns alone.
  return isUnclear ? undefined : isPattern ? value : value.replaceAll(/\$\{([*?])\}/g, '$1');
};

/** Answers of a policy to one question. `unknown`: it has conditions or denials that are not judged here. */
export type PolicyAnswer = 'allowed' | 'not-allowed' | 'unknown';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

const cloudWatch = 'cloudwatch.amazonaws.com';

/**
 * Whether a resource policy allows CloudWatch an action on it. Only what CloudWatch needs is judged: an Allow that names
 * it, with no condition but on the account and the alarm. A Deny that is not about TLS, and anything else that is not
 * plain, is unknown. Source: SNS Developer Guide, "Example cases for Amazon SNS access control".
 */
export const cloudWatchMay = (policy: string, action: string): PolicyAnswer => {
  const statements = statementsOf(policy);
  if (statements === undefined) return 'unknown';
  const about = statements.filter(each => isAbout(each, action));
  if (about.some(each => each.Effect === 'Deny' && !isTls(each))) return 'unknown';
  const allows = about.filter(each => each.Effect === 'Allow');
  if (allows.some(each => hasPlainConditions(each.Condition))) return 'allowed';
  return allows.length > 0 ? 'unknown' : 'not-allowed';
};

const statementsOf = (policy: string): readonly Statement[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(policy);
    if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed)) return undefined;
    const all = [parsed.Statement].flat();
    return all.filter((each): each is Statement => typeof each === 'object' && each !== null);
  } catch {
    return undefined;
  }
};

const texts = (value: unknown): readonly string[] =>
  [value].flat().filter((each): each is string => typeof each === 'string');

const isAbout = ({ Principal, Action }: Statement, action: string): boolean => {
  const services =
    typeof Principal === 'object' && Principal !== null && 'Service' in Principal ? texts(Principal.Service) : [];
  const anybody = Principal === '*' || (typeof Principal === 'object' && JSON.stringify(Principal) === '{"AWS":"*"}');
  const wanted = action.toLowerCase();
  const covers = texts(Action)
    .map(each => each.toLowerCase())
    .some(each => each === wanted || each === '*' || (each.endsWith('*') && wanted.startsWith(each.slice(0, -1))));
  return covers && (services.includes(cloudWatch) || anybody);
};

const isTls = ({ Condition }: Statement): boolean =>
  JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

const plainKeys: ReadonlySet<string> = new Set(['aws:sourceaccount', 'aws:sourcearn']);

const hasPlainConditions = (condition: unknown): boolean => {
  if (condition === undefined) return true;
  if (typeof condition !== 'object' || condition === null) return false;
  const keys = Object.values(condition).flatMap(tests =>
    typeof tests === 'object' && tests !== null ? Object.keys(tests) : [''],
  );
  return keys.every(key => plainKeys.has(key.toLowerCase()));
};

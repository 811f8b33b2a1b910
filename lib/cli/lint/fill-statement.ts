import { isMeantForEks, isWildcardPrincipal } from '../../core/facts/eks-issuer.ts';
import { cleanIssuer } from '../../core/rules/trust/support/statement-view.ts';
import { globMatches, wildcardGlob } from '../../core/trust/language/glob.ts';
import { intersectGlobs } from '../../core/trust/language/glob-intersection.ts';
import { accountOfSubject } from '../../core/trust/language/service-account-subject.ts';
import type { ConditionTest, Located, Principal, Statement } from '../../core/trust/policy/policy.ts';
import { fillPlaceholders, hasPlaceholder, isPlaceholder, templateOf } from './placeholders.ts';

/** The account that all providers of a linted policy are put in: whether they are the role's is not known here. */
export const lintAccountId = '111122223333';

/** Stands for the role that will have the policy; never shown. */
export const roleUnderLint = `arn:aws:iam::${lintAccountId}:role/policy-under-lint`;

const webIdentity = 'sts:AssumeRoleWithWebIdentity';

/** A statement that can be judged, with the texts that were filled in and what stands for them in the file. */
export interface Filled {
  readonly statement: Statement;
  /** Filled text to the text as written. */
  readonly names: ReadonlyMap<string, string>;
  /** An issuer is made up, and nothing in the statement says whether Kubernetes is meant at all. */
  readonly isAnyones: boolean;
}

/**
 * Fills the placeholders of a statement so that nothing that depends on their values can be found wrong: an issuer that
 * may be another one's is the same, a value that may be well formed is. What is wrong with this filling is wrong with
 * every one. Undefined where a placeholder stands for an effect, an operator or a whole key: nothing can be said then.
 */
export const fillStatement = (statement: Statement): Filled | undefined => {
  if (hasPlaceholder(statement.effect) || statement.conditions.some(isOpaque)) return undefined;
  const names = new Map(tokensIn(statement));
  const issuers = issuersOf(statement, names);
  const note = (filled: string, written: string): string => {
    if (filled !== written) names.set(filled, written);
    return filled;
  };
  const conditions = statement.conditions.map((test): ConditionTest => {
    const key = note(fillKey(test.key.text, issuers), test.key.text);
    const claim = key.slice(key.lastIndexOf(':') + 1).toLowerCase();
    // What a key calls an issuer is what a fix must call it.
    if (issuers.some(issuer => issuer.isMadeUp && issuer.filled === prefixOf(key)))
      names.set(prefixOf(key), prefixOf(test.key.text));
    return {
      ...test,
      key: { ...test.key, text: key },
      values: test.values.map(value => located(value, note(fillValue(value.text, claim), value.text))),
    };
  });
  const principal = statement.principal && fillPrincipal(statement.principal, issuers, note);
  return {
    names,
    isAnyones:
      issuers.some(issuer => issuer.isMadeUp && !saysEks(issuer.written)) &&
      !statement.conditions.some(test => saysEks(test.key.text)) &&
      !isForServiceAccounts(statement),
    statement: {
      ...statement,
      ...(principal ? { principal } : {}),
      ...(statement.actions ? { actions: statement.actions.map(fillAction) } : {}),
      ...(statement.notActions
        ? {
            notActions: statement.notActions.map(action => located(action, fillPlaceholders(action.text, tokenFor))),
          }
        : {}),
      conditions,
    },
  };
};

/** Every placeholder of the statement by the name that stands for it. */
const tokensIn = (statement: Statement): readonly (readonly [string, string])[] => {
  const found: [string, string][] = [];
  const look = (text: string): void => {
    fillPlaceholders(text, placeholder => {
      found.push([tokenFor(placeholder), placeholder]);
      return '';
    });
  };
  for (const test of statement.conditions) for (const { text } of [test.key, ...test.values]) look(text);
  for (const { text } of [...(statement.actions ?? []), ...(statement.notActions ?? [])]) look(text);
  return found;
};

const located = (value: Located, text: string): Located => ({ ...value, text });

const isOpaque = (test: ConditionTest): boolean => {
  if (hasPlaceholder(test.operator)) return true;
  const colon = test.key.text.lastIndexOf(':');
  return hasPlaceholder(colon < 0 ? test.key.text : test.key.text.slice(colon + 1)) || isPlaceholder(test.key.text);
};

/** An issuer as written in the principal, the pattern of what it may be, and what it is taken for. */
interface Issuer {
  readonly written: string;
  readonly template: string;
  readonly filled: string;
  readonly isMadeUp: boolean;
  /** The principal is a placeholder as a whole: whatever it stands for is an ARN. */
  readonly isArn: boolean;
  /** What stands before a placeholder where nothing may: a scheme, or an ARN once more. */
  readonly slip: string;
}

/** True if a text with placeholders is plainly about a cluster: CloudFormation's attribute is of no other resource. */
const saysEks = (text: string): boolean => /oidc[.-]eks|OpenIdConnectIssuer/i.test(text);

/** What stands before the last colon of a condition key. */
const prefixOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf(':')));

/** True if a value of the statement is a service account's subject: then its issuer is a cluster, whatever its host. */
export const isForServiceAccounts = (statement: Statement): boolean =>
  statement.conditions.some(test => test.values.some(value => value.text.startsWith('system:serviceaccount:')));

/** False for a statement that is certainly not for a cluster: of other principals than providers, or of SAML, GitHub … */
export const mayMeanEks = (statement: Statement): boolean =>
  statement.principal?.kind !== 'typed' ||
  isForServiceAccounts(statement) ||
  statement.principal.entries.some(
    ({ type, value: { text } }) =>
      hasPlaceholder(type) ||
      (type === 'Federated' &&
        !isForSaml(text) &&
        (hasPlaceholder(afterMarker(text)) || isMeantForEks(afterMarker(text)))),
  ) ||
  isWildcardPrincipal(statement.principal);

const marker = 'oidc-provider/';

/** What follows `oidc-provider/`; the whole text where that is not in it. */
const afterMarker = (text: string): string =>
  text.includes(marker) ? text.slice(text.indexOf(marker) + marker.length) : text;

const issuersOf = (statement: Statement, names: Map<string, string>): readonly Issuer[] => {
  if (statement.principal?.kind !== 'typed') return [];
  return statement.principal.entries
    .filter(entry => entry.type === 'Federated')
    .map(({ value: { text } }, at): Issuer => {
      const start = text.indexOf(marker);
      const tail = afterMarker(text);
      const slip = start >= 0 && hasPlaceholder(tail) ? slipOf(tail) : '';
      const written = tail.slice(slip.length);
      const isArn = start < 0 && isPlaceholder(text);
      if (!hasPlaceholder(written) || isForSaml(text))
        return { written, template: written, filled: written, isMadeUp: false, isArn, slip };
      const template = start >= 0 ? templateOf(written) : '*';
      const named = statement.conditions
        .map(({ key }) => prefixOf(key.text))
        .find(prefix => isIssuer(prefix) && overlap(templateOf(prefix), template));
      const filled = named === undefined ? madeUp(written, at) : fillPlaceholders(named, tokenFor);
      names.set(filled, named ?? (start >= 0 ? written : `<issuer of ${written}>`));
      return { written, template, filled, isMadeUp: named === undefined, isArn, slip };
    });
};

const slipOf = (tail: string): string => /^(?:https?:\/\/|arn:.*oidc-provider\/)*/i.exec(tail)?.[0] ?? '';

const isForSaml = (principal: string): boolean => principal.includes(':saml-provider/');

/** True if the host is written out; the path may have placeholders. */
const isIssuer = (prefix: string): boolean =>
  /^[\w-]+(\.[\w-]+)+(\/|$)/.test(prefix) && !hasPlaceholder(hostOf(prefix));

const hostOf = (prefix: string): string => prefix.split('/', 1).join();

/** A name that nobody has, the same for the same placeholder, and a valid name of a namespace or a service account. */
const tokenFor = (placeholder: string): string => `some-value-${hashOf(placeholder)}`;

const hashOf = (text: string): string => {
  let sum = 7;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum.toString(16).padStart(8, '0');
};

/** An issuer that nobody has, the same for the same text. */
const madeUp = (written: string, at: number): string => {
  const id = hashOf(`${at} ${written}`).toUpperCase().repeat(4);
  return `oidc.eks.eu-west-1.amazonaws.com/id/${id}`;
};

const arnOf = (issuer: string): string => `arn:aws:iam::${lintAccountId}:${marker}${issuer}`;

const filledSlip = ({ slip }: Issuer): string => (/^arn:/i.test(slip) ? arnOf('') : slip);

const fillPrincipal = (
  principal: Principal,
  issuers: readonly Issuer[],
  note: (filled: string, written: string) => string,
): Principal => {
  if (principal.kind !== 'typed') return principal;
  let at = 0;
  const entries = principal.entries.map(entry => {
    if (entry.type !== 'Federated') return entry;
    const issuer = issuers[at++];
    const { text } = entry.value;
    const isProvider = text.includes(marker) || isPlaceholder(text);
    const filled = issuer === undefined || !isProvider ? text : arnOf(`${filledSlip(issuer)}${issuer.filled}`);
    return { ...entry, value: located(entry.value, note(filled, text)) };
  });
  return { ...principal, entries };
};

/** A key with a placeholder becomes the key of an issuer of the statement that it may mean; one that no filling can make
 *  right (it begins with a scheme or an ARN) keeps its fault. */
const fillKey = (key: string, issuers: readonly Issuer[]): string => {
  const colon = key.lastIndexOf(':');
  const prefix = prefixOf(key);
  const claim = key.slice(colon);
  const [first] = issuers;
  if (colon < 0 || first === undefined) return fillPlaceholders(key, tokenFor);
  const same = issuers.find(issuer => issuer.written === prefix || issuer.filled === prefix);
  if (same) return `${same.isArn && isSubstituted(prefix) ? arnOf(same.filled) : same.filled}${claim}`;
  const certain = issuers.find(issuer => hasPlaceholder(issuer.written) && prefix.includes(issuer.written));
  const isWrong = /^(?:https?:|arn:)/i.test(prefix);
  if (isWrong)
    return `${certain ? prefix.replace(certain.written, certain.filled) : `${prefix.slice(0, prefix.indexOf(':') + 1)}//${first.filled}`}${claim}`;
  if (!hasPlaceholder(prefix) && !issuers.some(issuer => hasPlaceholder(issuer.written))) return key;
  const possible = issuers.find(
    issuer =>
      overlap(templateOf(prefix), issuer.filled) ||
      (hasPlaceholder(prefix) && overlap(templateOf(prefix), issuer.template)),
  );
  return possible ? `${possible.filled}${claim}` : fillPlaceholders(key, tokenFor);
};

/** True for the placeholders of tools, which put the same text wherever the same one stands. A person may put another. */
const isSubstituted = (placeholder: string): boolean => /^(?:\$|\{\{|__|@)/.test(placeholder.trim());

const overlap = (a: string, b: string): boolean => {
  const both = intersectGlobs(wildcardGlob(a), wildcardGlob(b));
  return both === undefined || both.length > 0;
};

/** Fillings of a placeholder in a subject: a name, a namespace with a name, a whole subject. */
const subjectParts: readonly ((placeholder: string) => string)[] = [
  tokenFor,
  placeholder => `${tokenFor(placeholder)}:some-name`,
  placeholder => `system:serviceaccount:${tokenFor(placeholder)}:some-name`,
];

const fillValue = (value: string, claim: string): string => {
  if (!hasPlaceholder(value)) return value;
  if (claim === 'aud') return isPlaceholder(value) ? 'sts.amazonaws.com' : fillPlaceholders(value, tokenFor);
  if (claim !== 'sub') return fillPlaceholders(value, tokenFor);
  const candidates = subjectParts.map(part => fillPlaceholders(value, part));
  const sound = candidates.find(candidate => accountOfSubject(candidate) !== undefined);
  if (sound !== undefined) return sound;
  return (
    candidates.find(candidate => candidate.startsWith('system:serviceaccount:') && candidate.split(':').length === 4) ??
    fillPlaceholders(value, tokenFor)
  );
};

const fillAction = (action: Located): Located => {
  if (!hasPlaceholder(action.text)) return action;
  const mayBe = globMatches(wildcardGlob(templateOf(action.text).toLowerCase()), webIdentity.toLowerCase());
  return located(action, mayBe ? webIdentity : fillPlaceholders(action.text, tokenFor));
};

/** The issuers that a statement names, with scheme, as the configuration would register them. */
export const issuersIn = (statement: Statement): readonly string[] =>
  statement.principal?.kind === 'typed'
    ? statement.principal.entries.flatMap(({ type, value: { text } }) =>
        type === 'Federated' && text.includes(marker) ? [`https://${cleanIssuer(text)}`] : [],
      )
    : [];

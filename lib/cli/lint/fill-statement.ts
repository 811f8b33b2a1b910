import { isMeantForEks } from '../../facts.ts';
import { factsOfPartition, unknownRegion } from '../../model.ts';
import {
  accountOfSubject,
  type ConditionTest,
  globMatches,
  globsOverlap,
  isWildcardPrincipal,
  type Located,
  type Principal,
  type Statement,
  webIdentityAction,
  wildcardGlob,
} from '../../policy.ts';
import { hashOf } from '../../text.ts';
import { fillPlaceholders, hasPlaceholder, isOnePlaceholder, isSubstituted, templateOf } from './placeholders.ts';
import { isNoIssuer, isOfCluster } from './references.ts';
import { inPartition, isAccount, isMeantForAccounts, open, type RoleHome } from './role-home.ts';

/** A statement with its placeholders filled in, and the text of the file behind each filling. */
export interface Filled {
  readonly statement: Statement;
  /** Filled text to the text as written. */
  readonly names: ReadonlyMap<string, string>;
  /** Its principal with accounts and partitions that no ARN can have. */
  readonly asWritten?: Principal;
  /** An issuer is made up, and nothing in the statement says that it is a Kubernetes issuer. */
  readonly isAnyones: boolean;
}

/**
 * Fills the placeholders of a statement with the values that are least likely to be wrong: an issuer that can be the same
 * as another one is the same, a value that can be well formed is. A fault of this filling is a fault of every filling.
 * Undefined where an effect, an operator or a whole key is a placeholder: the statement cannot be checked then.
 */
export const fillStatement = (statement: Statement, home: RoleHome): Filled | undefined => {
  if (hasPlaceholder(statement.effect) || statement.conditions.some(isOpaque)) return undefined;
  const names = new Map(tokensIn(statement));
  if (home.isAccountOpen) names.set(home.accountId, '<account>');
  const issuers = issuersOf(statement, names);
  const note = (filled: string, written: string): string => {
    if (filled !== written) names.set(filled, written);
    return filled;
  };
  const conditions = statement.conditions.map((test): ConditionTest => {
    const key = note(fillKey(test.key.text, issuers, home), test.key.text);
    const claim = key.slice(key.lastIndexOf(':') + 1).toLowerCase();
    // A fix must use the name that the key uses for the issuer.
    if (issuers.some(issuer => issuer.isMadeUp && issuer.filled === prefixOf(key)))
      names.set(prefixOf(key), prefixOf(test.key.text));
    return {
      ...test,
      key: { ...test.key, text: key },
      values: test.values.map(value =>
        located(value, note(fillTest(inPartition(value.text, home.partition), test.operator, claim, home), value.text)),
      ),
    };
  });
  const principal = statement.principal && fillPrincipal(statement.principal, issuers, home, note);
  return {
    names,
    ...(principal && statement.principal ? { asWritten: asWritten(statement.principal, principal, home) } : {}),
    isAnyones:
      issuers.some(issuer => issuer.isMadeUp && !saysEks(issuer.written)) &&
      !statement.conditions.some(test => saysEks(test.key.text)) &&
      !isMeantForAccounts(statement),
    statement: {
      ...statement,
      ...(principal ? { principal } : {}),
      ...(statement.actions ? { actions: statement.actions.map(fillAction) } : {}),
      ...(statement.notActions
        ? { notActions: statement.notActions.map(action => located(action, fillPlaceholders(action.text, tokenFor))) }
        : {}),
      conditions,
    },
  };
};

/** Every placeholder of the statement, with the value that is filled in for it. */
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
  // A tag restricts the same callers whatever its name is.
  const name = test.key.text.slice(colon + 1).replace(/^(?:principal|request|resource)tag\/.*/is, '');
  return hasPlaceholder(name) || isOnePlaceholder(test.key.text);
};

/** An issuer as written in the principal, the pattern of its possible values, and the value that is filled in. */
interface Issuer {
  readonly written: string;
  readonly template: string;
  readonly filled: string;
  readonly isMadeUp: boolean;
  /** The whole principal is a placeholder: its value is an ARN. */
  readonly isArn: boolean;
  /** A wrong prefix of a placeholder: a scheme, or a second ARN. */
  readonly slip: string;
}

/** True if a text with placeholders names an EKS issuer: only clusters have CloudFormation's attribute, and Terraform's data
 *  source, modules and their outputs (terraform-aws-modules/eks, outputs.tf: cluster_oidc_issuer_url) are of EKS by name. */
export const saysEks = (text: string): boolean =>
  /oidc[.-]eks|OpenIdConnectIssuer|aws_eks_cluster\.|\beks[\w.[\]-]*oidc|cluster_oidc_issuer/i.test(text);

/** The part of a condition key before its last colon. */
const prefixOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf(':')));

/** False for a statement that is certainly not for a cluster: for other principals, SAML, GitHub … */
export const mayMeanEks = (statement: Statement): boolean =>
  statement.principal?.kind !== 'typed' ||
  isMeantForAccounts(statement) ||
  statement.principal.entries.some(
    ({ type, value: { text } }) =>
      hasPlaceholder(type) ||
      (type === 'Federated' &&
        !isForSaml(text) &&
        (hasPlaceholder(afterMarker(text)) || isMeantForEks(afterMarker(text)))),
  ) ||
  isWildcardPrincipal(statement.principal);

const marker = 'oidc-provider/';

/** The text after `oidc-provider/`; the whole text where that is not in it. */
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
      const isArn = start < 0 && isOnePlaceholder(text) && !isOfCluster(text);
      if (!hasPlaceholder(written) || isForSaml(text))
        return { written, template: written, filled: written, isMadeUp: false, isArn, slip };
      const template = start >= 0 ? templateOf(written) : '*';
      const named = statement.conditions
        .map(({ key }) => prefixOf(key.text))
        .find(prefix => isIssuer(prefix) && overlap(templateOf(prefix), template));
      const filled = named === undefined ? madeUpIssuer(`${at} ${written}`) : fillPlaceholders(named, tokenFor);
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

/** A made-up name, the same for the same placeholder; valid for a namespace and for a service account. */
export const tokenFor = (placeholder: string): string => `some-value-${hashOf([placeholder], 8)}`;

/** A made-up issuer of EKS in no region, the same for the same text. */
export const madeUpIssuer = (written: string): string =>
  `oidc.eks.${unknownRegion}.amazonaws.com/id/${hashOf([written], 32).toUpperCase()}`;

const arnOf = (issuer: string, { partition, accountId }: RoleHome): string =>
  `arn:${partition}:iam::${accountId}:${marker}${issuer}`;

const filledSlip = ({ slip }: Issuer, home: RoleHome): string => (/^arn:/i.test(slip) ? arnOf('', home) : slip);

/** The text before `oidc-provider/` as an ARN has it: what is written out stays. An account or a partition that no ARN can
 *  have is told by itself, and the rest is judged as if it were right. */
const filledHead = (head: string, home: RoleHome): string => {
  const usual = ['arn', home.partition, 'iam', '', home.accountId, ''];
  const parts = templateOf(head).split(':');
  if (parts.length !== usual.length) return overlap(templateOf(head), 'arn:*:iam::*:') ? usual.join(':') : head;
  return parts.map((part, at) => (part.includes('*') || isFaulty(part, at) ? (usual[at] ?? '') : part)).join(':');
};

const isFaulty = (part: string, at: number): boolean =>
  (at === 1 && factsOfPartition(part) === undefined) || (at === 4 && !isAccount(part));

/** The same principal, faults of its accounts and partitions included. */
const asWritten = (principal: Principal, filled: Principal, home: RoleHome): Principal => {
  if (principal.kind !== 'typed' || filled.kind !== 'typed') return filled;
  const entries = filled.entries.map((entry, index) => {
    const written = fillPlaceholders(principal.entries[index]?.value.text ?? '', () => open).split(':');
    const [arn, partition, account] = [written[0], written[1] ?? '', written[4] ?? ''];
    const parts = entry.value.text.split(':');
    if (arn !== 'arn' || written.length < 6 || parts.length < 6 || entry.type !== 'Federated') return entry;
    const head = [
      ...['arn', partition.includes(open) ? home.partition : partition, 'iam', ''],
      account === '*' || /^\d*$/.test(account) ? account : home.accountId,
    ];
    return { ...entry, value: located(entry.value, [...head, ...parts.slice(5)].join(':')) };
  });
  return { ...filled, entries };
};

const fillPrincipal = (
  principal: Principal,
  issuers: readonly Issuer[],
  home: RoleHome,
  note: (filled: string, written: string) => string,
): Principal => {
  if (principal.kind !== 'typed') return principal;
  let at = 0;
  const entries = principal.entries.map(entry => {
    if (entry.type !== 'Federated') return entry;
    const issuer = issuers[at++];
    const { text } = entry.value;
    const start = text.indexOf(marker);
    const isWhole = start < 0 && isOnePlaceholder(text);
    if (issuer === undefined || !(isWhole || start >= 0)) return entry;
    const tail = `${filledSlip(issuer, home)}${issuer.filled}`;
    const filled = isWhole ? arnOf(tail, home) : `${filledHead(text.slice(0, start), home)}${marker}${tail}`;
    return { ...entry, value: located(entry.value, note(filled, text)) };
  });
  return { ...principal, entries };
};

/** A key with a placeholder gets the issuer of the statement that it can match. A key that is wrong for every value (it
 *  begins with a scheme or an ARN) keeps its fault. */
const fillKey = (key: string, issuers: readonly Issuer[], home: RoleHome): string => {
  const colon = key.lastIndexOf(':');
  const prefix = prefixOf(key);
  const claim = key.slice(colon);
  const [first] = issuers;
  if (colon < 0 || first === undefined) return fillPlaceholders(key, tokenFor);
  const same = issuers.find(issuer => issuer.written === prefix || issuer.filled === prefix);
  if (same) return `${same.isArn && isSubstituted(prefix) ? arnOf(same.filled, home) : same.filled}${claim}`;
  if (isNoIssuer(prefix)) return `${fillPlaceholders(prefix, tokenFor)}${claim}`;
  const certain = issuers.find(issuer => hasPlaceholder(issuer.written) && prefix.includes(issuer.written));
  const isWrong = /^(?:https?:|arn:|\/\/)/i.test(prefix);
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

/** True where a text may match both patterns. */
export const overlap = (a: string, b: string): boolean => globsOverlap(wildcardGlob(a), wildcardGlob(b));

/** Fillings of a placeholder in a subject: a name, a namespace with a name, a whole subject. */
const subjectParts: readonly ((placeholder: string) => string)[] = [
  tokenFor,
  placeholder => `${tokenFor(placeholder)}:some-name`,
  placeholder => `system:serviceaccount:${tokenFor(placeholder)}:some-name`,
];

/** A value that an operator takes for an ARN, and that begins with a placeholder, is one: of a role of the home. */
const fillTest = (value: string, operator: string, claim: string, { partition, accountId }: RoleHome): string => {
  const filled = fillValue(value, claim);
  const isHead = /^(?:\w+:)?Arn/i.test(operator) && !value.startsWith('*') && templateOf(value).startsWith('*');
  return isHead ? `arn:${partition}:iam::${accountId}:role/${filled}` : filled;
};

const fillValue = (value: string, claim: string): string => {
  if (!hasPlaceholder(value)) return value;
  if (claim === 'aud') return isOnePlaceholder(value) ? 'sts.amazonaws.com' : fillPlaceholders(value, tokenFor);
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
  const mayBe = globMatches(wildcardGlob(templateOf(action.text).toLowerCase()), webIdentityAction.toLowerCase());
  return located(action, mayBe ? webIdentityAction : fillPlaceholders(action.text, tokenFor));
};

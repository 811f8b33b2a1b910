/** Mentions of roles of pods in texts: each is judged where it stands, or told as not checked. */
import { isNearMissKey, roleArnKey } from '../../model.ts';
import { locator } from '../../policy.ts';
import type { InFiles } from './find-in-files.ts';
import type { FoundPolicies, UnknownPolicy } from './found-policy.ts';
import { placeholder } from './hcl/resolve.ts';
import { isOpenRole } from './manifests/names-for-rules.ts';
import { type FoundEntry, type FoundServiceAccount, noObjects } from './manifests/objects.ts';
import type { JudgedSpan, SourceDocument, SourceFile } from './source-tree.ts';
import { isOfOtherLanguage, isTerraformFile } from './terraform-files.ts';

/** A place where a file speaks of a role of pods: its action, its annotation, its trust policy. */
export interface Mention {
  readonly file: string;
  readonly line: number;
  /** Else it is told as not checked. */
  readonly isJudged: boolean;
}

/** The mentions of files, with what nothing else found: roles of annotations to judge, and what is not checked. */
export const mentionsIn = (
  files: readonly SourceFile[],
  { found, errors }: Pick<InFiles, 'found' | 'errors'>,
): { readonly found: readonly FoundPolicies[]; readonly mentions: readonly Mention[] } => {
  const known = readOf(found, errors);
  const all = files
    .filter(({ text }) => isMention.test(text) || nearKeysIn(text).length > 0)
    .map(file => mentionsOf({ ...file, locate: locator(file.text) }, known));
  return { found: all.map(one => one.found), mentions: all.flatMap(one => one.mentions) };
};

/** The parts of files that were read, by file. */
interface ReadParts {
  readonly spans: ReadonlyMap<string, readonly JudgedSpan[]>;
  /** Lines of what was told, by file. */
  readonly told: ReadonlyMap<string, ReadonlySet<number>>;
  /** Files that were told as a whole: templates, and those that cannot be read. */
  readonly whole: ReadonlySet<string>;
  /** Annotations that were read, as numbers among the keys of their file. */
  readonly annotations: ReadonlySet<string>;
}

const readOf = (found: InFiles['found'], errors: InFiles['errors']): ReadParts => {
  const unknown = found.flatMap(one => one.unknown);
  const spans = found.flatMap(one => [...(one.judged ?? []), ...one.policies.flatMap(({ span }) => span ?? [])]);
  return {
    spans: Map.groupBy(spans, ({ file }) => file),
    told: new Map(
      [...Map.groupBy(unknown, ({ file }) => file)].map(([file, all]) => [file, new Set(all.map(({ at }) => at.line))]),
    ),
    whole: new Set([...errors, ...unknown.filter(({ owner }) => owner === '')].map(({ file }) => file)),
    annotations: new Set(annotationsRead(found)),
  };
};

/** The text that is read may have quotes that the file has not: the number of a key is the same in both. */
const annotationsRead = (found: readonly FoundPolicies[]): readonly string[] => {
  const accounts = found.flatMap(({ objects }) => objects?.serviceAccounts ?? []);
  return [...Map.groupBy(accounts, ({ document }) => document.text)].flatMap(([text, same]) => {
    const numbers = new Map(keysIn(text).flatMap(({ at }, number) => [at - 1, at].map(one => [one, number] as const)));
    return same.flatMap(({ document, annotations }) =>
      annotations.flatMap(({ at }) => (numbers.has(at) ? `${document.name}:${numbers.get(at)}` : [])),
    );
  });
};

const mentionsOf = (
  document: SourceDocument,
  { spans, told, whole, annotations }: ReadParts,
): { readonly found: FoundPolicies; readonly mentions: readonly Mention[] } => {
  const { name } = document;
  const lineOf = (at: number): number => document.locate(at).line;
  const toldLines = told.get(name) ?? new Set<number>();
  const isTold = (at: number): boolean => toldLines.has(lineOf(at));
  const own = (spans.get(name) ?? []).toSorted((a, b) => a.end - a.at - (b.end - b.at));
  /** The smallest part that has it was read, and nothing in that was told. */
  const stateAt = (offset: number): 'judged' | 'told' | undefined => {
    const span = own.find(({ at, end }) => at <= offset && offset <= end);
    if (span === undefined) return isTold(offset) || whole.has(name) ? 'told' : undefined;
    const [first, last] = [lineOf(span.at), lineOf(span.end)];
    return [...toldLines].some(line => first <= line && line <= last) ? 'told' : 'judged';
  };
  const inPolicies = policyMentions(document).map(({ at, inside, why }) => ({ at, why, state: stateAt(inside) }));
  const keys = annotationsOf(document).map((one, number) => ({ ...one, isRead: annotations.has(`${name}:${number}`) }));
  const fresh = keys.filter(({ isRead, isNone }) => !isRead && !isNone);
  const unknown = [
    ...inPolicies.flatMap(({ at, why, state }) => (state === undefined ? unknownAt(document, at, why) : [])),
    ...fresh.flatMap(({ at, why }) =>
      why === undefined || whole.has(name) || isTold(at) ? [] : unknownAt(document, at, why),
    ),
  ];
  return {
    found: {
      policies: [],
      unknown,
      objects: {
        ...noObjects,
        serviceAccounts: fresh.flatMap(({ entry }) => (entry ? accountWith(document, entry) : [])),
      },
    },
    mentions: [
      ...inPolicies.map(({ at, state }) => ({ file: name, line: lineOf(at), isJudged: state === 'judged' })),
      ...keys
        .filter(({ key, isNone }) => key === roleArnKey && !isNone)
        .map(({ at, entry, isRead }) => ({ file: name, line: lineOf(at), isJudged: isRead || entry !== undefined })),
    ],
  };
};

const isMention =
  /AssumeRoleWithWebIdentity|assume_?role_?policy|eks\\*\.amazonaws\\*\.com(?:\/|~1)role-arn|service_?account_?role_?arn/i;

const accountWith = (document: SourceDocument, entry: FoundEntry): FoundServiceAccount => ({
  document,
  at: entry.at,
  name: '<service account>',
  annotations: [entry],
  labels: [],
  isMention: true,
});

const unknownAt = (document: SourceDocument, at: number, why: string): UnknownPolicy => ({
  file: document.name,
  owner: '',
  at: document.locate(at),
  why,
});

interface PolicyMention {
  readonly at: number;
  /** A place within what is to be read. */
  readonly inside: number;
  readonly why: string;
}

/** The key of a role's trust policy, in Terraform, CloudFormation, and tools that make roles. */
const documentKey = /\b[Aa]ssume_?[Rr]ole_?[Pp]olicy(?:_?[Dd]ocument)?["']?\s*[:=](?!=)\s*(?:!\w+\s*)?/g;

/** A value that describes the key, as schemas and types do, or an empty one that no patch fills in. */
const isOfSchema =
  /^(?:\{\s*)?(?:["']?(?:description|type|\$ref|properties|null|object|optional|string|any)\b|""(?!")|''(?!')|~)/;

const policyMentions = (document: SourceDocument): readonly PolicyMention[] => {
  const actions = [...document.text.matchAll(/AssumeRoleWithWebIdentity/g)].map(({ index: at }) => ({
    ...{ at, inside: at },
    why: 'AssumeRoleWithWebIdentity stands outside of a trust policy that lint reads',
  }));
  const isFilledIn = /toFieldPath:.*assumeRolePolicy/.test(document.text);
  const documents = [...document.text.matchAll(documentKey)].flatMap(({ 0: { length }, index: at }) => {
    const value = document.text.slice(at + length, at + length + 60);
    return isOfSchema.test(value) && !(isFilledIn && /^(?:""|'')/.test(value))
      ? []
      : { at, inside: at + length, why: 'a trust policy that lint does not read' };
  });
  const isComment = commentsIn(document);
  return [...actions, ...documents].filter(({ at }) => !isComment(at));
};

/** Characters that are looked at before a place: a line of a file that a program made may have millions. */
const maxBefore = 4_000;

const lineBefore = (text: string, at: number): string => {
  const near = text.slice(Math.max(0, at - maxBefore), at);
  return near.slice(near.lastIndexOf('\n') + 1);
};

/** Says of places whether they lie in a comment of YAML or Terraform, or in a description. */
const commentsIn = ({ name, text }: SourceFile): ((at: number) => boolean) => {
  const isTerraform = isTerraformFile(name) || isOfOtherLanguage(name);
  const long = isTerraform ? [...text.matchAll(/^[ \t]*\/\*[\s\S]*?\*\//gm)] : [];
  return at => {
    const before = lineBefore(text, at);
    return (
      /(?:^|\s)#|^\s*["']?(?:description|error_message)["']?\s*[:=]/.test(before) ||
      (isTerraform && /^\s*(?:\/\/|\/?\*)/.test(before)) ||
      /\{\{-? *\/\*/.test(before) ||
      long.some(({ 0: { length }, index }) => index <= at && at < index + length)
    );
  };
};

/** A key of a role: the entry to judge, or why there is none. */
interface Annotation {
  readonly key: string;
  readonly at: number;
  readonly entry?: FoundEntry;
  readonly why?: string;
  readonly isNone?: true;
}

/** Keys of a role, and the names that tools have for the role of a service account. */
const keys =
  /eks\\*\.amazonaws\\*\.com(?:\/|~1)role-arn(?![\w-])|\bservice_account_role_arn\b|\bserviceAccountRoleA[Rr][Nn]\b|\bServiceAccountRoleArn\b/g;

/** A value behind its key: `key: value`, `key = "value"`, or the value that stands next where the key is a name or a path. An
 *  expression in a text may have quotes of its own. Behind a colon a line may end: what stands on the next one is a key. */
const valueBehind =
  /^["']?\]?\s*(?:[:=]|["']?[\s,]+["']?(?:value|newValue)["']?\s*[:=])(?:\s*(?:"(?<double>(?:[^"\\\n${]|\\.|\$(?!\{)|\{(?!\{)|\$\{(?:[^{}\n]|\{[^{}\n]*\})*\}|\{\{[^{}\n]*\}\})*)"(?!\s*:)|'(?<single>[^'\n]*)'(?!\s*:))|(?<bare>(?:\s*arn:|[ \t]*[^\s"'#])[^\n#]*)|[ \t]*(?=#|\r?\n|$))/;

/** A key with a prefix, as a name or as the end of a path. */
const prefixed = /(?<![\w~\\.-])[\w\\.-]{8,90}(?:\/|~1)[\w.-]{2,20}(?![\w/~.-])/g;

interface KeyAt {
  readonly key: string;
  readonly at: number;
  readonly end: number;
}

/** Keys that were meant for the role's and are not. kube2iam has one of its own, on pods. */
const nearKeysIn = (text: string): readonly KeyAt[] =>
  [...text.matchAll(prefixed)].flatMap(({ 0: written, index }) => {
    const key = written
      .replaceAll('\\', '')
      .replace('~1', '/')
      .replace(/^.*annotations\./, '');
    const isNear = isNearMissKey(key) && !/^(?:iam|sts)\./.test(key);
    return isNear ? [{ key, at: index, end: index + written.length }] : [];
  });

const keysIn = (text: string): readonly KeyAt[] => [
  ...[...text.matchAll(keys)].map(({ 0: { length }, index: at }) => ({ key: roleArnKey, at, end: at + length })),
  ...nearKeysIn(text),
];

const annotationsOf = (document: SourceDocument): readonly Annotation[] => {
  const isFilledIn = isPatched.test(document.text);
  const isComment = commentsIn(document);
  return keysIn(document.text).map(({ key, at, end }): Annotation => {
    if (isComment(at)) return { key, at, isNone: true };
    // A branch of a condition is no key with its value.
    const isBranch = /\?\s*["']$/.test(document.text.slice(Math.max(0, at - 20), at));
    const [behind, groups] = isBranch ? [] : valueAt(document.text, end);
    const isExact = key === roleArnKey;
    const isName = document.text[at]?.toLowerCase() === 's';
    const isPath = /annotations\[["']?$/.test(document.text.slice(Math.max(0, at - 14), at));
    if (isPath && behind === undefined)
      return isExact
        ? { key, at, why: 'a patch fills in the role of a service account' }
        : { key, at, entry: { key, value: '', at } };
    // A key within a sentence is no key.
    if (!isExact && isInSentence(document, at)) return { key, at };
    if (behind === undefined && isExact)
      return { key, at, ...(isName ? { isNone: true } : { why: 'no role stands behind the key of the annotation' }) };
    if (behind === undefined) return { key, at };
    const split = keyOfPath(document.text.slice(at, end));
    const isOfHelm = isPair.test(behind) && /annotations\.$/.test(document.text.slice(Math.max(0, at - 14), at));
    if (isOfHelm && split !== key && isExact) return { key, at, entry: { key: split, value: '', at } };
    const isOther = isOfOtherLanguage(document.name);
    const isProgram = isOther || isTerraformFile(document.name);
    const written = (groups?.double ?? groups?.single ?? groups?.bare ?? '').trim();
    if (isName && isType.test(written)) return { key, at, isNone: true };
    const isBare = groups?.bare !== undefined;
    const value = isBare && /^(?:null|~)$/.test(written) ? '' : written;
    // Jsonnet, CUE and KCL compute a text by operators, by methods, and by `\(…)` in it.
    const isComputed = isOther && (/\\\(/.test(value) || /^\s*[+%.]/.test(document.text.slice(end + behind.length)));
    const isLiteral = !isBare || /^arn:/.test(value) || (!isProgram && !/^[|>&*!{[]/.test(value));
    const isText = isLiteral && !isComputed;
    // An empty default of a chart's values is one that a person fills in.
    // A key that is mistyped is, whatever its value will be.
    const isOpen = isExact && (!isText || value === '' || isOpenRole(value) || isFilledIn);
    const shown = value === '' ? 'it is empty here' : value.slice(0, 80).replace(isBare ? /[,}\s]+$/ : '', '');
    if (isOpen) return { key, at, why: `the role of a service account is filled in later: ${shown}` };
    const bare = withoutRest(value, isBare);
    return { key, at, entry: { key, value: isText || value === '' ? bare : placeholder(bare), at } };
  });
};

/** The value stands beside a name, as `set` of Helm has it. */
const isPair = /^["']?[\s,]+["']?value\b/;

/** The key that Helm makes of a path of `set`: it makes maps of the parts between dots without a backslash (Helm, "The Format and
 *  Limitations of --set"). */
const keyOfPath = (written: string): string =>
  written.replace(/(\\*)\./g, (_, slashes) => (slashes === '' ? ':' : '.'));

/** A type, where a variable says what its values are; or no role. */
const isType = /^(?:optional\(|(?:string|any|null)\b)/;

/** A patch of a composition writes the annotation (Crossplane, "Patches and Transforms"). */
const isPatched = /toFieldPath:.*annotations\[["']?eks\.amazonaws\.com\/role-arn["']?\]/;

/** True where a text with spaces has opened on the line before the place. */
const isInSentence = ({ text }: SourceFile, at: number): boolean => {
  const parts = lineBefore(text, at).split('"');
  return parts.length % 2 === 0 && /\s/.test(parts.at(-1) ?? '');
};

const valueAt = (text: string, from: number): readonly [string | undefined, Record<string, string> | undefined] => {
  const found = valueBehind.exec(text.slice(from, from + 2200));
  return [found?.[0], found?.groups];
};

/** A value without quotes ends with its map, with the next item, or with the line of a text whose lines are escapes. */
const withoutRest = (value: string, isBare: boolean): string => (isBare ? value.replace(/[,}\s\\].*$/, '') : value);

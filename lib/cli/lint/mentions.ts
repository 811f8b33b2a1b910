/** Roles of pods that a text mentions: each is judged where it stands, or told as not checked. */
import { isNearMissKey, roleArnKey } from '../../model/irsa-annotation.ts';
import { locator } from '../../policy/parse/locate.ts';
import type { FoundPolicies, UnknownPolicy } from './found-policy.ts';
import { isOpenRole } from './manifests/names-for-rules.ts';
import { type FoundEntry, type FoundServiceAccount, noObjects } from './manifests/objects.ts';
import type { SourceDocument, SourceFile } from './source-tree.ts';
import { isTerraformFile } from './terraform-files.ts';

/** The mentions in files that nothing else found: roles of annotations to judge, and trust policies that are not checked. */
export const mentionsIn = (files: readonly SourceFile[], found: readonly FoundPolicies[]): readonly FoundPolicies[] => {
  const spans = Map.groupBy(
    found.flatMap(one => [...(one.judged ?? []), ...one.policies.flatMap(({ span }) => span ?? [])]),
    ({ file }) => file,
  );
  const told = new Set(found.flatMap(one => one.unknown.map(({ file, at }) => `${file}:${at.line}`)));
  const known = new Set(found.flatMap(knownLines));
  // A template is told as a whole.
  const whole = new Set(found.flatMap(one => one.unknown.flatMap(({ file, owner }) => (owner === '' ? file : []))));
  return files
    .filter(({ text }) => isMention.test(text) || nearKeysIn(text).length > 0)
    .map(file => {
      const document = { ...file, locate: locator(file.text) };
      const own = spans.get(file.name) ?? [];
      const annotated = annotationsOf(document).filter(
        ({ at }) => !known.has(`${file.name}:${document.locate(at).line}`),
      );
      return {
        policies: [],
        unknown: [
          ...actionsOf(document)
            .filter(({ offset }) => !own.some(({ at, end }) => at <= offset && offset <= end))
            .map(({ unknown }) => unknown),
          ...annotated.flatMap(one => ('why' in one ? unknownAt(document, one.at, one.why) : [])),
        ].filter(({ file: name, at }) => !whole.has(name) && !told.has(`${name}:${at.line}`)),
        objects: {
          ...noObjects,
          serviceAccounts: annotated.flatMap(one => ('entry' in one ? accountWith(document, one.entry) : [])),
        },
      };
    });
};

const isMention = /AssumeRoleWithWebIdentity|eks\\*\.amazonaws\\*\.com(?:\/|~1)role-arn|service_?account_?role_?arn/i;

/** The lines of annotations that were read as such. */
const knownLines = ({ objects }: FoundPolicies): readonly string[] =>
  (objects?.serviceAccounts ?? []).flatMap(({ document, annotations }) =>
    annotations.map(({ at }) => `${document.name}:${document.locate(at).line}`),
  );

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

const actionsOf = (document: SourceDocument): readonly { readonly offset: number; readonly unknown: UnknownPolicy }[] =>
  [...document.text.matchAll(/AssumeRoleWithWebIdentity/g)]
    .filter(({ index }) => !isComment(document, index))
    .map(({ index }) => ({
      offset: index,
      unknown: unknownAt(document, index, 'AssumeRoleWithWebIdentity stands outside of a trust policy that lint reads'),
    }));

/** True for a place in a comment of YAML or Terraform. */
const isComment = ({ name, text }: SourceFile, at: number): boolean => {
  const before = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return (
    /(?:^|\s)#/.test(before) ||
    (isTerraformFile(name) && /^\s*(?:\/\/|\/?\*)/.test(before)) ||
    /\{\{-? *\/\*/.test(before)
  );
};

type Annotation = { readonly at: number } & ({ readonly entry: FoundEntry } | { readonly why: string });

/** Keys of a role, and the names that tools have for the role of a service account. */
const keys =
  /eks\\*\.amazonaws\\*\.com(?:\/|~1)role-arn|\bservice_account_role_arn\b|\bserviceAccountRoleA[Rr][Nn]\b|\bServiceAccountRoleArn\b/g;

/** A value behind its key: `key: value`, `key = "value"`, or the value of the next line where the key is a name or a path. */
const valueBehind =
  /^["']?\]?\s*(?:[:=]|["']?,?\s*\n\s*(?:value|newValue)["']?\s*[:=])\s*(?:"(?<double>(?:[^"\\\n]|\\.)*)"|'(?<single>[^'\n]*)'|(?<bare>[^\s"'#][^\n#]*))/;

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

const annotationsOf = (document: SourceDocument): readonly Annotation[] =>
  keysIn(document.text).flatMap(({ key, at, end }): readonly Annotation[] => {
    if (isComment(document, at)) return [];
    const [behind, groups] = valueAt(document.text, end);
    if (behind === undefined) return [];
    const isTerraform = isTerraformFile(document.name);
    const value = (groups?.double ?? groups?.single ?? groups?.bare ?? '').trim();
    const isText = groups?.bare === undefined || /^arn:/.test(value) || (!isTerraform && !/^[|>&*!{[]/.test(value));
    // An empty default of a chart's values is one that a person fills in.
    // A key that is mistyped is, whatever its value will be.
    if (key !== roleArnKey) return [{ at, entry: { key, value: withoutRest(value, groups?.bare !== undefined), at } }];
    const isOpen = !isText || value === '' || isOpenRole(value);
    if (isOpen) return [{ at, why: `the role of a service account is filled in later: ${value.slice(0, 80)}` }];
    return [{ at, entry: { key: roleArnKey, value: withoutRest(value, groups?.bare !== undefined), at } }];
  });

const valueAt = (text: string, from: number): readonly [string | undefined, Record<string, string> | undefined] => {
  const found = valueBehind.exec(text.slice(from, from + 2200));
  return [found?.[0], found?.groups];
};

/** A value without quotes ends with its map, or with the next item. */
const withoutRest = (value: string, isBare: boolean): string => (isBare ? value.replace(/[,}\s].*$/, '') : value);

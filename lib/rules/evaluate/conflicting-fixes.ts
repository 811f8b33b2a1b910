import type { Finding, Fix, Replaced, Step } from '../../model.ts';
import { given } from '../../text.ts';

/** The name of the document that a fix sets as a whole: applied one after the other, two such fixes leave what the last
 *  one says, and undo the first. */
const nameOf = (replaced: Replaced | undefined): string | undefined =>
  replaced === undefined ? undefined : JSON.stringify(Object.entries(replaced).sort());

/** True for fixes that set one document to different texts. */
export const areConflicting = (a: Fix, b: Fix): boolean =>
  a.replaces !== undefined &&
  nameOf(a.replaces) === nameOf(b.replaces) &&
  JSON.stringify(a.commands) !== JSON.stringify(b.commands);

/** The fixes of two places with one fault, as one: of two that set one document only the first stands. */
export const mergeFixes = (a: Fix, b: Fix): Fix => {
  if (areConflicting(a, b)) return a;
  const { replaces = b.replaces } = a;
  const { alternatives: _, ...first } = a;
  return {
    ...first,
    commands: [...new Set([...a.commands, ...b.commands])],
    steps: eachOnce([...(a.steps ?? []), ...(b.steps ?? [])]),
    ...given({ replaces }),
  };
};

const eachOnce = (steps: readonly Step[]): readonly Step[] => [
  ...new Map(steps.map(step => [JSON.stringify(step), step])).values(),
];

/** The fix of the first of several places: says that there are more. */
export const ofFirstPlace = (fix: Fix): Fix => adding(fix, anotherPlace);

/** Warns of fixes of several findings that set one document: the trust policy of a role, the thumbprints of a provider. */
export const warnOfConflicts = (findings: readonly Finding[]): readonly Finding[] => {
  const fixesOf = new Map<string, Set<string>>();
  const documentOf = ({ fix, waiver }: Finding): string | undefined =>
    waiver === undefined ? nameOf(fix.replaces) : undefined;
  for (const finding of findings) {
    const document = documentOf(finding);
    if (document !== undefined)
      fixesOf.set(document, (fixesOf.get(document) ?? new Set()).add(JSON.stringify(finding.fix.commands)));
  }
  return findings.map(finding =>
    (fixesOf.get(documentOf(finding) ?? '')?.size ?? 0) > 1
      ? { ...finding, fix: adding(finding.fix, anotherFinding) }
      : finding,
  );
};

/** The fix without that warning: a plan makes one document of several fixes, or says why it does not. */
export const withoutWarning = (fix: Fix): Fix => {
  const { choice, ...rest } = fix;
  if (choice === undefined || !choice.endsWith(anotherFinding)) return fix;
  const own = choice.slice(0, -anotherFinding.length).trimEnd();
  return own === '' ? rest : { ...rest, choice: own };
};

const adding = (fix: Fix, sentence: string): Fix => ({
  ...fix,
  choice: fix.choice === undefined ? sentence : `${fix.choice} ${sentence}`,
});

const anotherPlace =
  'The same is wrong in another place of the policy: run the audit again afterwards for the command of that place.';
const anotherFinding =
  'Another finding has a command that sets the same document: run one of them, run the audit again, then run the other.';

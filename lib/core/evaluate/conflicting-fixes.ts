import type { Finding, Fix } from '../model/finding.ts';

/** The document that a command sets as a whole, as the call that sets it: pasted one after the other, two such commands
 *  leave what the last one says, and undo the first. */
const replacedBy = (command: string): string | undefined => /^aws iam update-[\w-]+ --[\w-]+ \S+/.exec(command)?.[0];

/** The fixes of two places with one fault, as one: of the commands that set one document, only the first stands, and
 *  says so. */
export const mergeFixes = (a: Fix, b: Fix): Fix => {
  const set = new Set(a.commands.map(replacedBy));
  const undoing = b.commands.filter(command => {
    const document = replacedBy(command);
    return document !== undefined && set.has(document) && !a.commands.includes(command);
  });
  const commands = [...new Set([...a.commands, ...b.commands])].filter(command => !undoing.includes(command));
  return undoing.length === 0 ? { ...a, commands } : adding({ ...a, commands }, anotherPlace);
};

/** Warns of commands of several findings that set one document: the trust policy of a role, the thumbprints of a provider. */
export const warnOfConflicts = (findings: readonly Finding[]): readonly Finding[] => {
  const commandsOf = new Map<string, Set<string>>();
  const documents = ({ accountId, fix, waiver }: Finding): readonly (readonly [string, string])[] =>
    waiver === undefined
      ? fix.commands.flatMap(command => {
          const document = replacedBy(command);
          return document === undefined ? [] : [[`${accountId} ${document}`, command] as const];
        })
      : [];
  for (const [document, command] of findings.flatMap(documents))
    commandsOf.set(document, (commandsOf.get(document) ?? new Set()).add(command));
  return findings.map(finding =>
    documents(finding).some(([document]) => (commandsOf.get(document)?.size ?? 0) > 1)
      ? { ...finding, fix: adding(finding.fix, anotherFinding) }
      : finding,
  );
};

/** The choice of a finding itself. The warning depends on other findings: whether one of them could be checked is no news
 *  of this one. */
export const ownChoice = ({ choice = '' }: Fix): string =>
  choice.endsWith(anotherFinding) ? choice.slice(0, -anotherFinding.length).trimEnd() : choice;

const adding = (fix: Fix, sentence: string): Fix => {
  if (fix.choice?.endsWith(sentence)) return fix;
  return { ...fix, choice: fix.choice === undefined ? sentence : `${fix.choice} ${sentence}` };
};

const anotherPlace =
  'The same is wrong in another place of the policy: audit again afterwards, and this finding has the command for that.';
const anotherFinding =
  'Another finding has a command that sets the same document: paste one of them, audit again, and then the other.';

/** The grammar of service account subjects: `system:serviceaccount:` + DNS label + `:` + DNS subdomain (Kubernetes, names). */
import { given } from '../../text.ts';
import type { Glob } from '../decide/glob.ts';

/** The beginning of every subject. */
export const subjectPrefix = 'system:serviceaccount:';

/** Longest namespace (a DNS label) and longest name (a DNS subdomain) that Kubernetes takes. */
export const maxNamespaceLength = 63;
export const maxNameLength = 253;

/** The text between namespace and name. A character that no pattern can mention asks for matches in which a wildcard
 *  swallows the colon. */
export const colon = ':';
export const swallowedColon = '\u0001';

/** Where a text stands in the grammar of subjects. */
export type SubjectPhase = 'namespace-start' | 'namespace' | 'namespace-dash' | 'name-start' | 'name' | 'name-dash';

/** A character that may follow, with where it leads and how long the namespace, or the name, then is. */
interface SubjectMove {
  readonly character: string;
  readonly phase: SubjectPhase;
  readonly length: number;
}

/** Letters and digits to try: those that patterns mention and one that stands for all others. */
export interface Alphabet {
  readonly letters: readonly string[];
  /** The letter that stands for all that no pattern mentions; absent if all are mentioned. */
  readonly other?: string;
}

/** The alphabet that tells these patterns apart. */
export const alphabetOf = (globs: Iterable<Glob>): Alphabet => {
  const mentioned = new Set<number>();
  for (const { codes } of globs) for (const code of codes) mentioned.add(code);
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const other = letters.find(letter => !mentioned.has(letter.charCodeAt(0)));
  return {
    letters: letters.filter(letter => letter === other || mentioned.has(letter.charCodeAt(0))),
    ...given({ other }),
  };
};

/** Every character that may follow in a subject of any length. */
export const subjectMovesFrom = (
  phase: SubjectPhase,
  length: number,
  { letters }: Alphabet,
  separator: string,
): readonly SubjectMove[] => {
  const inName = phase === 'name-start' || phase === 'name' || phase === 'name-dash';
  const moves: SubjectMove[] = letters.map(character => ({
    character,
    phase: inName ? 'name' : 'namespace',
    length: length + 1,
  }));
  if (phase !== 'name-start' && phase !== 'namespace-start')
    moves.push({ character: '-', phase: inName ? 'name-dash' : 'namespace-dash', length: length + 1 });
  if (phase === 'name') moves.push({ character: '.', phase: 'name-start', length: length + 1 });
  if (phase === 'namespace') moves.push({ character: separator, phase: 'name-start', length: 0 });
  return moves;
};

/** Whether a namespace or a name of this length is too long for Kubernetes. */
export const isTooLong = ({ phase, length }: Pick<SubjectMove, 'phase' | 'length'>): boolean =>
  length > (phase.startsWith('namespace') ? maxNamespaceLength : maxNameLength);

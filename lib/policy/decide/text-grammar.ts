/** Grammars of values that a caller can have: pieces in a row. Each piece is fixed text or a run of characters. */
import { given } from '../../text.ts';
import { anyOne, star } from './glob.ts';

/** A piece. A run takes as many characters of its class as its lengths allow. */
export type Piece = string | Run;

/** A run of characters of a class, within lengths. */
export interface Run {
  /** The class, as a regular expression of one character. */
  readonly of: RegExp;
  readonly least: number;
  /** The longest length; absent for any. */
  readonly most?: number;
  /** A character of the class at which the name ends that the run begins with. */
  readonly until?: string;
}

/** A grammar: one piece after the other. A run may take the characters that follow it. */
export type TextGrammar = readonly Piece[];

/** A run, in short: of one length, or of a least one and longer ones. */
export const run = (of: RegExp, least: number, most?: number): Run => ({ of, least, ...given({ most }) });

/** Where a text stands in a grammar: which piece, and how many characters of it. */
export interface GrammarPlace {
  readonly piece: number;
  readonly count: number;
}

/** Before the first character. */
export const startOfGrammar: GrammarPlace = { piece: 0, count: 0 };

/** A piece that may end here. */
const mayEnd = (piece: Piece | undefined, count: number): boolean =>
  piece !== undefined && (typeof piece === 'string' ? count === piece.length : count >= piece.least);

/** Past its least length the count of a run without end makes no difference. */
const counted = ({ least, most }: Run, count: number): number => (most === undefined ? Math.min(count, least) : count);

/** The characters that texts are tried with, of a piece of a grammar. */
export type CharactersOf = (piece: number) => readonly string[];

/** Every character that may follow, with each place where it leads. */
export const textMovesFrom = (
  grammar: TextGrammar,
  characters: CharactersOf,
  place: GrammarPlace,
): readonly (readonly [string, GrammarPlace])[] => {
  const only = grammar[place.piece];
  // Within fixed text there is one way on.
  if (typeof only === 'string' && place.count < only.length)
    return [[only[place.count] ?? '', { piece: place.piece, count: place.count + 1 }]];
  const moves: (readonly [string, GrammarPlace])[] = [];
  for (let { piece, count } = place; ; piece += 1, count = 0) {
    const now = grammar[piece];
    if (now === undefined) break;
    if (typeof now === 'string') {
      const character = now[count];
      if (character !== undefined) moves.push([character, { piece, count: count + 1 }]);
    } else if (now.most === undefined || count < now.most) {
      const next = { piece, count: counted(now, count + 1) };
      for (const character of characters(piece)) moves.push([character, next]);
    }
    if (!mayEnd(now, count)) break;
  }
  return moves;
};

/** Whether a text is of a grammar. */
export const isOfGrammar = (grammar: TextGrammar, text: string): boolean => {
  const byPiece = charactersByPiece(grammar, new Set(text));
  const characters: CharactersOf = piece => byPiece[piece] ?? [];
  let places: readonly GrammarPlace[] = [startOfGrammar];
  for (const character of text) {
    const next = places.flatMap(place =>
      textMovesFrom(grammar, characters, place).flatMap(([one, to]) => (one === character ? [to] : [])),
    );
    places = [...new Map(next.map(place => [`${place.piece} ${place.count}`, place])).values()];
  }
  return places.some(place => isWhole(grammar, place));
};

/** Whether a text may end here. */
export const isWhole = (grammar: TextGrammar, { piece, count }: GrammarPlace): boolean =>
  mayEnd(grammar[piece], count) && grammar.slice(piece + 1).every(one => mayEnd(one, 0));

/** Characters that texts of a grammar are tried with, by piece: those of `mentioned` that a run takes and one that is not
 *  among them, which stands for all others. */
export const charactersByPiece = (
  grammar: TextGrammar,
  mentioned: ReadonlySet<string>,
): readonly (readonly string[])[] =>
  grammar.map(piece => {
    if (typeof piece === 'string') return [];
    const other = candidates.find(character => !mentioned.has(character) && piece.of.test(character));
    return [...(other === undefined ? [] : [other]), ...[...mentioned].filter(character => piece.of.test(character))];
  });

/** Letters first, so that what is made up can be read. */
const candidates = [...'xyzqwvkjabcdefghilmnoprstu7319024568XYZQWVKJABCDEFGHILMNOPRSTU-_.=+@,/ ~!'];

/** A grammar of every text. */
export const anything: TextGrammar = [run(/./s, 0)];

/** The texts that one code of a glob stands for. */
export const grammarOfCode = (code: number): TextGrammar =>
  code === star ? anything : [code === anyOne ? run(/./s, 1, 1) : String.fromCharCode(code)];

/** The length of the shortest text of these grammars. */
export const shortestOf = (grammars: readonly TextGrammar[]): number =>
  Math.min(
    ...grammars.map(grammar =>
      grammar.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece.least), 0),
    ),
  );

/** The places at which a text of these grammars may end that begins at one of `from`. */
export const endsOf = (
  grammars: readonly TextGrammar[],
  text: string,
  from: ReadonlySet<number>,
  ignoreCase: boolean,
): ReadonlySet<number> =>
  new Set(
    grammars.flatMap(grammar => [
      ...grammar.reduce<ReadonlySet<number>>((starts, piece) => endsOfPiece(piece, text, starts, ignoreCase), from),
    ]),
  );

const endsOfPiece = (
  piece: Piece,
  text: string,
  from: ReadonlySet<number>,
  ignoreCase: boolean,
): ReadonlySet<number> => {
  const fold = (one: string): string => (ignoreCase ? one.toLowerCase() : one);
  if (typeof piece === 'string')
    return new Set(
      [...from].filter(at => fold(text.slice(at, at + piece.length)) === fold(piece)).map(at => at + piece.length),
    );
  const takes = (one: string): boolean => piece.of.test(one) || (ignoreCase && piece.of.test(one.toUpperCase()));
  const ends = new Set<number>();
  for (const start of from) {
    const last = Math.min(text.length, start + (piece.most ?? text.length));
    for (let at = start; ; at += 1) {
      if (at - start >= piece.least) ends.add(at);
      if (at >= last || !takes(text[at] ?? '')) break;
    }
  }
  return ends;
};

/** Conditions that no search decides within the work that a policy may take. */

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

/** Patterns that must all match, each with the same letters in another order: their shortest common text is what is hard. */
const crossing = (count: number, size: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => {
    const order = letters.slice(0, size).map((_letter, index) => letters[(index * (2 * at + 1) + at) % size]);
    return `system:serviceaccount:*${order.join('*')}*`;
  });

/** Operators that mean `StringLike` for a key that is there: a statement ANDs them. */
const likes = [
  'StringLike',
  'StringLikeIfExists',
  'ForAnyValue:StringLike',
  'ForAllValues:StringLike',
  'ForAllValues:StringLikeIfExists',
];

/** A condition of crossing patterns on the subject, beside any other tests on it. */
export const complexCondition = (key: string, size = 21): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(crossing(likes.length, size).map((pattern, at) => [likes[at] ?? '', { [key]: pattern }]));

/** Patterns of which a subject may match none: a formula in conjunctive form of three literals each over the letters of the
 *  namespace (`a` true, `b` false); all other letters are refused. `roll` gives numbers below its argument. */
export const refusedForms = (
  variables: number,
  clauses: number,
  roll: (below: number) => number,
): readonly string[] => {
  const others = [...letters.slice(2), ...'0123456789-'].map(letter => `system:serviceaccount:*${letter}*:a`);
  const forms = Array.from({ length: clauses }, () => {
    const chosen = new Map<number, string>();
    while (chosen.size < Math.min(3, variables)) chosen.set(roll(variables), roll(2) === 0 ? 'a' : 'b');
    const form = Array.from({ length: variables }, (_, at) => chosen.get(at) ?? '?').join('');
    return `system:serviceaccount:${form}:a`;
  });
  return [...others, ...forms];
};

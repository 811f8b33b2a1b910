import type { ApiAnswer } from './answers.ts';

/** A request that is refused with an answer of its own. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: ApiAnswer;

  constructor(answer: ApiAnswer) {
    super(`refused: ${answer.status}`);
    this.answer = answer;
  }
}

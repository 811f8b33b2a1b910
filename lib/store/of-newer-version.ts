import { watchedKinds } from '../core/evaluate/evaluation.ts';
import type { Item } from './table.ts';

/** True for a watched fact of a kind that this version does not know: a newer one wrote it. It is kept as it is and passed
 *  over, so that going back to an earlier version stops no account. */
export const isOfNewerVersion = ({ type, kind }: Item): boolean =>
  type === 'watched' && typeof kind === 'string' && !watchedKinds.some(known => known === kind);

import { counted } from '../text.ts';

/** Says that something stands in the table that this version does not read; `cursor` where there is more than was counted. */
export const newerNote = (count: number, cursor?: string): string =>
  `A newer version of irsa-auditor wrote ${cursor === undefined ? '' : 'at least '}${counted(count, 'item')} of the table: kept, and not read.`;

import { counted } from '../text.ts';

/** Says that something stands in the table that this version does not read. */
export const newerNote = (count: number): string =>
  `A newer version of irsa-auditor wrote ${counted(count, 'item')} of the table: kept, and not read.`;

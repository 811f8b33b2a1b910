import { InvalidArgumentError } from 'commander';
import type { Finding } from '../../model.ts';
import { waysOf } from '../../plan/chosen-fix.ts';
import { counted, visible } from '../../text.ts';
import { UsageError } from '../shell/io.ts';

/** Reads the value of --choose. */
export const wayNumber = (value: string): number => {
  if (!/^[1-9]\d?$/.test(value)) throw new InvalidArgumentError('wanted a number from 1, as the plan lists them');
  return Number(value);
};

/** Throws `UsageError` for a number that the finding has no way for: only what is listed can be chosen. */
export const refuseOtherWay = ({ id, fix }: Finding, number: number | undefined): void => {
  const ways = waysOf(fix);
  if (number === undefined || number <= Math.max(1, ways.length)) return;
  throw new UsageError(
    `--choose ${number}: finding ${id} has ${counted(ways.length, 'way')} to be fixed${ways.map(({ summary }, at) => `${at === 0 ? ': ' : ' '}${at + 1}: ${visible(summary)}`).join('')}`,
  );
};

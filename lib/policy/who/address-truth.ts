/** Tests on the caller's address, for a stranger who may call from anywhere. */

import { known, maybe, type ThreeValued } from '../decide/formula.ts';
import { parseOperator } from '../decide/operator.ts';
import type { ConditionTest } from '../parse/policy.ts';

/** A range with fewer fixed bits than this is open to strangers: a cloud's own addresses fill ranges as wide. */
const widest = { v4: 8, v6: 16 } as const;

const bitsOf = (range: string): { readonly bits: number; readonly isWide: boolean } | undefined => {
  const [address = '', bits] = range.split('/');
  const v6 = address.includes(':');
  if (!(v6 ? /^[0-9a-f:.]+$/i : /^\d{1,3}(?:\.\d{1,3}){3}$/).test(address)) return undefined;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const fixed = bits === undefined ? (v6 ? 128 : 32) : Number(bits);
  return { bits: fixed, isWide: fixed <= (v6 ? widest.v6 : widest.v4) };
};

/** Whether strangers satisfy a test on `aws:SourceIp`: they do where a range is wide, or where only some are left out. */
export const addressTruth = (test: ConditionTest): ThreeValued => {
  const operator = parseOperator(test.operator);
  const ranges = test.values.map(({ text }) => bitsOf(text));
  if (operator?.comparison !== 'address' || ranges.length === 0 || ranges.includes(undefined)) return maybe;
  return operator.negated
    ? known(!ranges.some(range => range?.bits === 0))
    : known(ranges.some(range => range?.isWide));
};

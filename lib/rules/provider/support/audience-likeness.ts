import { defaultAudience } from '../../../policy/decide/request.ts';
import { withoutTrailingSlashes } from '../../../text/without-trailing-slashes.ts';
import { bare } from './bare-text.ts';

const mistaken = new Set(['sts.amazon.com', 'sts.amazonaws.com.cn', 'sts.amazonaws.cn', 'sts.aws.amazon.com']);

/** True for what was plainly meant as `sts.amazonaws.com` and is not: blanks, another case, other domains of AWS. */
export const isNearMiss = (audience: string): boolean => {
  const meant = withoutTrailingSlashes(bare(audience).replace(/^https?:\/\//, ''));
  return meant === defaultAudience || mistaken.has(meant);
};

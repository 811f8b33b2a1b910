import { decodePolicyText } from '../../policy.ts';

/**
 * The text of a policy as IAM's answers carry it: AWS URL-encodes it (RFC 3986), other implementations give it plainly.
 * A text that cannot be decoded is kept as it is, for the rule that reports it.
 */
export const policyText = (document: string): string => {
  const decoded = decodePolicyText(document);
  return typeof decoded === 'string' ? decoded : document;
};

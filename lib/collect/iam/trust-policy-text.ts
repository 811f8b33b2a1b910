/**
 * The text of a trust policy as IAM's answers carry it: AWS URL-encodes it (RFC 3986), other implementations give it
 * plainly. Encoded text has no quote and no brace in it, so one of them means that it came plain; what cannot be
 * decoded is kept as it is, for the rule that reports it.
 */
export const trustPolicyText = (document: string): string => {
  if (/["{]/.test(document)) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
};

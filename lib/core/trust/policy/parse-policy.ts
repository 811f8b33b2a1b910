import { buildPolicy } from './build-policy.ts';
import { decodePolicyText, maxPolicyLength } from './decode-policy.ts';
import { scanJson } from './json-scan.ts';
import { locator } from './locate.ts';
import type { ParsedPolicy } from './policy.ts';

/** The deepest nesting that is read; a policy needs six levels. */
export const maxPolicyDepth = 32;

/**
 * Reads the text of a trust policy, as IAM returns it or as a person wrote it: a BOM and URL encoding are understood.
 * Positions count in the decoded text. What is no policy at all gives one problem with its place; what IAM would refuse
 * inside a policy is kept as problems. Never throws.
 */
export const parsePolicy = (text: string): ParsedPolicy => {
  const decoded = decodePolicyText(text);
  if (typeof decoded !== 'string') return { ok: false, problem: decoded };
  if (decoded.length > maxPolicyLength)
    return refuse(`the text has ${decoded.length} characters; at most ${maxPolicyLength} are read`);
  if (decoded.trim() === '') return refuse('the text is empty, wanted a policy as JSON');
  const locate = locator(decoded);
  const scan = scanJson(decoded, maxPolicyDepth);
  if (!scan.ok) return { ok: false, problem: { message: scan.message, at: locate(scan.at) } };
  return buildPolicy(scan.root, locate, decoded, scan.strange);
};

const refuse = (message: string): ParsedPolicy => ({ ok: false, problem: { message, at: { line: 1, column: 1 } } });

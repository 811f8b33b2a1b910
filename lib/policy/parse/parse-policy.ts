import { lineAt } from '../../text.ts';
import { buildPolicy, type PolicySource, refusedPolicy, tooLong } from './build-policy.ts';
import { decodePolicyText, maxPolicyLength } from './decode-policy.ts';
import { scanJson } from './json-scan.ts';
import { locator } from './locate.ts';
import type { ParsedPolicy, PolicyKind } from './policy.ts';

/** The deepest nesting that is read; a policy needs six levels. */
export const maxPolicyDepth = 32;

/**
 * Reads the text of a policy, as IAM returns it or as a person wrote it: a BOM and URL encoding are understood.
 * Positions count in the decoded text. A text that is no policy at all gives one problem with its place; faults that
 * IAM would refuse inside a policy are kept as problems. Never throws.
 */
export const parsePolicy = (text: string, kind: PolicyKind = 'trust'): ParsedPolicy => {
  const decoded = decodePolicyText(text);
  if (typeof decoded !== 'string') return { ok: false, problem: decoded, excerpt: lineAt(text, 0) };
  const source: PolicySource = { text: decoded, locate: locator(decoded), lineAt: offset => lineAt(decoded, offset) };
  if (decoded.length > maxPolicyLength) return refusedPolicy(tooLong(decoded), 0, source);
  if (decoded.trim() === '') return refusedPolicy('the text is empty, wanted a policy as JSON', 0, source);
  const scan = scanJson(decoded, maxPolicyDepth);
  return scan.ok ? buildPolicy(scan.root, source, kind) : refusedPolicy(scan.message, scan.at, source);
};

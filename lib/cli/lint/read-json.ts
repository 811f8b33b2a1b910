import { scanJson } from '../../policy/parse/json-scan.ts';
import { maxSourceDepth, type SourceNode, type Unreadable } from './source-tree.ts';

/** Reads JSON strictly: no comments, no trailing commas, bounded depth. */
export const readJson = (text: string): SourceNode | Unreadable => {
  const scan = scanJson(text, maxSourceDepth);
  return scan.ok ? scan.root : { message: `not valid JSON: ${scan.message}`, offset: scan.at };
};

import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';
import { needing } from './needing.ts';

/** A folder of trust policies as people write them: `documents/NNN-*.json`, and verdicts in `judged.json`. */
export interface PolicyCorpus {
  readonly folder: string;
  /** Names of its documents, in order; none where the folder is not there. */
  readonly documents: readonly string[];
  readonly isCollected: boolean;
}

/** Policies of this project's own, made in the image of the collected ones: in every checkout. */
const own = resolve(import.meta.dirname, '../fixtures/policies');

/** Policies collected from public repositories: `IRSA_AUDITOR_POLICIES`, else `../shared/policies` beside the repository. */
const collected = process.env.IRSA_AUDITOR_POLICIES ?? resolve(import.meta.dirname, '../../../shared/policies');

const isThere = existsSync(resolve(collected, 'judged.json'));

const corpusOf = (folder: string): PolicyCorpus => {
  const documents = resolve(folder, 'documents');
  return {
    folder,
    documents: existsSync(documents) ? readdirSync(documents).sort() : [],
    isCollected: folder === collected,
  };
};

/** The same tests over the policies of this project, and over the collected ones where they are there. */
export const overPolicies = (title: string, tests: (corpus: PolicyCorpus) => void): void => {
  describe(`${title}, of this project`, () => tests(corpusOf(own)));
  needing('the collected policies', isThere)(title, () => tests(corpusOf(collected)));
};

import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation as large as it is. A list of pods is gigabytes of objects that live for a moment: V8 answers
 * by growing the space for new ones to 128 MB, which saves no time here and is most of the memory that a reader would take
 * (`bench/kubernetes.ts`). V8 reads the flag whenever it considers to grow; it holds for the process from then on.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** The real `aws` and `kubectl` for tests that carry fixes out. */
import { delimiter, dirname } from 'node:path';
import { loadedAws } from './aws/loaded-aws.ts';
import { type FoundProgram, installedProgram, pathWithInstalled } from './installed-program.ts';
import { isWhole } from './sample.ts';

/** Where the programs are, for PATH, and which they are. */
export interface Programs {
  readonly path: string;
  /** `aws-cli/1.45.11 of the PATH, Client Version: v1.32.3 of the PATH`. */
  readonly used: string;
}

/** Finds or installs both. Throws one sentence that says what is missing and what was tried. `aws` is loaded once and runs in
 *  copies, except in a whole run. */
export const programs = async (): Promise<Programs> => {
  const aws = await installedProgram({ name: 'aws', check: ['--version'], pip: 'awscli==1.45.11' });
  const kubectl = await installedProgram({ name: 'kubectl', check: ['version', '--client'], apt: 'kubernetes-client' });
  const used = [aws, kubectl].map(({ says, from }: FoundProgram) => `${says.split(' Python')[0]} ${from}`);
  const loaded = isWhole ? undefined : await loadedAws(aws);
  const folders = [...(loaded === undefined ? [] : [loaded]), pathWithInstalled(), dirname(process.execPath)];
  return { path: folders.join(delimiter), used: used.join(', ') };
};

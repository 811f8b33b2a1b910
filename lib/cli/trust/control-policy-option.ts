import { type NamedControlPolicy, parseControlPolicy } from '../../policy.ts';
import { readInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The option's flag and help: the same for every command that decides on one policy. */
export const controlPolicyOption = [
  '--control-policy <file>',
  'a resource control policy over the role’s account, as JSON (repeatable)',
  (file: string, before: readonly string[] = []): readonly string[] => [...before, file],
] as const;

/** The resource control policies of the files that were named; none where no file was. Throws `UsageError` for a text that
 *  is no policy, and without the role's ARN: which roles a policy is for cannot be told then. */
export const readControlPolicies = async (
  files: readonly string[] = [],
  roleArn: string | undefined,
  io: Io,
): Promise<readonly NamedControlPolicy[]> => {
  if (files.length > 0 && roleArn === undefined)
    throw new UsageError('--control-policy needs the role that it may be for: give --role-arn or --role');
  return Promise.all(
    files.map(async file => {
      const text = parseControlPolicy(await readInput(file, '--control-policy', io));
      if (text === undefined)
        throw new UsageError(`--control-policy ${file} is no policy, wanted the JSON of its Content`);
      return { name: file, text };
    }),
  );
};

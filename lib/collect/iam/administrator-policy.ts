import * as z from 'zod';

const textOrTexts = z
  .union([z.string(), z.array(z.string())])
  .transform(value => (Array.isArray(value) ? value : [value]));
const statement = z.object({
  Effect: z.string(),
  Action: textOrTexts.optional(),
  Resource: textOrTexts.optional(),
  Condition: z.unknown().optional(),
});
const policy = z.object({ Statement: z.union([z.unknown().array(), z.unknown()]) });

/** True for AWS's own AdministratorAccess policy, in every partition. */
export const isAdministratorAccess = (policyArn: string): boolean =>
  /^arn:aws[a-z0-9-]*:iam::aws:policy\/AdministratorAccess$/.test(policyArn);

/**
 * Whether a permissions policy has a statement that allows every action on every resource without condition. Undefined
 * if the text is no policy: then nothing can be said.
 */
export const allowsEverything = (text: string): boolean | undefined => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = policy.safeParse(document);
  if (!parsed.success) return undefined;
  const statements = Array.isArray(parsed.data.Statement) ? parsed.data.Statement : [parsed.data.Statement];
  return statements.some(entry => {
    const read = statement.safeParse(entry);
    if (!read.success) return false;
    const { Effect, Action = [], Resource = [], Condition } = read.data;
    const unconditional =
      Condition === undefined || (typeof Condition === 'object' && Object.keys(Condition ?? {}).length === 0);
    const everyAction = Action.some(action => action === '*' || action === '*:*');
    return Effect === 'Allow' && everyAction && Resource.includes('*') && unconditional;
  });
};

/** Whether the name of a role says whose it is. */
import type { Role } from '../model.ts';

/** Names of fewer characters stand in others by chance. */
const minLength = 3;

/** True if the name of a role contains that of a service account, whatever the case and the signs between its words. */
export const isCalledAfter = ({ name }: Pick<Role, 'name'>, serviceAccount: string): boolean =>
  serviceAccount.length >= minLength && bare(name).includes(bare(serviceAccount));

const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

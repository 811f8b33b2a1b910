import type { Statement } from '../../../lib/policy/parse/policy.ts';
import { everyoneIn as everyoneAlone, strangersIn as strangersAlone } from '../../../lib/policy/who/everyone.ts';
import { whole } from './whole.ts';

export * from '../../../lib/policy/who/everyone.ts';

const toldOf = ({ statement, ...rest }: { readonly statement?: Statement }): string =>
  JSON.stringify({ statement: statement?.index, ...rest });

/** Strangers, all of them compared with the golden file of the test. */
export const strangersIn: typeof strangersAlone = (...asked) => {
  const strangers = strangersAlone(...asked);
  whole('strangers', strangers.map(toldOf));
  return strangers;
};

/** Assumers, all of them compared with the golden file of the test. */
export const everyoneIn: typeof everyoneAlone = (...asked) => {
  const everyone = everyoneAlone(...asked);
  whole(
    'everyone',
    everyone.map(({ stranger, ...rest }) => [toldOf(rest), ...(stranger ? [`stranger ${toldOf(stranger)}`] : [])]),
  );
  return everyone;
};

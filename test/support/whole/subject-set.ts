import { subjectsOf as subjectsAlone } from '../../../lib/policy/who/subject-set.ts';
import { whole } from './whole.ts';

export * from '../../../lib/policy/who/subject-set.ts';

/** The subjects of a policy, compared with the golden file of the test without the formulas that they are made of. */
export const subjectsOf: typeof subjectsAlone = (...asked) => {
  const set = subjectsAlone(...asked);
  const { certain: _certain, possible: _possible, ...told } = set;
  whole('subjects', [JSON.stringify(told)]);
  return set;
};

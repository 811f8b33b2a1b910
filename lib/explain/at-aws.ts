/** Names of AWS: a store, a volume or a bucket may be of another cloud. */
const ofAws = '(\\baws\\b|amazonaws|\\bs3\\b|\\bsts\\b|\\biam\\b|secretsmanager|webidentity)';
/** `words` in a record that names AWS. */
export const atAws = (words: string): readonly RegExp[] => [
  new RegExp(`(${words})(?:(?=.{0,600}${ofAws})|(?<=${ofAws}.{0,600}))`, 'i'),
];

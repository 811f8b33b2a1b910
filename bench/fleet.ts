/** The fleet table: `--expose-gc`, no arguments. Filled in later. */
import { simulate } from './fleet/simulate.ts';

const counts = await simulate({ accounts: 1, clusters: 20, roles: 1500, inCluster: true });
console.log(JSON.stringify(counts));

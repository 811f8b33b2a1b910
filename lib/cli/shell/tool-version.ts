import packageJson from '../../../package.json' with { type: 'json' };

/** The version of irsa-auditor, as in its package. */
export const toolVersion: string = packageJson.version;

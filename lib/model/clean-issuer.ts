import { withoutTrailingSlashes } from '../text.ts';

/** An issuer without what neither an ARN nor a condition key may carry: scheme, ARN prefix, port, trailing slash; and
 *  without what stands before a scheme, where a whole URL was put in the place of an id. */
export const cleanIssuer = (written: string): string => {
  const marker = written.indexOf('oidc-provider/');
  const bare = marker < 0 ? written : written.slice(marker + 'oidc-provider/'.length);
  const trimmed = bare.trim();
  const schemeless = trimmed.includes('://') ? trimmed.replace(/^.*https?:\/\//i, '') : trimmed;
  return withoutTrailingSlashes(
    schemeless.includes(':') ? schemeless.replace(/^([^/]*):\d+(?=\/|$)/, '$1') : schemeless,
  );
};

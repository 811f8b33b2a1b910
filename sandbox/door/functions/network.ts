/** The network of deployed functions: where hosts of the sandbox listen, and the roots that are taken as public (`preload.ts`). */
import type { Issuers } from '../../issuers/start-issuers.ts';

/** Of running issuers, by host and port. */
export const networkOf = ({ connectTo, caPem }: Pick<Issuers, 'connectTo' | 'caPem'>) => ({
  ports: Object.fromEntries(
    connectTo.map(text => {
      const [, place = '', port = ''] = /^(.*):127\.0\.0\.1:(\d+)$/.exec(text) ?? [];
      return [place, Number(port)];
    }),
  ),
  roots: caPem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [],
});

/** The host of an https URL with its port, as it is compared; the URL itself where it is none, which equals no host. */
export const httpsHost = (url: string): string =>
  url
    .replace(/^https:\/\/([^/?#]*).*$/is, '$1')
    .toLowerCase()
    .replace(/:443$/, '');

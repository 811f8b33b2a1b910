/** The XML of the query protocol: lists as `<member>`, maps as `<entry>`, structures as nested elements, absent values
 *  left out. */

const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '');

const element = (name: string, value: unknown): string => {
  if (value === undefined || value === null) return '';
  return `<${name}>${content(value)}</${name}>`;
};

const content = (value: unknown): string => {
  if (value instanceof Map)
    return [...value].map(([key, entry]) => element('entry', { key: String(key), value: entry })).join('');
  if (Array.isArray(value)) return value.map(entry => element('member', entry)).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, entry]) => element(name, entry))
      .join('');
  return escaped(String(value));
};

/** A successful answer. */
export const answerXml = (operation: string, namespace: string, output: object, requestId: string): string =>
  `<${operation}Response xmlns="${namespace}">${element(`${operation}Result`, output)}${element('ResponseMetadata', {
    RequestId: requestId,
  })}</${operation}Response>`;

/** An error. */
export const errorXml = (namespace: string, code: string, message: string, status: number, requestId: string): string =>
  `<ErrorResponse xmlns="${namespace}">${element('Error', {
    Type: status >= 500 ? 'Receiver' : 'Sender',
    Code: code,
    Message: message,
  })}${element('RequestId', requestId)}</ErrorResponse>`;

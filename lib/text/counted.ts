/** `1 finding`, `2 findings`; thousands are separated so that large runs can be read. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? noun : plural}`;

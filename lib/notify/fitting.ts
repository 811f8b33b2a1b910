/** The message with as many changes as its destination takes: `build` with `most` of them, then fewer, down to one, until
 *  `size` of it is at most `longest`. */
export const fitting = <M>(
  most: number,
  longest: number,
  build: (count: number) => M,
  size: (message: M) => number,
): M => {
  for (let count = most; count > 1; count -= 1) {
    const message = build(count);
    if (size(message) <= longest) return message;
  }
  return build(1);
};

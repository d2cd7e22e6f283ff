/** What `--json` prints: the operations' own shapes, whole, on standard output. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};
export const printText = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** What a user of the test kit did wrong: the message names the item, its value and the remedy. */
export class KitError extends Error {
  override readonly name = 'KitError';
}

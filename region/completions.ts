/**
 * Where what one service runs (a container task) tells whoever waits for its end (a `.sync` task of a state machine).
 * In AWS this is an EventBridge rule that Step Functions manages; only the end and its detail matter.
 */
export class CompletionBoard {
  readonly #waiting = new Map<string, ((detail: unknown) => void)[]>();
  readonly #completed = new Map<string, unknown>();

  complete(arn: string, detail: unknown): void {
    this.#completed.set(arn, detail);
    for (const resolve of this.#waiting.get(arn) ?? []) resolve(detail);
    this.#waiting.delete(arn);
  }

  /** Resolves with the detail of the completion, also when it came before. */
  whenCompleted(arn: string): Promise<unknown> {
    if (this.#completed.has(arn)) return Promise.resolve(this.#completed.get(arn));
    return new Promise((resolve) => {
      this.#waiting.set(arn, [...(this.#waiting.get(arn) ?? []), resolve]);
    });
  }
}

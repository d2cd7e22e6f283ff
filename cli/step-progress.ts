/** How far a long work is, on the error stream: a bar where somebody watches, nothing where nobody does. */
import { SingleBar } from 'cli-progress';

export interface StepProgress {
  /** @param step what is being done; another one begins its own bar */
  show(step: string, done: number, total: number): void;
  /** May be called again. */
  end(): void;
}

export function stepProgress(stream: NodeJS.WriteStream): StepProgress {
  let bar: SingleBar | undefined;
  let shown = '';
  const end = (): void => {
    bar?.stop();
    bar = undefined;
    shown = '';
  };
  return {
    show: (step, done, total) => {
      if (!stream.isTTY) return;
      if (step !== shown) {
        end();
        shown = step;
        bar = new SingleBar({
          stream,
          format: ` ${step} {bar} {percentage}% | {value}/{total}`,
          hideCursor: true,
          clearOnComplete: true,
        });
        bar.start(total, 0);
      }
      bar?.update(done);
    },
    end,
  };
}

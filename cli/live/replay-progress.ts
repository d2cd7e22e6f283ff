/** How far a region is on its way back to where it was: a bar where somebody watches, else nothing. */
import { SingleBar } from 'cli-progress';

export interface ReplayProgress {
  show(nowMs: number): void;
  end(): void;
}

export function replayProgress(stream: NodeJS.WriteStream, fromMs: number, toMs: number): ReplayProgress {
  if (!stream.isTTY || toMs <= fromMs) return { show: () => {}, end: () => {} };
  const format = ' Resuming {bar} {percentage}% | {time}';
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true });
  const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  bar.start(toMs - fromMs, 0, { time: timeText(fromMs) });
  return {
    show: (nowMs) => bar.update(nowMs - fromMs, { time: timeText(nowMs) }),
    end: () => bar.stop(),
  };
}

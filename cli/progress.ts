/** How far a simulation is: a bar where somebody watches, else a line every few seconds. */
import { SingleBar } from 'cli-progress';
import type { Progress } from './simulation/simulated-day.ts';

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

const LINE_EVERY_MS = 3_000;

const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? progressBar(stream) : progressLines(stream);
}

function progressBar(stream: NodeJS.WriteStream): ProgressDisplay {
  const bar = new SingleBar({
    stream,
    format: ' {bar} {percentage}% | {value}/{total} orders | {time}',
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  let isStarted = false;
  return {
    show: ({ settled, total, nowMs }) => {
      if (!isStarted) bar.start(total, 0, { time: '' });
      isStarted = true;
      bar.update(settled, { time: timeText(nowMs) });
    },
    end: () => {
      if (isStarted) bar.stop();
    },
  };
}

function progressLines(stream: NodeJS.WriteStream): ProgressDisplay {
  let shownMs = performance.now();
  return {
    show: ({ settled, total, nowMs }) => {
      if (performance.now() - shownMs < LINE_EVERY_MS) return;
      shownMs = performance.now();
      stream.write(`${timeText(nowMs)}  ${settled} of ${total} orders settled\n`);
    },
    end: () => {},
  };
}

import { SingleBar } from 'cli-progress';

/** Shows how far a long task is: a bar on a terminal, a line each tenth elsewhere. */
export type Progress = { tick: () => void; stop: () => void };

export function showProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? showBar(title, total) : showLines(title, total);
}

function showBar(title: string, total: number): Progress {
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}, {eta_formatted} left` });
  bar.start(total, 0);
  return { tick: () => bar.increment(), stop: () => bar.stop() };
}

function showLines(title: string, total: number): Progress {
  let done = 0;
  return {
    tick() {
      const before = Math.floor((done * 10) / total);
      done++;
      if (Math.floor((done * 10) / total) > before) process.stderr.write(`${title}: ${done} of ${total}\n`);
    },
    stop() {},
  };
}

import { readFileSync } from 'node:fs';

/** Linux counts the CPU of processes in these, whatever its kernel ticks in. */
const ticksPerSecond = 100;

type Stat = { parent: number; ownMs: number; endedChildrenMs: number };

/** Undefined where there is no such process, or no /proc. */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may itself hold spaces and parentheses.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const msOf = (field: number): number => ((fields[field] ?? 0) * 1000) / ticksPerSecond;
    return { parent: fields[1] ?? 0, ownMs: msOf(11) + msOf(12), endedChildrenMs: msOf(13) + msOf(14) };
  } catch {
    return undefined;
  }
}

/** The CPU that a process has used so far, in milliseconds. */
export function cpuOf(pid: number): number | undefined {
  return readStat(pid)?.ownMs;
}

export function parentOf(pid: number): number | undefined {
  return readStat(pid)?.parent;
}

/** The CPU that a process and its children have used so far, in milliseconds, those included that have ended. */
export function cpuOfFamily(pid: number | undefined): number | undefined {
  const stat = pid === undefined ? undefined : readStat(pid);
  if (!stat) return undefined;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const running = children.reduce((sum, child) => sum + (cpuOf(Number(child)) ?? 0), 0);
    return stat.ownMs + stat.endedChildrenMs + running;
  } catch {
    return undefined;
  }
}

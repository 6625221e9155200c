/** The time for an answer is over. What was asked may still happen. */
export class DeadlinePassed extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`);
    this.name = 'DeadlinePassed';
  }
}

/**
 * The result of `work`, or `DeadlinePassed` after `limitMs`. A client's own timeout watches silence on one
 * connection only; a slow trickle or a repeated request could outlast the lease on an attempt.
 */
export async function withDeadline<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed(limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
  }
}

/** What has to be ended of what was begun, the last first. */
export type Endings = {
  /** To be ended, too; at once where all the rest has been. */
  add: (...more: (() => unknown)[]) => void;
  /** Ends all of it, also what fails; throws the first failure. */
  run: () => Promise<void>;
};

/** Nothing yet. */
export function newEndings(): Endings {
  const ends: (() => unknown)[] = [];
  let isOver = false;
  const run = async (): Promise<void> => {
    isOver = true;
    const failures: unknown[] = [];
    for (let end = ends.pop(); end; end = ends.pop()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add(...more) {
      ends.push(...more);
      if (isOver) void run().catch(() => undefined);
    },
    run,
  };
}

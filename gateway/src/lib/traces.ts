/** Where time goes, for a collector of traces. Absent where nobody asks for it. */
export type Traces = {
  /** Makes a span of a piece of work behind requests, such as a delivery; `environmentId` is whose it is, if anybody's. */
  piece<Result>(
    name: string,
    environmentId: string | undefined,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** What leads from somebody else's trace to this one: `traceparent`, where there is a span. */
  headers: () => Record<string, string>;
};

/** Runs `work` as a piece of its own where somebody asks for traces. */
export function traced<Result>(
  { traces }: { traces?: Traces | undefined },
  name: string,
  environmentId: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  return traces ? traces.piece(name, environmentId, work) : work();
}

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Handed over by `run-stryker.ts`, from the folder in which the tests run, in their order. */
const tests = JSON.parse(process.env.MORROW_MUTATION_TESTS ?? '[]') as string[];

class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      tests.findIndex((test) => moduleId.endsWith(`/${test}`));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/**
 * vitest 4.1 hands a file's hooks its context first and its suite second, where Stryker 9.5.1 takes the suite for the
 * first: coverage would be lost, and every file would count as failed.
 */
const suiteSecond = {
  name: 'stryker-setup-suite-second',
  transform(code: string, id: string): string | undefined {
    if (!/\/stryker-setup-\d+\.js$/.test(id)) return undefined;
    const mended = code.replaceAll('afterAll(({ meta }) =>', 'afterAll(({}, { meta }) =>');
    if (mended === code) throw new Error(`${id} is not as Stryker 9.5.1 wrote it`);
    return mended;
  },
};

export default defineConfig({
  plugins: [suiteSecond],
  test: {
    include: tests,
    globalSetup: ['./db/src/testing-setup.ts'],
    setupFiles: ['./scripts/mutation/same-cases.ts'],
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: AsListed },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest begins first: begun last, it would run alone while the other worker has nothing to do. */
const longest = [
  'gateway/test/pages-quality.test.ts',
  'gateway/test/decade.test.ts',
  'gateway/test/servicing-interleavings.test.ts',
  'merchant-demo/test/buy-axe.test.ts',
  'gateway/test/events-killed.test.ts',
  'merchant-demo/test/doctor.test.ts',
  'sdk-js/test/cli-sandbox.test.ts',
  'gateway/test/processes-stop.test.ts',
  'gateway/test/refund-preview.test.ts',
  'gateway/test/clock-processes.test.ts',
  'gateway/test/chaos.test.ts',
  'gateway/test/plans-properties.test.ts',
  'gateway/test/processes-killed.test.ts',
  'gateway/test/scenarios.test.ts',
  'gateway/test/account-browser.test.ts',
  'gateway/test/flows/order-to-repayment.test.ts',
  'gateway/test/guarantee-browser.test.ts',
  'db/test/embedded.test.ts',
  'gateway/test/plans-interest-properties.test.ts',
  'gateway/test/console-browser.test.ts',
  'gateway/test/dashboard-people.test.ts',
  'gateway/test/docs-guide.test.ts',
  'gateway/test/bank-accounts-pages.test.ts',
  'gateway/test/keys-api.test.ts',
  'gateway/test/processes-walk.test.ts',
  'gateway/test/protection-browser.test.ts',
  'gateway/test/draws-browser.test.ts',
  'gateway/test/offers-browser.test.ts',
  'sdk-js/test/browser-popup.test.ts',
  'gateway/test/pay-score-full.test.ts',
  'merchant-demo/test/buy.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return index < 0 ? longest.length : index;
    };
    // The order among the others stays, because sorting is stable.
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['*/test/**/*.test.ts'],
    globalSetup: ['./db/src/testing-setup.ts'],
    pool: 'forks',
    // Each file has a database of its own and closes what it opens, so it may find the modules loaded.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Each worker keeps the one PostgreSQL busy as well.
    maxWorkers: 2,
    testTimeout: 30_000,
    // What the browser itself failed at on a busy machine is tried once more; what a test expected never is.
    retry: { count: 1, condition: /^(page|locator|browser|browserContext)\.\w+: / },
    hookTimeout: 60_000,
  },
});

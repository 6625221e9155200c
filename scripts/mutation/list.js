// Lists every mutant of the files that are named on standard input, without running anything. Plain Node, as plugin.js.
import { readFileSync } from 'node:fs';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';

const silent = () => undefined;
const logger = { isDebugEnabled: () => false, debug: silent, info: silent, warn: silent };
const injector = createInjector().provideValue('logger', logger);
const instrumenter = injector.provideValue('options', {}).injectFunction(createInstrumenter);
const files = JSON.parse(readFileSync(0, 'utf8')).map((name) => ({
  name,
  mutate: true,
  content: readFileSync(name, 'utf8'),
}));
const { mutants } = await instrumenter.instrument(files, {
  plugins: null,
  excludedMutations: [],
  ignorers: [],
});
process.stdout.write(JSON.stringify(mutants));

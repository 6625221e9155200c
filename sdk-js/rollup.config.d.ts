import type { OutputOptions, RollupOptions } from 'rollup';

declare const config: RollupOptions & { output: OutputOptions[] };
export default config;

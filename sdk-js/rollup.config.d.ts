import type { OutputOptions, RollupOptions } from 'rollup';

declare const configs: (RollupOptions & { output: OutputOptions | OutputOptions[] })[];
export default configs;

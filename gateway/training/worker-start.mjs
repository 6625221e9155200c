// A thread does not inherit the loader of this program's TypeScript, so it registers it before the first such file.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');

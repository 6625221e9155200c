import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const file = new URL('dist/morrow.iife.js', import.meta.url);
const code = readFileSync(file);
const bytes = brotliCompressSync(code).length;
console.log(`dist/morrow.iife.js: ${code.length} bytes, ${bytes} in brotli of at most 4096`);

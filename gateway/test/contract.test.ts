import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { renderContract } from '../../scripts/write-contract.ts';

const root = resolve(import.meta.dirname, '../..');

test('openapi.yaml and the types made from it are what the routes declare now (npm run contract)', async () => {
  const { yaml, types } = await renderContract();
  expect(readFileSync(resolve(root, 'openapi.yaml'), 'utf8')).toBe(yaml);
  expect(readFileSync(resolve(root, 'sdk-js/src/generated/openapi.d.ts'), 'utf8')).toBe(types);
});

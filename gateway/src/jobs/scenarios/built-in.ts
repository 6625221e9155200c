import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../lib/errors.ts';
import { ScenarioDocument } from './document.ts';

const folder = resolve(import.meta.dirname, '../../../scenarios');

/** The scenarios that come with the gateway, by their names in the order of the alphabet. */
export const builtInScenarios: readonly ScenarioDocument[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ScenarioDocument.parse(JSON.parse(readFileSync(resolve(folder, name), 'utf8'))))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** The scenario of this name, whose words may be joined by hyphens as well; throws `not_found`. */
export function findBuiltIn(name: string): ScenarioDocument {
  const words = name
    .trim()
    .toLowerCase()
    .replaceAll(/[-_\s]+/g, ' ');
  const found = builtInScenarios.find((scenario) => scenario.name === words);
  if (!found) {
    throw new GatewayError('not_found', {
      detail: `There is no scenario ${JSON.stringify(name)}.`,
      hint: `There are: ${builtInScenarios.map((scenario) => scenario.name).join(', ')}.`,
    });
  }
  return found;
}

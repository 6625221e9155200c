import { readFileSync } from 'node:fs';
import { loadModel, type LoadedModel } from './model/load.ts';

/** The trained tables of this version of the gateway, checked once when the process starts. */
export const fullModel: LoadedModel = loadModel(readFileSync(new URL('model.json', import.meta.url), 'utf8'));

/** Stored with each assessment; the hash says which training of it. */
export const fullModelName = 'full-model-1';

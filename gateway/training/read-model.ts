import { readFileSync } from 'node:fs';
import { type LoadedModel, loadModel } from '../src/pay-score/model/load.ts';
import { TrainingRefused } from './refusal.ts';

/** Reads and checks a model file. Throws TrainingRefused when there is none, ModelRefused when it must not be used. */
export function readModel(path: string): LoadedModel {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TrainingRefused(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return loadModel(text);
}

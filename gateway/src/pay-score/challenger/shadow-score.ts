import { deriveCharacteristics } from '../model/derive.ts';
import { type History, HistoryRefused } from '../model/history.ts';
import type { LoadedModel } from '../model/load.ts';
import { CharacteristicRefused, scoreWith } from '../model/score.ts';

/** What a model says of a history, or why it says nothing. */
export type ShadowScore =
  { score: number; pd: number; refusal: null } | { score: null; pd: null; refusal: string };

/** A challenger's score of the months that a decision was made of, carried over to our book by its own binding. Pure. */
export function shadowScore(model: LoadedModel, history: History): ShadowScore {
  try {
    const { score, pd } = scoreWith(model, deriveCharacteristics(history), model.file.bindings.own_book);
    return { score, pd, refusal: null };
  } catch (error) {
    if (!(error instanceof HistoryRefused || error instanceof CharacteristicRefused)) throw error;
    return { score: null, pd: null, refusal: error.message };
  }
}

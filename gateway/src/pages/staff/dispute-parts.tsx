import type { VNode } from 'preact';
import type { DisputeWords } from '../../disputes/disputes.ts';
import type { EvidenceFile } from '../../disputes/evidence/files.ts';
import { DataTable } from '../parts/data-table.tsx';

/** What both sides wrote, each in the direction of its own language. */
export function DisputeSides({
  words,
  t,
}: {
  words: DisputeWords;
  t: Readonly<Record<'words' | 'answer' | 'noAnswer' | 'note', string>>;
}): VNode {
  return (
    <>
      <h2 id="words-heading">{t.words}</h2>
      <p dir="auto">{words.words}</p>
      <h3>{t.answer}</h3>
      <p dir="auto">{words.answer ?? t.noAnswer}</p>
      {words.note !== null && (
        <>
          <h3>{t.note}</h3>
          <p dir="auto">{words.note}</p>
        </>
      )}
    </>
  );
}

/** What both sides gave: files of strangers, that are saved from below the address `at` and not shown. */
export function DisputeFiles({
  files,
  at,
  t,
}: {
  files: readonly EvidenceFile[];
  at: string;
  t: Readonly<Record<'files' | 'noFiles' | 'filesHint' | 'file' | 'givenBy' | 'size', string>> & {
    sides: Readonly<Record<EvidenceFile['givenBy'], string>>;
  };
}): VNode {
  return (
    <section class="card" aria-labelledby="files-heading">
      <h2 id="files-heading">{t.files}</h2>
      {files.length === 0 && <p>{t.noFiles}</p>}
      {files.length > 0 && (
        <DataTable
          caption={t.filesHint}
          columns={[{ label: t.file }, { label: t.givenBy }, { label: t.size, number: true }]}
          rows={files.map((file) => [
            <a href={`${at}/${file.id}`} download>
              <bdi>{file.name}</bdi>
            </a>,
            t.sides[file.givenBy],
            String(file.size),
          ])}
        />
      )}
    </section>
  );
}
